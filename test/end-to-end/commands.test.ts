/** The one-shot commands on real projects: their documents, their targets, and every form in which a project may be written. */
import { existsSync, mkdirSync } from 'node:fs'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { git } from '../git.ts'
import { dump, query } from './database.ts'
import { baseConfig, devAtTwo, type Files, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

vi.setConfig({ maxConcurrency: 3 })

const projects: TinyProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

async function project(setting?: ProjectSetting): Promise<TinyProject> {
  const made = await makeProject(setting)
  projects.push(made)
  return made
}

const [users, notes, colour] = ['20260101-users.js', '20260102-notes.js', '20260103-colour.js'] as const

/** What a command with `--json` printed, having ended with exit code 0. */
async function done(made: TinyProject, command: string) {
  const run = await made.devdb(command)
  expect(run, command).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

const metaOf = async ({ file }: TinyProject, table = 'SequelizeMeta'): Promise<readonly unknown[]> =>
  (await query(file('dev.db'), `SELECT name FROM "${table}" ORDER BY rowid`)).map(({ name }) => name)

const tablesOf = async (file: string): Promise<readonly unknown[]> =>
  (
    await query(file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
  ).map(({ name }) => name)

const row = (name: string, state: string, outOfOrder = false) => ({
  name,
  state,
  outOfOrder,
  edited: null,
  stored: false,
  branch: null,
})

describe('documents', () => {
  test('reset', async () => {
    const made = await project({ config: { steps: [{ name: 'a', run: 'true' }, { run: ['node', '-e', ''] }] } })
    expect(await done(made, 'reset')).toEqual({
      throwaway: {
        url: `sqlite:${made.file('.devdb/throwaway.db')}`,
        tables: 2,
        ms: expect.any(Number),
        steps: [
          { name: 'a', state: 'done', ms: expect.any(Number), cached: false },
          { name: 'node -e ', state: 'done', ms: expect.any(Number), cached: false },
        ],
      },
    })
    expect(await tablesOf(made.file('.devdb/throwaway.db'))).toEqual(['notes', 'users'])
  })

  test('status, upgrade, downgrade', async () => {
    const made = await project()
    const url = `sqlite:${made.file('dev.db')}`
    expect(await done(made, 'status')).toEqual({
      throwaway: { state: 'absent', url: `sqlite:${made.file('.devdb/throwaway.db')}`, builtAt: null },
      dev: {
        url,
        exists: true,
        migrations: [row(users, 'applied'), row(notes, 'applied'), row(colour, 'pending')],
        interrupted: null,
      },
      models: { state: 'unknown', changes: [] },
      drift: { state: 'unknown', objects: [] },
    })
    const before = await dump(made.file('dev.db'))
    const up = await done(made, 'upgrade')
    expect(up).toMatchObject({ applied: [colour], saved: expect.stringMatching(/^\d{8}-\d{6}-\d{3}/) })
    expect(await dump(made.file(`.devdb/snapshots/${up.saved}.db`))).toEqual(before)
    // Every statement on dev is in the log, with its duration.
    const statements = made
      .read('.devdb/devdb.log')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'statement-run')
    expect(statements).toContainEqual(
      expect.objectContaining({
        database: 'dev.db',
        sql: expect.stringContaining('ALTER TABLE `users` ADD `colour`'),
        ms: expect.any(Number),
        error: null,
      }),
    )
    expect(statements.some(({ sql }) => sql.includes('INSERT INTO `SequelizeMeta`'))).toBe(true)
    expect(await done(made, 'upgrade')).toMatchObject({ applied: [], saved: null })
    expect(await done(made, 'downgrade --yes')).toMatchObject({ reverted: [colour], saved: expect.any(String) })
    expect(await dump(made.file('dev.db'))).toEqual(before)
    expect(await done(made, 'downgrade base --yes')).toMatchObject({
      reverted: [notes, users],
      saved: expect.any(String),
    })
    expect(await done(made, 'downgrade --yes')).toMatchObject({ reverted: [], saved: null })
  })

  test('reset --dev', async () => {
    const made = await project()
    const before = await dump(made.file('dev.db'))
    const document = await done(made, 'reset --dev --yes')
    expect(document).toEqual({
      dev: { url: `sqlite:${made.file('dev.db')}`, applied: [users, notes, colour] },
      saved: expect.any(String),
    })
    expect(await query(made.file('dev.db'), 'SELECT count(*) AS count FROM users')).toEqual([{ count: 0 }])
    expect(await dump(made.file(`.devdb/snapshots/${document.saved}.db`))).toEqual(before)
  })

  test('an absent dev database is created by upgrade and reset --dev only', async () => {
    const made = await project({ dev: null })
    const { dev } = await done(made, 'status')
    expect(dev).toMatchObject({
      exists: false,
      migrations: [row(users, 'pending'), row(notes, 'pending'), row(colour, 'pending')],
    })
    await done(made, 'reset')
    expect(await done(made, 'downgrade --yes')).toMatchObject({ reverted: [], saved: null })
    expect(existsSync(made.file('dev.db'))).toBe(false)
    expect(await done(made, 'upgrade +1')).toMatchObject({ applied: [users], saved: null })
    expect(await tablesOf(made.file('dev.db'))).toEqual(['SequelizeMeta', 'devdb_ledger', 'users'])
    made.write({ 'dev.db': null })
    expect(await done(made, 'reset --dev --yes')).toMatchObject({
      dev: { applied: [users, notes, colour] },
      saved: null,
    })
  })
})

describe('targets', () => {
  const at = (...names: readonly string[]): string =>
    `CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
    ${names.map((name) => `INSERT INTO SequelizeMeta VALUES ('${name}');`).join('\n')}`
  const empty = `exports.up = async () => {}\nexports.down = async () => {}\n`
  const four = ['1-one.js', '2-two.js', '3-three.js', '4-four.js']
  const files: Files = {
    'migrations/20260101-users.js': null,
    'migrations/20260102-notes.js': null,
    'migrations/20260103-colour.js': null,
    ...Object.fromEntries(four.map((name) => [`migrations/${name}`, empty])),
  }

  // What each kind of target means is test/migration/migration-target.test.ts's; here, that a command line leads to it.
  test('both ways, one after the other', async () => {
    const made = await project({ files, dev: at() })
    const walk: readonly (readonly [string, readonly string[], number])[] = [
      ['upgrade 2-two.js', ['1-one.js', '2-two.js'], 2],
      ['upgrade one', [], 2],
      ['upgrade +1', ['3-three.js'], 3],
      ['upgrade head', ['4-four.js'], 4],
      ['downgrade 4-four --yes', [], 4],
      ['downgrade --yes', ['4-four.js'], 3],
      ['downgrade -2 --yes', ['3-three.js', '2-two.js'], 1],
      ['upgrade thr', ['2-two.js', '3-three.js'], 3],
      ['downgrade one --yes', ['3-three.js', '2-two.js'], 1],
      ['upgrade', ['2-two.js', '3-three.js', '4-four.js'], 4],
      ['downgrade base --yes', [...four].reverse(), 0],
    ]
    for (const [command, names, applied] of walk) {
      const { applied: up, reverted } = await done(made, command)
      expect([command, up ?? reverted]).toEqual([command, names])
      expect(await metaOf(made)).toEqual(four.slice(0, applied))
    }
  })

  test('out of order: applied in name order, reverted in the reverse order of application', async () => {
    const made = await project({ files, dev: at('1-one.js', '3-three.js') })
    expect((await done(made, 'status')).dev.migrations).toEqual([
      row('1-one.js', 'applied'),
      row('3-three.js', 'applied'),
      row('2-two.js', 'pending', true),
      row('4-four.js', 'pending'),
    ])
    expect((await done(made, 'upgrade')).applied).toEqual(['2-two.js', '4-four.js'])
    expect((await done(made, 'downgrade -3 --yes')).reverted).toEqual(['4-four.js', '2-two.js', '3-three.js'])
  })

  test('a migration without a file is missing, and stops only a downgrade whose path it is in', async () => {
    const made = await project({ files, dev: at('1-one.js', '2-gone.js', '3-three.js') })
    expect((await done(made, 'status')).dev.migrations).toEqual([
      row('1-one.js', 'applied'),
      row('2-gone.js', 'missing'),
      row('3-three.js', 'applied'),
      row('2-two.js', 'pending', true),
      row('4-four.js', 'pending'),
    ])
    expect((await done(made, 'upgrade two')).applied).toEqual(['2-two.js'])
    expect((await done(made, 'downgrade -2 --yes')).reverted).toEqual(['2-two.js', '3-three.js'])
    const stopped = await made.devdb('downgrade --yes')
    expect(stopped).toMatchObject({ exit: 1, json: { problem: { code: 'migration-missing', migration: '2-gone.js' } } })
    expect(await metaOf(made)).toEqual(['1-one.js', '2-gone.js'])
  })
})

describe('what status says of the throwaway', () => {
  const state = async (made: TinyProject) => (await done(made, 'status')).throwaway

  test('absent, ready, stale, ready again', async () => {
    const made = await project()
    expect(await state(made)).toMatchObject({ state: 'absent', builtAt: null })
    const startedAt = Date.now()
    await done(made, 'reset')
    const ready = await state(made)
    expect(ready).toMatchObject({ state: 'ready', builtAt: expect.any(Number) })
    expect(ready.builtAt).toBeGreaterThanOrEqual(startedAt)
    const good = made.read('models/user.js')
    made.write({ 'models/user.js': `${good}// another byte\n` })
    expect(await state(made)).toMatchObject({ state: 'stale', builtAt: ready.builtAt })
    made.write({ 'models/user.js': good })
    expect(await state(made)).toMatchObject({ state: 'ready' })
    made.write({ 'models/tag.js': good.replace("'user'", "'tag'") })
    expect(await state(made)).toMatchObject({ state: 'stale' })
    made.write({ 'models/tag.js': null })
    expect(await state(made)).toMatchObject({ state: 'ready' })
    made.write({ 'devdb.config.json': JSON.stringify({ ...baseConfig, steps: [{ run: 'true' }] }) })
    expect(await state(made)).toMatchObject({ state: 'stale' })
  })

  test('failed where there is no good one, with the keys of the Problem; stale where there is', async () => {
    const made = await project()
    const good = made.read('models/user.js')
    made.write({ 'models/user.js': 'nothing(' })
    const { exit, json } = await made.devdb('reset')
    expect([exit, Object.keys(json)]).toEqual([1, ['throwaway', 'problem']])
    expect(Object.keys(json.problem).sort()).toEqual([
      'code',
      'details',
      'file',
      'hint',
      'line',
      'message',
      'migration',
      'statement',
    ])
    expect(await state(made)).toMatchObject({ state: 'failed', builtAt: null })
    made.write({ 'models/user.js': good })
    await done(made, 'reset')
    const before = await dump(made.file('.devdb/throwaway.db'))
    made.write({ 'models/user.js': 'nothing(' })
    expect((await made.devdb('reset')).exit).toBe(1)
    expect(await state(made)).toMatchObject({ state: 'stale', builtAt: expect.any(Number) })
    expect(await dump(made.file('.devdb/throwaway.db')), 'the last good one stays').toEqual(before)
  })
})

describe('migrations', () => {
  const only = (files: Files): Files => ({
    'migrations/20260101-users.js': null,
    'migrations/20260102-notes.js': null,
    'migrations/20260103-colour.js': null,
    ...files,
  })

  /** Each makes a table of its own, which is named after it. */
  const forms: Readonly<Record<string, string>> = {
    'cli.js': `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('pets_cli_js', { id: { type: Sequelize.INTEGER, primaryKey: true }, at: { type: Sequelize.DATE, defaultValue: Sequelize.literal('CURRENT_TIMESTAMP') } })
    await queryInterface.sequelize.query('INSERT INTO pets_cli_js (id) VALUES (1)')
    const rows = await queryInterface.sequelize.query('SELECT id FROM pets_cli_js', { type: Sequelize.QueryTypes.SELECT })
    if (rows.length !== 1) throw new Error('no rows')
  },
  async down(queryInterface) { await queryInterface.dropTable('pets_cli_js') },
}`,
    'umzug.js': `const { DataTypes } = require('sequelize')
exports.up = async ({ name, path, context }) => {
  if (name !== 'umzug.js' || path !== __filename) throw new Error(name + ' ' + path)
  await context.createTable('pets_umzug_js', { id: { type: DataTypes.INTEGER, primaryKey: true } })
}
exports.down = async ({ context: queryInterface }) => queryInterface.dropTable('pets_umzug_js')`,
    'sequelize.cjs': `exports.up = async ({ context: sequelize }) => {
  await sequelize.query('CREATE TABLE pets_sequelize_cjs (id INTEGER)')
  await sequelize.getQueryInterface().bulkInsert('pets_sequelize_cjs', [{ id: 1 }])
}
exports.down = async ({ context: sequelize }) => sequelize.getQueryInterface().dropTable('pets_sequelize_cjs')`,
    'module.mjs': `import { DataTypes } from 'sequelize'
export async function up({ context }) { await context.createTable('pets_module_mjs', { id: DataTypes.INTEGER }) }
export async function down({ context }) { await context.dropTable('pets_module_mjs') }`,
    'typed.ts': `import { DataTypes, type QueryInterface } from 'sequelize'
import type { MigrationFn } from 'umzug'
export const up: MigrationFn<QueryInterface> = async ({ context }) => { await context.createTable('pets_typed_ts', { id: { type: DataTypes.INTEGER } }) }
export const down: MigrationFn<QueryInterface> = async ({ context }) => { await context.dropTable('pets_typed_ts') }`,
    'default.ts': `import type { QueryInterface } from 'sequelize'
export default {
  up: (queryInterface: QueryInterface) => queryInterface.sequelize.query('CREATE TABLE pets_default_ts (id INTEGER)'),
  down: (queryInterface: QueryInterface) => queryInterface.dropTable('pets_default_ts'),
}`,
    'transaction.js': `exports.up = (queryInterface, Sequelize) =>
  queryInterface.sequelize.transaction(async (transaction) => {
    await queryInterface.createTable('pets_transaction_js', { id: Sequelize.INTEGER }, { transaction })
    await queryInterface.bulkInsert('pets_transaction_js', [{ id: 1 }], { transaction })
  })
exports.down = async (queryInterface) => {
  const transaction = await queryInterface.sequelize.transaction()
  await queryInterface.dropTable('pets_transaction_js', { transaction })
  await transaction.commit()
}`,
  }

  test('each form in which one may be written, up and down again', async () => {
    // Quotes, comments and triggers do not end a statement.
    const up = `-- pets; of users
CREATE TABLE pets_sql (id INTEGER, name TEXT DEFAULT 'a;b');
CREATE TRIGGER named AFTER INSERT ON pets_sql BEGIN
  UPDATE pets_sql SET name = 'x;y' WHERE id = NEW.id;
  DELETE FROM pets_sql WHERE id < 0;
END;
INSERT INTO pets_sql (id) VALUES (1) /* one; */;`
    const written = {
      ...Object.fromEntries(Object.entries(forms).map(([name, text]) => [`migrations/${name}`, text])),
      'migrations/1-pets.up.sql': up,
      'migrations/1-pets.down.sql': 'DROP TABLE pets_sql;',
    }
    const made = await project({ files: only(written), dev: null })
    const names = ['1-pets.up.sql', ...Object.keys(forms)].sort()
    expect((await done(made, 'upgrade')).applied).toEqual(names)
    const tables = ['pets_sql', ...Object.keys(forms).map((name) => `pets_${name.replace(/\W/g, '_')}`)].sort()
    expect(await tablesOf(made.file('dev.db'))).toEqual(expect.arrayContaining(tables))
    expect((await done(made, 'downgrade base --yes')).reverted).toEqual([...names].reverse())
    expect((await tablesOf(made.file('dev.db'))).filter((name) => String(name).startsWith('pets'))).toEqual([])
    expect(await metaOf(made)).toEqual([])
  })

  it.concurrent("a meta table of the project's own, with a column of its own", async () => {
    const made = await makeProject({
      files: only({ 'migrations/cli.js': forms['cli.js']! }),
      config: { migrations: { dir: './migrations', meta: { table: 'migrations_done', column: 'id' } } },
      dev: null,
    })
    git(made.file('.'), 'init', '--quiet', '--initial-branch=feature')
    await done(made, 'upgrade')
    expect(await query(made.file('dev.db'), 'SELECT id FROM migrations_done')).toEqual([{ id: 'cli.js' }])
    expect(await tablesOf(made.file('dev.db'))).toEqual(['devdb_ledger', 'migrations_done', 'pets_cli_js'])
    expect((await done(made, 'status')).dev.migrations).toEqual([
      { ...row('cli.js', 'applied'), stored: true, branch: 'feature' },
    ])
    expect((await done(made, 'downgrade --yes')).reverted).toEqual(['cli.js'])
    expect(await query(made.file('dev.db'), 'SELECT id FROM migrations_done')).toEqual([])
    made.remove()
  })

  it.concurrent.each([
    ['without extension', ['20260101-users', '20260102-notes'], '20260103-colour'],
    ['with .js for .ts files', ['20260101-users.js', '20260102-notes.js'], '20260103-colour.js'],
  ])('names in the meta table %s', async (_, logged, added) => {
    const typed = `import type { QueryInterface } from 'sequelize'
export const up = (queryInterface: QueryInterface) => queryInterface.sequelize.query('CREATE TABLE pets (id INTEGER)')
export const down = (queryInterface: QueryInterface) => queryInterface.dropTable('pets')`
    const names = ['20260101-users.ts', '20260102-notes.ts', '20260103-colour.ts']
    const made = await makeProject({
      files: only(Object.fromEntries(names.map((name) => [`migrations/${name}`, typed]))),
      dev: devAtTwo.replace(
        /\('20260101-users.js'\), \('20260102-notes.js'\)/,
        logged.map((name) => `('${name}')`).join(', '),
      ),
    })
    expect((await done(made, 'status')).dev.migrations).toEqual([
      row(names[0]!, 'applied'),
      row(names[1]!, 'applied'),
      row(names[2]!, 'pending'),
    ])
    expect((await done(made, 'upgrade')).applied).toEqual([names[2]])
    expect(await metaOf(made)).toEqual([...logged, added])
    expect((await done(made, 'downgrade --yes')).reverted).toEqual([names[2]])
    expect(await metaOf(made)).toEqual(logged)
    made.remove()
  })

  it.concurrent('files that do not match are no migrations', async () => {
    const made = await makeProject({
      files: {
        'migrations/helpers.js': 'throw new Error("not a migration")',
        'migrations/20260101-users.d.ts': '',
        'migrations/README.md': '',
      },
      config: { migrations: { dir: './migrations', match: '^\\d{8}-' } },
    })
    expect((await done(made, 'upgrade')).applied).toEqual([colour])
    made.remove()
  })
})

describe('configuration', () => {
  const object = `{ models: './models', migrations: './migrations', dev: (env) => env.DEV_DB ?? 'sqlite:dev.db', env: ({ url, storage }) => ({ APP_DB: storage, APP_URL: url }) }`
  const forms: Readonly<Record<string, string>> = {
    'devdb.config.ts': `import { defineConfig } from 'devdb'\nimport type {} from 'sequelize'\nexport default defineConfig(${object})\n`,
    'devdb.config.mts': `import { defineConfig } from 'devdb'\nconst typed: string = 'x'\nexport default defineConfig(${object})\n`,
    'devdb.config.mjs': `import { defineConfig } from 'devdb'\nexport default defineConfig(${object})\n`,
    'devdb.config.js': `module.exports = ${object}\n`,
    'devdb.config.cjs': `module.exports = ${object}\n`,
    'devdb.config.json': JSON.stringify(baseConfig),
  }

  it.concurrent.each(Object.entries(forms))('%s, found from a folder below', async (name, text) => {
    const made = await makeProject({ files: { [name]: text } })
    mkdirSync(made.file('src/deep'), { recursive: true })
    const run = await made.devdb('status', { cwd: 'src/deep' })
    expect(run.json.dev).toMatchObject({ url: `sqlite:${made.file('dev.db')}`, migrations: { length: 3 } })
    made.remove()
  })

  it.concurrent('an ES module in a package of type module', async () => {
    const made = await makeProject({
      files: {
        'package.json': '{ "type": "module" }',
        'devdb.config.js': `import { defineConfig } from 'devdb'\nexport default defineConfig(${object})\n`,
      },
    })
    expect((await done(made, 'status')).dev.exists).toBe(true)
    made.remove()
  })

  it.concurrent('--config, whose folder is the project', async () => {
    const made = await makeProject()
    const run = await made.devdb('status --config ../devdb.config.json', { cwd: 'models' })
    expect(run.json.dev.migrations).toHaveLength(3)
    made.remove()
  })

  it.concurrent('dev as a function of the environment, and as Sequelize options', async () => {
    const made = await makeProject({ files: { 'devdb.config.cjs': forms['devdb.config.cjs']! } })
    const other = await made.devdb('status', { env: { DEV_DB: 'sqlite:other.db' } })
    expect(other.json.dev).toMatchObject({ url: `sqlite:${made.file('other.db')}`, exists: false })
    made.write({
      'devdb.config.cjs': `module.exports = { models: './models', migrations: './migrations', dev: { dialect: 'sqlite', storage: './dev.db' } }`,
    })
    expect((await done(made, 'status')).dev).toMatchObject({ url: `sqlite:${made.file('dev.db')}`, exists: true })
    made.remove()
  })

  it.concurrent('what looks like production is allowed by name', async () => {
    const made = await makeProject({ config: { dev: 'sqlite:app-prod.db', allow: ['app-prod'] } })
    expect((await made.devdb('status', { env: { NODE_ENV: 'production' } })).json.dev.exists).toBe(false)
    made.remove()
  })

  it.concurrent("steps see the throwaway, by DATABASE_URL and by names of the project's own", async () => {
    const made = await makeProject({
      files: {
        'devdb.config.cjs': `module.exports = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', unsetEnv: ['SECRET'],
          env: ({ storage }) => ({ APP_DB: storage }),
          steps: [{ name: 'show', run: 'node show.js', env: { MORE: '1' } }] }`,
        'show.js': `const { DATABASE_URL, APP_DB, SECRET, MORE } = process.env\nrequire('node:fs').writeFileSync('seen.json', JSON.stringify({ DATABASE_URL, APP_DB, SECRET, MORE }))\n`,
      },
    })
    await made.devdb('reset', { env: { SECRET: 'x', DATABASE_URL: 'postgres://elsewhere' } })
    const seen = JSON.parse(made.read('seen.json'))
    expect(seen).toEqual({
      DATABASE_URL: `sqlite:${seen.APP_DB}`,
      APP_DB: expect.stringContaining('/.devdb/build/'),
      MORE: '1',
    })
    made.remove()
  })
})

describe('models', () => {
  const initialised = (name: string, rest = ''): string =>
    `class ${name} extends Model {\n  static initModel(sequelize, types = DataTypes) {\n    return ${name}.init({ name: types.STRING }, { sequelize, modelName: '${name}' })\n  }${rest}\n}`

  /** The tables that each shape gives. */
  const shapes: Readonly<
    Record<string, { readonly files: Files; readonly models?: unknown; readonly tables: readonly string[] }>
  > = {
    'one function or class per file, in CommonJS, ES modules and TypeScript; with associate, and with an enum': {
      files: {
        'models/a.js': `module.exports = (sequelize, DataTypes) => {\n  const A = sequelize.define('A', { name: DataTypes.STRING })\n  A.associate = ({ B }) => A.belongsToMany(B, { through: 'Pairs' })\n  return A\n}`,
        'models/b.js': `module.exports = (sequelize, DataTypes) => {\n  const B = sequelize.define('B', { name: DataTypes.STRING })\n  B.associate = ({ A }) => B.belongsToMany(A, { through: 'Pairs' })\n  return B\n}`,
        'models/c.mjs': `export default (sequelize, DataTypes) => sequelize.define('C', { name: DataTypes.STRING })`,
        'models/d.ts': `import { type DataTypes, Model, type Sequelize } from 'sequelize'\nenum Colour { Red = 'red' }\nexport default (sequelize: Sequelize, types: typeof DataTypes) => {\n  class D extends Model {\n    declare name: string\n  }\n  return D.init({ name: { type: types.ENUM(...Object.values(Colour)) } }, { sequelize })\n}`,
        'models/e.js': `const { DataTypes, Model } = require('sequelize')\n${initialised('E')}\nmodule.exports = { E }`,
        'models/f.mjs': `import { DataTypes, Model } from 'sequelize'\nexport default ${initialised('F')}`,
      },
      tables: ['As', 'Bs', 'Cs', 'Ds', 'Es', 'Fs', 'Pairs'],
    },
    'functions that define all of them: of CommonJS, and of an ES module, asynchronously': {
      models: ['./all.js', './all.mjs'],
      files: {
        'all.js': `exports.defineModels = (sequelize) => {\n  const { DataTypes } = require('sequelize')\n  sequelize.define('A', { name: DataTypes.STRING })\n  sequelize.define('B', {})\n}`,
        'all.mjs': `export default async function init(sequelize, DataTypes) {\n  await null\n  sequelize.define('C', { name: DataTypes.STRING })\n  sequelize.define('D', {})\n  return sequelize.models\n}`,
      },
      tables: ['As', 'Bs', 'Cs', 'Ds'],
    },
    'classes with a static initialiser and associations, in TypeScript ES modules': {
      files: {
        'package.json': '{ "type": "module" }',
        'models/a.ts': `import { DataTypes, Model, type Sequelize } from 'sequelize'\nimport { B } from './b.ts'\nexport class A extends Model {\n  static initialize(sequelize: Sequelize) { A.init({ name: DataTypes.STRING }, { sequelize }) }\n  static associate() { A.hasMany(B) }\n}`,
        'models/b.ts': `import { Model, type Sequelize } from 'sequelize'\nexport class B extends Model {\n  static initialize(sequelize: Sequelize) { B.init({}, { sequelize }) }\n}`,
      },
      tables: ['As', 'Bs'],
    },
    'an exported instance with its models bound': {
      models: './db.js',
      files: {
        'db.js': `const { DataTypes, Sequelize } = require('sequelize')\nconst sequelize = new Sequelize('sqlite:dev.db')\nsequelize.define('A', { name: DataTypes.STRING })\nmodule.exports = { sequelize }`,
      },
      tables: ['As'],
    },
    'the instance itself': {
      models: './db.ts',
      files: {
        'db.ts': `import { DataTypes, Sequelize } from 'sequelize'\nconst sequelize = new Sequelize({ dialect: 'sqlite', storage: 'dev.db', define: { freezeTableName: true } })\nsequelize.define('A', { name: DataTypes.STRING })\nexport default sequelize\n`,
      },
      tables: ['A'],
    },
    'models bound to an instance that is not exported': {
      models: './models',
      files: {
        'db.js': `const { Sequelize } = require('sequelize')\nmodule.exports = new Sequelize({ dialect: 'sqlite', storage: 'dev.db', logging: false })`,
        'models/a.js': `const { DataTypes, Model } = require('sequelize')\nclass A extends Model {}\nA.init({ name: DataTypes.STRING }, { sequelize: require('../db') })\nmodule.exports = A`,
        'models/b.js': `const { DataTypes } = require('sequelize')\nmodule.exports.B = require('../db').define('B', { name: DataTypes.STRING })`,
      },
      tables: ['As', 'Bs'],
    },
  }

  it.concurrent.each(Object.entries(shapes))('%s', async (_, { files, models = './models', tables }) => {
    const made = await makeProject({
      files: { 'models/note.js': null, 'models/user.js': null, migrations: null, ...files },
      config: { models },
    })
    const before = made.bytes('dev.db')
    const run = await made.devdb('reset')
    expect(run.json).toMatchObject({ throwaway: { tables: tables.length } })
    expect(await tablesOf(made.file('.devdb/throwaway.db'))).toEqual(tables)
    expect(made.bytes('dev.db').equals(before), 'dev, byte for byte').toBe(true)
    made.remove()
  })

  test('an application that opens its own database at import sees the throwaway', async () => {
    const made = await project({
      config: { models: './app.js' },
      files: {
        'app.js': `const { DataTypes, Sequelize } = require('sequelize')
const sequelize = new Sequelize(process.env.DATABASE_URL ?? 'sqlite:dev.db', { logging: false })
exports.Pet = sequelize.define('Pet', { name: DataTypes.STRING })
exports.ready = sequelize.query('CREATE TABLE at_boot (id INTEGER)')
`,
      },
    })
    const before = made.bytes('dev.db')
    await done(made, 'reset')
    expect(await tablesOf(made.file('.devdb/throwaway.db'))).toContain('Pets')
    expect(made.bytes('dev.db').equals(before)).toBe(true)
  })
})

test('passwords are shown nowhere: not in the document, not to people, not in the log', async () => {
  const made = await project({
    config: { steps: [{ name: 'leak', run: 'echo connecting to postgres://doe:hunter2@db.example.com/app; exit 1' }] },
  })
  const { json, stdout } = await made.devdb('reset')
  expect(json.problem.details.join()).toContain('postgres://doe:***@db.example.com/app')
  const shown = await made.plain('reset')
  expect(shown.stderr).toContain('postgres://doe:***@db.example.com/app')
  for (const text of [stdout, shown.stderr, shown.stdout, made.read('.devdb/devdb.log')])
    expect(text).not.toContain('hunter2')
})

test('people get progress on stderr and nothing on stdout, but for what status prints', async () => {
  const made = await project()
  const up = await made.plain('upgrade')
  expect([up.exit, up.stdout]).toEqual([0, ''])
  expect(up.stderr).toContain(colour)
  const status = await made.plain('status')
  expect(status.stdout).toContain(`● ${colour}`)
})
