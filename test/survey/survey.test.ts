/** What is concluded from the text of a project: its set-ups, databases, models and migrations. */
import { describe, expect, test } from 'vitest'
import type { CliSettings } from '../../src/survey/cli-settings.ts'
import { findCodeKind } from '../../src/survey/find-code-kind.ts'
import { type DatabaseSurroundings, findDatabases } from '../../src/survey/find-databases.ts'
import { findHooks } from '../../src/survey/find-hooks.ts'
import { findModels } from '../../src/survey/find-models.ts'
import { findUmzug } from '../../src/survey/find-umzug.ts'
import { listingOf } from '../../src/survey/listing.ts'
import { readDotenv } from '../../src/survey/survey.ts'

type Texts = Readonly<Record<string, string>>

describe('Umzug', () => {
  const used = (path: string, text: string) => findUmzug(listingOf('/p', { [path]: text }))[0]

  test.each([
    ["glob: ['migrations/*.ts', { cwd: __dirname }]", 'src/db/migrations', ['.ts']],
    ["glob: 'db/migrations/*.js'", 'db/migrations', ['.js']],
    ["glob: path.join(__dirname, '../migrations/*.{js,cjs}')", 'src/migrations', ['.js', '.cjs']],
    ["glob: ['*.up.sql', { cwd: path.resolve(__dirname, 'sql') }]", 'src/db/sql', ['.up.sql']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source to be read
    ['glob: `${__dirname}/migrations/*.js`', 'src/db/migrations', ['.js']],
    ["path: './migrations', pattern: /\\.js$/", 'migrations', []],
    ["path: path.join(__dirname, 'migrations')", 'src/db/migrations', []],
    ["glob: new URL('./migrations/*.mjs', import.meta.url).pathname", 'src/db/migrations', ['.mjs']],
  ])('migrations: { %s }', (migrations, dir, endings) => {
    expect(used('src/db/umzug.ts', `new Umzug({ migrations: { ${migrations} } })`)).toMatchObject({ dir, endings })
  })

  test('its table, its context and what it is for', () => {
    const seeder = `export const seeder = new Umzug<Context>({
      migrations: { glob: 'seeds/*.js' }, // tableName: 'not_this'
      context: { sequelize, DataTypes },
      storage: new SequelizeStorage({ sequelize, tableName: 'seeded', columnName: 'file' }),
    })`
    expect(used('a.js', seeder)).toMatchObject({
      table: 'seeded',
      column: 'file',
      context: '{ sequelize }',
      hasTable: true,
      isForSeeders: true,
    })
    const plain =
      'new Umzug({ migrations: { glob: "m/*.js" }, context: sequelize.getQueryInterface(), logger: console })'
    expect(used('a.js', plain)).toMatchObject({ context: 'queryInterface', hasTable: false, isForSeeders: false })
    const ownStorage =
      'new Umzug({ storage: { logMigration: ({ name }) => db.run(`INSERT INTO "done" (file) VALUES (?)`, name) } })'
    expect(used('a.js', ownStorage)).toMatchObject({ table: 'done', column: 'file', hasTable: true })
    expect(used('a.js', '// new Umzug({})\n/* new Umzug({ }) */')).toBeUndefined()
  })
})

const usualCli: CliSettings = {
  rcFile: null,
  configFile: 'config/config.json',
  paths: {},
  environments: ['development'],
  environment: 'development',
  database: null,
  fault: null,
}

describe('databases', () => {
  const found = (texts: Texts, more: Partial<DatabaseSurroundings> = {}) =>
    findDatabases(listingOf('/p', texts), {
      cli: null,
      env: {},
      files: [],
      isKnown: (dialect) => dialect === 'sqlite',
      ...more,
    })
  const one = (code: string, env = {}) => found({ 'src/db.js': `const sequelize = new Sequelize(${code})` }, { env })

  test.each([
    ["{ dialect: 'sqlite', storage: './data/app.db', logging: false }", 'sqlite:data/app.db', []],
    ["'sqlite:app.db'", 'sqlite:app.db', []],
    ["{ storage: path.join(__dirname, '..', 'app.db'), dialect: 'sqlite' }", 'sqlite:app.db', []],
    ["process.env.APP_DB ?? 'sqlite:app.db', { logging: false }", 'sqlite:app.db', ['APP_DB url']],
    ["{ dialect: 'sqlite', storage: process.env['DB_FILE'] || 'app.db' }", 'sqlite:app.db', ['DB_FILE storage']],
    ["{ dialect: 'sqlite', storage: ':memory:' }", undefined, []],
    ["{ dialect: 'sqlite', storage: join(settings.folder, 'app.db') }", undefined, []],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source to be read
    ['{ dialect: "sqlite", storage: `${home}/app.db` }', undefined, []],
    [
      "{ dialect: 'sqlite', storage: path.resolve(process.cwd(), process.env.APP_DB || 'data', 'app.db') }",
      'sqlite:data/app.db',
      ['APP_DB storage'],
    ],
    ["{ dialect: 'postgres', host: 'db', password: 'hush' }", undefined, []],
    ["'postgres://me:hush@db/app'", undefined, []],
  ])('new Sequelize(%s)', (code, url, variables) => {
    const { candidates, variables: known } = one(code)
    expect(candidates[0]?.url).toBe(url)
    expect(known.map(({ name, holds }) => `${name} ${holds}`)).toEqual(variables)
  })

  test('a variable that is set counts, and is named instead of what it holds', () => {
    const env = { APP_DB: 'sqlite:/home/me/app.db' }
    expect(one("process.env.APP_DB ?? 'sqlite:app.db'", env).candidates).toEqual([
      { url: 'sqlite:/home/me/app.db', variable: 'APP_DB', from: 'src/db.js' },
    ])
  })

  test('what another file of the same code was given', () => {
    const text = `const storage = process.env.FORGE_DB ?? 'forge.db'\nexport default new Sequelize({ dialect: 'sqlite', storage })`
    expect(found({ 'a.js': text })).toMatchObject({
      candidates: [{ url: 'sqlite:forge.db' }],
      variables: [{ name: 'FORGE_DB', holds: 'storage' }],
    })
  })

  test.each([
    [
      "{ development: { storage: process.env.APP_DB || 'app.db' }, test: { storage: process.env.TEST_DB } }",
      ['APP_DB storage'],
    ],
    ["{\n  'development': { url: process.env['APP_URL'] ?? 'sqlite:app.db' } }", ['APP_URL url']],
    ["{ development: { storage: 'app.db' }, production: { storage: process.env.APP_DB } }", []],
  ])('the variables that a config file reads: %s', (text, variables) => {
    const cli = { ...usualCli, configFile: 'config/config.js' }
    const { variables: known } = found({ 'config/config.js': `module.exports = ${text}` }, { cli })
    expect(known.map(({ name, holds }) => `${name} ${holds}`)).toEqual(variables)
  })

  test('a database that cannot be opened is named without its secrets', () => {
    expect(one("'postgres://me:hush@db/app'").refused).toEqual(['src/db.js: postgres'])
    expect(one("{ dialect: 'mysql', password: 'hush' }").refused).toEqual(['src/db.js: mysql'])
  })
})

describe('models', () => {
  const define = "module.exports = (sequelize, DataTypes) => sequelize.define('x', {})"
  const gather = `const sequelize = new Sequelize({}); fs.readdirSync(__dirname); module.exports = { sequelize }`
  const patterns = (texts: Texts, named: string | null = null) =>
    findModels(listingOf('/p', texts), named).candidates.map((each) => each.patterns)

  test("sequelize-cli's index, before the files that it reads", () => {
    const texts = { 'models/index.js': gather, 'models/a.js': define, 'models/b.js': define }
    expect(patterns(texts)).toEqual([['./models/index.js'], ['./models/*.js'], ['./models/a.js', './models/b.js']])
    expect(patterns({ 'db/models/index.js': gather }, 'db/models')).toEqual([['./db/models/index.js']])
    expect(patterns({ 'models/index.js': gather })).toEqual([['./models/index.js']])
  })

  test('a file beside the folder that loads each of them', () => {
    const texts = {
      'db/index.js':
        "const sequelize = new Sequelize({}); require('./models/a.model')(sequelize); module.exports = sequelize",
      'db/models/a.model.js': define,
      'db/models/b.model.js': define,
    }
    expect(patterns(texts)).toEqual([['./db/index.js'], ['./db/models/*.model.js']])
  })

  test('files by what their names share, without tests and migrations', () => {
    const texts = {
      'src/user.model.ts': "import { Model } from 'sequelize'\nexport class User extends Model {}",
      'src/deep/post.model.ts': "import { Model } from 'sequelize'\nexport class Post extends Model {}",
      'src/user.model.test.ts': "import { Model } from 'sequelize'\nclass Fake extends Model {}",
      'migrations/1.js': "sequelize.define('x', {})",
    }
    expect(patterns(texts)[0]).toEqual(['./src/**/*.model.ts'])
  })

  test('nothing where nothing is one', () => {
    expect(patterns({ 'index.js': "app.define('x'); export {}" })).toEqual([])
  })
})

test('SQL files that make triggers and views: no migrations, no dumps', () => {
  const trigger = 'CREATE TRIGGER IF NOT EXISTS kept AFTER DELETE ON a BEGIN SELECT 1; END;'
  const texts = {
    'db/triggers.sql': `${trigger}\n-- CREATE VIEW not_this\nCREATE VIEW "tall" AS SELECT 1;`,
    'db/one.sql': trigger,
    'migrations/1.sql': trigger,
    'dump.sql': `CREATE TABLE a (b);\n${trigger}`,
  }
  expect(findHooks(listingOf('/p', texts))).toEqual([
    { path: 'db/triggers.sql', makes: ['kept', 'tall'] },
    { path: 'db/one.sql', makes: ['kept'] },
  ])
})

test.each([
  [{ 'package.json': '{}', 'a.js': '' }, '.js', 'cjs'],
  [{ 'package.json': '{ "type": "module" }', 'a.js': '' }, '.js', 'esm'],
  [{ 'package.json': '{ "type": "module" }', 'a.cjs': '' }, '.cjs', 'cjs'],
  [{ 'package.json': '{}', 'a.mjs': '' }, '.mjs', 'esm'],
  [{ 'package.json': '{}', 'tsconfig.json': '{}', 'a.ts': '', 'm/1.js': '' }, '.ts', 'esm'],
  [{ 'package.json': 'broken', 'a.js': '' }, '.js', 'cjs'],
])('the kind of %o', (texts: Texts, ending, module) => {
  expect(findCodeKind(listingOf('/p', texts))).toMatchObject({ ending, module })
})

test('a .env file', () => {
  const text = `# none\nA=1\nexport B = 'two words'\nC="x#y" # why\nD=plain # why\nE=\n`
  expect(readDotenv(text)).toEqual({ A: '1', B: 'two words', C: 'x#y', D: 'plain', E: '' })
})
