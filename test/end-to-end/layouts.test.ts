/** Projects that are laid out otherwise than the base one: what is built, and from what. */
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { describe, expect, it, test, vi } from 'vitest'
import { execute, query } from './database.ts'
import { type Files, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

vi.setConfig({ maxConcurrency: 3 })

/** Makes a project, and removes it when the work in it is done. */
async function inProject(setting: ProjectSetting, work: (made: TinyProject) => Promise<void>): Promise<void> {
  const made = await makeProject({ dev: null, ...setting })
  await work(made).finally(() => made.remove())
}

/** What a command with `--json` printed, having ended with exit code 0. */
async function done(made: TinyProject, command: string) {
  const run = await made.devdb(command)
  expect(run, `${command}: ${run.stdout}`).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

/** Every object of a database, as `type name`; tables with their columns. */
async function objectsOf(file: string): Promise<readonly string[]> {
  const rows = await query(
    file,
    `SELECT type, name, (SELECT group_concat(name, ' ') FROM pragma_table_xinfo(m.name)) AS columns FROM sqlite_master m
     WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`,
  )
  return rows.map(({ type, name, columns }) =>
    type === 'table' ? `${String(name)}(${String(columns)})` : `${String(type)} ${String(name)}`,
  )
}

const built = (made: TinyProject): Promise<readonly string[]> => objectsOf(made.file('.devdb/throwaway.db'))

const noModels: Files = { 'models/note.js': null, 'models/user.js': null }
/** Of each good build the models are compared with the migrations, which another child runs: where nothing is said of them, there are none. */
const noMigrations: Files = Object.fromEntries(
  ['01-users', '02-notes', '03-colour'].map((name) => [`migrations/202601${name}.js`, null]),
)
const aModel = (name: string, attributes: string, options = ''): string =>
  `module.exports = (sequelize, DataTypes) => sequelize.define('${name}', { ${attributes} }, { timestamps: false, ${options} })`

const users = 'users(id name colour)'
const notes = 'notes(id text userId)'

/** What stands in the throwaway, by what the configuration and the files say of the models. */
const schemas: Readonly<
  Record<string, { readonly files?: Files; readonly models: object; readonly objects: readonly string[] }>
> = {
  'SQL files before and after the models': {
    files: {
      'db/before.sql': 'CREATE TABLE colours (name TEXT);',
      'db/after.sql':
        'CREATE VIEW named AS SELECT name FROM users;\nCREATE TRIGGER kept AFTER DELETE ON users BEGIN INSERT INTO colours VALUES (old.colour); END;',
    },
    models: { path: './models', beforeSync: './db/before.sql', afterSync: './db/after.sql' },
    objects: ['colours(name)', notes, users, 'trigger kept', 'view named'],
  },
  'modules before and after the models, which import others': {
    files: {
      'db/before.js': `const name = require('./name')\nmodule.exports = async (queryInterface, Sequelize) => {\n  await queryInterface.createTable(name, { id: Sequelize.INTEGER })\n}`,
      'db/name.js': `module.exports = 'early'`,
      'db/after.mjs': `export default (queryInterface) => queryInterface.addIndex('users', ['name'], { name: 'by_name' })`,
    },
    models: { path: './models', beforeSync: './db/before.js', afterSync: './db/after.mjs' },
    objects: ['index by_name', 'early(id)', notes, users],
  },
  'models that are left out by their names and by their tables': {
    files: { 'models/seen.js': aModel('Seen', 'a: DataTypes.STRING', `tableName: 'seen_view'`) },
    models: { path: './models', exclude: ['seen_view', 'note'] },
    objects: [users],
  },
  'two models on one table': {
    files: {
      'models/admin.js': aModel(
        'admin',
        `right: { type: DataTypes.STRING, unique: true }, label: { type: DataTypes.STRING, field: 'colour' }`,
        `tableName: 'users', indexes: [{ fields: ['right'], name: 'by_right' }]`,
      ),
    },
    models: { path: './models' },
    objects: ['index by_right', notes, 'users(id right colour name)'],
  },
  'a junction that is a model of its own, and beside it the one that Sequelize makes': {
    files: {
      ...noModels,
      'models/a.js': aModel('a', '').replace(
        / => (.*)$/s,
        " => {\n const a = $1\n a.associate = ({ b }) => a.belongsToMany(b, { through: 'pairs' })\n return a\n}",
      ),
      'models/b.js': aModel('b', ''),
      'models/pair.js': aModel('Pair', `rank: DataTypes.INTEGER`, `tableName: 'pairs'`),
    },
    models: { path: './models' },
    objects: ['as(id)', 'bs(id)', 'pairs(createdAt updatedAt aId bId id rank)'],
  },
}

it.concurrent.each(Object.entries(schemas))('%s', async (_, { files = {}, models, objects }) =>
  inProject({ files: { ...noMigrations, ...files }, config: { models } }, async (made) => {
    await done(made, 'reset')
    expect([...(await built(made))].sort()).toEqual([...objects].sort())
  }),
)

const typed = (text: string): string => `import { DataTypes, Model, type Sequelize } from 'sequelize'\n${text}`
const ownInstance = `const { DataTypes, Sequelize } = require('sequelize')\nconst sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false, define: { timestamps: false, freezeTableName: true } })\nsequelize.define('a', { name: DataTypes.STRING })\n`

/** Applications, by what is peculiar to them; the tables that each gives. */
const applications: Readonly<
  Record<
    string,
    {
      readonly files: Files
      readonly config?: Readonly<Record<string, unknown>>
      readonly objects?: readonly string[]
      readonly env?: NodeJS.ProcessEnv
    }
  >
> = {
  'classes with init and associate of their own': {
    files: {
      'models/a.js': `const { Model } = require('sequelize')\nmodule.exports = class A extends Model {\n  static init(sequelize, DataTypes) {\n    return super.init({ name: DataTypes.STRING }, { sequelize, tableName: 'as', timestamps: false })\n  }\n  static associate(models) { this.hasMany(models.B, { foreignKey: 'aId' }) }\n}`,
      'models/b.js': `const { Model } = require('sequelize')\nmodule.exports = class B extends Model {\n  static init(sequelize, DataTypes) {\n    return super.init({}, { sequelize, tableName: 'bs', timestamps: false })\n  }\n}`,
    },
    objects: ['as(id name)', 'bs(id aId)'],
  },
  'functions that give classes, in TypeScript, with associate': {
    files: {
      'models/a.ts': typed(
        `export default (sequelize: Sequelize) => {\n  class A extends Model {\n    static associate({ B }: Record<string, typeof Model>) { A.belongsTo(B as never, { foreignKey: 'bId' }) }\n  }\n  A.init({ name: DataTypes.STRING }, { sequelize, modelName: 'A', tableName: 'as', timestamps: false })\n  return A\n}`,
      ),
      'models/b.ts': typed(
        `export default (sequelize: Sequelize) => {\n  class B extends Model {}\n  B.init({}, { sequelize, tableName: 'bs', timestamps: false })\n  return B\n}`,
      ),
    },
    objects: ['as(id name bId)', 'bs(id)'],
  },
  'settings that the application reads for itself, and variables that it cannot do without': {
    files: {
      'config/config.json': '{ "staging": { "dialect": "sqlite", "storage": "other.db", "logging": false } }',
      'models/index.js': `if (process.env.APP_SECRET === undefined) throw new Error('no secret')\nconst { DataTypes, Sequelize } = require('sequelize')\nconst settings = JSON.parse(require('node:fs').readFileSync('config/config.json', 'utf8'))[process.env.NODE_ENV]\nconst sequelize = new Sequelize({ ...settings, define: { timestamps: false, freezeTableName: true } })\nsequelize.define('a', { name: DataTypes.STRING })\nmodule.exports = { sequelize, Sequelize }`,
    },
    config: { models: './models/index.js', env: { APP_SECRET: 'x', NODE_ENV: 'staging' } },
  },
  'a server, a timer and a worker that keep the process alive': {
    files: {
      'app.js': `${ownInstance}require('node:http').createServer(() => {}).listen(0)\nsetInterval(() => {}, 1000)\nrequire('node:child_process').fork('./worker.js')\nnew (require('node:worker_threads').Worker)('./worker.js')\nmodule.exports = { sequelize }`,
      'worker.js': 'setInterval(() => {}, 1000)',
    },
    config: { models: './app.js' },
  },
  'a database that is switched to WAL while the models load, and filled': {
    files: {
      'app.js': `${ownInstance}const ready = sequelize.query('PRAGMA journal_mode = WAL').then(() => sequelize.query('CREATE TABLE b (x)'))\nmodule.exports = { sequelize, ready }`,
    },
    config: { models: './app.js' },
    objects: ['a(id name)', 'b(x)'],
  },
  'triggers that hooks make after sync': {
    files: {
      'app.js': `${ownInstance}sequelize.afterBulkSync(async () => {\n  await sequelize.query("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END")\n})\nsequelize.models.a.afterSync(() => sequelize.query('CREATE VIEW v AS SELECT name FROM a'))\nmodule.exports = { sequelize }`,
    },
    config: { models: './app.js' },
    objects: ['a(id name)', 'trigger t', 'view v'],
  },
  'import.meta, top-level await and JSON, in JavaScript': {
    files: {
      'package.json': '{ "type": "module" }',
      'models/a.js': `import { readFile } from 'node:fs/promises'\nimport names from './names.json' with { type: 'json' }\nimport { createRequire } from 'node:module'\nconst text = await readFile(new URL('./names.json', import.meta.url), 'utf8')\nconst again = createRequire(import.meta.url)('./names.json')\nif (JSON.parse(text).table !== again.table || !import.meta.dirname.endsWith('models')) throw new Error(import.meta.dirname)\nexport default (sequelize, DataTypes) => sequelize.define('a', { name: DataTypes.STRING }, { tableName: names.table, timestamps: false })`,
      'models/names.json': '{ "table": "a" }',
    },
  },
  'the same in TypeScript, with path aliases': {
    files: {
      'package.json': '{ "type": "module" }',
      'tsconfig.json': `{\n  // a comment\n  "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["./src/lib/*"], "#exact": ["./src/exact.ts"] }, "resolveJsonModule": true },\n}`,
      'src/lib/names.json': '{ "table": "a" }',
      'src/lib/attributes.ts': typed(`export const attributes = { name: DataTypes.STRING } as const`),
      'src/exact.ts': `export const exact: string = await Promise.resolve('a')`,
      'models/a.ts': `import { attributes } from '@lib/attributes'\nimport names from '@lib/names.json'\nimport { exact } from '#exact'\nimport { Model, type Sequelize } from 'sequelize'\nif (!import.meta.filename.endsWith('a.ts') || exact !== names.table) throw new Error(import.meta.filename)\nexport class A extends Model {\n  static initialize(sequelize: Sequelize) { A.init(attributes, { sequelize, tableName: names.table, timestamps: false }) }\n}`,
    },
  },
  'TypeScript that becomes CommonJS, with path aliases and JSON': {
    files: {
      'tsconfig.json': `{ "compilerOptions": { "module": "commonjs", "esModuleInterop": true, "resolveJsonModule": true, "baseUrl": "./src" } }`,
      'src/lib/names.json': '{ "table": "a" }',
      'src/lib/attributes.ts': typed(`export const attributes = { name: DataTypes.STRING } as const`),
      'models/a.ts': `import { attributes } from 'lib/attributes'\nimport names from 'lib/names.json'\nimport type { Sequelize } from 'sequelize'\nimport path = require('node:path')\nif (path.basename(__filename) !== 'a.ts') throw new Error(__filename)\nexport default (sequelize: Sequelize) => sequelize.define('a', attributes, { tableName: names.table, timestamps: false })`,
    },
  },
}

it.concurrent.each(Object.entries(applications))('%s', async (_, { files, config = {}, objects = ['a(id name)'] }) =>
  inProject({ files: { ...noModels, ...noMigrations, ...files }, config }, async (made) => {
    await done(made, 'reset')
    expect([...(await built(made))].sort()).toEqual([...objects].sort())
  }),
)

test('what runs around the models is a part of the layer: a change of it, or of what it imports, makes the tables anew', () =>
  inProject(
    {
      files: {
        'after.js': `module.exports = (queryInterface) => queryInterface.createTable(require('./name'), { id: 'INTEGER' })`,
        'name.js': `module.exports = 'one'`,
      },
      config: { models: { path: './models', afterSync: './after.js' } },
    },
    async (made) => {
      await done(made, 'reset')
      made.write({ 'name.js': `module.exports = 'two'` })
      expect((await done(made, 'status')).throwaway.state).toBe('stale')
      await done(made, 'reset')
      expect(await built(made)).toEqual([notes, 'two(id)', users])
      // The command that compares builds them in another way.
      await done(made, 'upgrade')
      expect((await done(made, 'diff')).models).toMatchObject([{ text: expect.stringContaining('+ two') }])
    },
  ))

it.concurrent.each([
  ['a.sql', 'CREATE TABLE a (x);\nCREATE TABLE a (x);', 'schema-failed', 'table a already exists', 2],
  [
    'a.js',
    `module.exports = async (queryInterface) => {\n  throw new Error('not today')\n}`,
    'model-failed',
    'not today',
    2,
  ],
  [
    'a.js',
    `module.exports = (queryInterface) =>\n  queryInterface.sequelize.query('DROP TABLE gone')`,
    'model-failed',
    'no such table',
    undefined,
  ],
  ['a.js', `module.exports = { name: 'a' }`, 'model-failed', 'exports no function', undefined],
])('%s that fails after the models: %s', async (name, text, code, message, line) =>
  inProject({ files: { [name]: text }, config: { models: { path: './models', afterSync: name } } }, async (made) => {
    const { exit, json } = await made.devdb('reset')
    expect([exit, json.problem.code, json.problem.file]).toEqual([1, code, made.file(name)])
    expect(json.problem.message).toContain(message)
    if (line !== undefined) expect(json.problem.line).toBe(line)
  }),
)

test('a throwaway that is built from the migrations: models that cannot be synced do not matter, and nothing is said of what they need', () =>
  inProject(
    {
      files: {
        'models/user.js': 'throw new Error("not without the server")',
        'seed.js': `exports.up = (queryInterface) => queryInterface.bulkInsert('users', [{ name: 'doe' }])`,
      },
      config: { throwaway: { from: 'migrations' }, steps: [{ module: './seed.js' }] },
    },
    async (made) => {
      await done(made, 'upgrade')
      expect((await done(made, 'reset')).throwaway).toMatchObject({ tables: 2 })
      const throwaway = ['SequelizeMeta(name)', notes, users]
      expect(await built(made)).toEqual(throwaway)
      expect(await query(made.file('.devdb/throwaway.db'), 'SELECT name FROM users')).toEqual([{ name: 'doe' }])
      expect((await done(made, 'status --fresh')).models).toEqual({ state: 'not-compared', changes: [] })
      expect(await done(made, 'diff')).toEqual({ models: null, drift: [] })
      expect((await made.plain('status')).stdout).toContain('What the models need is not known')

      made.write({ 'migrations/20260104-more.sql': 'CREATE TABLE more (id INTEGER)' })
      expect((await done(made, 'status')).throwaway.state).toBe('stale')
      await done(made, 'reset')
      expect(await built(made)).toEqual(['SequelizeMeta(name)', 'more(id)', notes, users])
      made.write({ 'migrations/20260104-more.sql': null })
      await done(made, 'reset')
      expect(await built(made)).toEqual(throwaway)

      for (const command of ['check', 'generate -m more', 'diff --sql']) {
        const { exit, json } = await made.devdb(command)
        expect([exit, json.problem.code, json.problem.hint]).toEqual([
          1,
          'models-not-compared',
          expect.stringContaining('--empty'),
        ])
      }
      expect((await done(made, 'generate --empty -m more')).file).toContain('more')
    },
  ))

test("seeders with a table of their own: sequelize-cli's, as a step", () =>
  inProject(
    {
      files: {
        'config/config.json':
          '{ "development": { "use_env_variable": "DATABASE_URL", "dialect": "sqlite", "seederStorage": "sequelize" } }',
        'seeders/1-users.js': `exports.up = (queryInterface) => queryInterface.bulkInsert('users', [{ name: 'doe' }])`,
      },
      config: { steps: [{ run: 'node_modules/.bin/sequelize-cli db:seed:all', inputs: ['seeders/**'] }] },
    },
    async (made) => {
      await done(made, 'upgrade')
      await done(made, 'reset')
      const seeded = 'SELECT u.name AS user, d.name FROM users u, SequelizeData d'
      expect(await query(made.file('.devdb/throwaway.db'), seeded)).toEqual([{ user: 'doe', name: '1-users.js' }])
      // In dev it is nobody's business, and in the throwaway it is no model.
      await execute(made.file('dev.db'), 'CREATE TABLE SequelizeData (name VARCHAR(255) PRIMARY KEY)')
      expect(await done(made, 'diff')).toEqual({ models: [], drift: [] })
    },
  ))

test('a workspace: the configuration in a package, node_modules above it, models in another package that is linked', () =>
  inProject(
    {
      files: {
        'devdb.config.json': null,
        'packages/models/package.json': '{ "name": "@app/models", "main": "lib/index.js" }',
        'packages/models/lib/index.js': aModel('pet', 'name: DataTypes.STRING'),
        'packages/api/package.json': '{ "name": "@app/api", "dependencies": { "@app/models": "workspace:*" } }',
        'packages/api/devdb.config.ts': `import { defineConfig } from 'devdb'\nexport default defineConfig({ models: './src/models.ts', migrations: './db', dev: 'sqlite:dev.db', steps: [{ module: './seed.js' }] })`,
        'packages/api/src/models.ts': `import definePet from '@app/models'\nexport { definePet }\nexport default definePet`,
        'packages/api/db/1-pets.js': `exports.up = (queryInterface, { STRING, INTEGER }) => queryInterface.createTable('pets', { id: { type: INTEGER, primaryKey: true, autoIncrement: true }, name: STRING })`,
        'packages/api/seed.js': `require('@app/models')\nexports.up = (queryInterface) => queryInterface.bulkInsert('pets', [{ name: 'Rex' }])`,
      },
    },
    async (made) => {
      mkdirSync(made.file('packages/api/node_modules/@app'), { recursive: true })
      symlinkSync('../../../models', made.file('packages/api/node_modules/@app/models'))
      const cwd = 'packages/api'
      const reset = await made.devdb('reset', { cwd })
      expect([reset.exit, reset.stderr, reset.json.problem]).toEqual([0, '', undefined])
      expect((await made.devdb('upgrade', { cwd })).json.applied).toEqual(['1-pets.js'])
      expect((await made.devdb('diff', { cwd })).json).toEqual({ models: [], drift: [] })
      expect(await query(made.file('packages/api/.devdb/throwaway.db'), 'SELECT name FROM pets')).toHaveLength(1)
      made.write({ 'packages/models/lib/index.js': aModel('pet', 'name: DataTypes.STRING, age: DataTypes.INTEGER') })
      expect((await made.devdb('status', { cwd })).json.throwaway.state).toBe('stale')
      expect((await made.devdb('check', { cwd })).json.changes).toMatchObject([{ text: '+ pets.age  INTEGER' }])
    },
  ))

describe('loader: typescript', () => {
  const user = `import { BelongsToMany, Column, HasMany, Index, Model, Table, Unique } from 'sequelize-typescript'
import { Group } from './group'
import { Membership } from './membership'
import { Note } from './note'

@Table({ tableName: 'users', timestamps: false })
export class User extends Model {
  @Unique
  @Column
  name!: string
  @Index
  @Column
  born?: Date
  @Column({ field: 'is_admin', allowNull: false, defaultValue: false })
  admin!: boolean
  @Column
  rank!: number
  @HasMany(() => Note)
  notes!: Note[]
  @BelongsToMany(() => Group, () => Membership)
  groups!: Group[]
}
`
  const decorated: Files = {
    ...noModels,
    'package.json': '{ "name": "decorated", "devDependencies": { "typescript-5": "npm:typescript@5" } }',
    'tsconfig.json':
      '{ "extends": "./tsconfig.base.json", "compilerOptions": { "paths": { "@models/*": ["./models/*"] } } }',
    'tsconfig.base.json':
      '{ "compilerOptions": { "module": "nodenext", "target": "es2020", "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
    'models/user.ts': user,
    'models/note.ts': `import { BelongsTo, Column, DataType, ForeignKey, Model, Table } from 'sequelize-typescript'\nimport { User } from '@models/user'\n@Table({ tableName: 'notes', timestamps: false })\nexport class Note extends Model {\n  @Column({ type: DataType.TEXT, allowNull: false })\n  text!: string\n  @ForeignKey(() => User)\n  @Column\n  userId!: number\n  @BelongsTo(() => User)\n  user!: User\n}\n`,
    'models/group.ts': `import { BelongsToMany, Column, Model, Table } from 'sequelize-typescript'\nimport { Membership } from './membership'\nimport { User } from './user'\n@Table({ tableName: 'groups', timestamps: false })\nexport class Group extends Model {\n  @Column\n  name!: string\n  @BelongsToMany(() => User, () => Membership)\n  users!: User[]\n}\n`,
    'models/membership.ts': `import { Column, ForeignKey, Model, Table } from 'sequelize-typescript'\nimport { Group } from './group'\nimport { User } from './user'\n@Table({ tableName: 'memberships', timestamps: false })\nexport class Membership extends Model {\n  @ForeignKey(() => User)\n  @Column\n  userId!: number\n  @ForeignKey(() => Group)\n  @Column\n  groupId!: number\n}\n`,
  }
  const config = { models: './models', loader: 'typescript' }
  const columns = `SELECT group_concat(name || ' ' || type, ', ') AS columns FROM pragma_table_info('users')`

  test('sequelize-typescript: circular imports, path aliases, column types from TypeScript types; cached, and the right line', () =>
    inProject({ files: decorated, config }, async (made) => {
      await done(made, 'reset')
      expect(await query(made.file('.devdb/throwaway.db'), columns)).toEqual([
        { columns: 'id INTEGER, name VARCHAR(255), born DATETIME, is_admin TINYINT(1), rank INTEGER' },
      ])
      expect(await built(made)).toEqual([
        'index users_born',
        'groups(id name)',
        'memberships(userId groupId)',
        'notes(id text userId)',
        'users(id name born is_admin rank)',
      ])
      // Of five files and the options one is made anew.
      const kept = readdirSync(made.file('.devdb/transpiled'))
      expect(kept).toHaveLength(5)
      const before = kept.map((name) => made.read(`.devdb/transpiled/${name}`))
      made.write({ 'models/user.ts': user.replace('rank!: number', 'rank!: string') })
      await done(made, 'reset')
      expect(await query(made.file('.devdb/throwaway.db'), columns)).toEqual([
        { columns: expect.stringContaining('rank VARCHAR(255)') },
      ])
      expect(kept.filter((name, index) => made.read(`.devdb/transpiled/${name}`) !== before[index])).toHaveLength(1)
      made.write({ 'models/user.ts': `${user}throw new Error('late')\n` })
      expect((await made.devdb('reset')).json.problem).toMatchObject({
        file: made.file('models/user.ts'),
        line: user.split('\n').length,
      })
      made.write({ 'models/user.ts': user.replace('rank!: number', 'rank!: = number') })
      expect((await made.devdb('reset')).json.problem).toMatchObject({
        code: 'model-failed',
        file: made.file('models/user.ts'),
        line: user.slice(0, user.indexOf('rank')).split('\n').length,
      })
    }))

  test('an instance of its own, migrations and seeders that import the models, in a package of type module', () =>
    inProject(
      {
        files: {
          ...decorated,
          ...noMigrations,
          'package.json': '{ "type": "module", "devDependencies": { "typescript-5": "npm:typescript@5" } }',
          'db.ts': `import { Sequelize } from 'sequelize-typescript'\nimport { Group } from './models/group'\nimport { Membership } from './models/membership'\nimport { Note } from './models/note'\nimport { User } from './models/user'\nexport const sequelize = new Sequelize(process.env.DATABASE_URL!, { models: [User, Note, Group, Membership], logging: false })\n`,
          'migrations/1-all.ts': `import { sequelize } from '../db'\nimport type { QueryInterface } from 'sequelize'\nexport const up = async (queryInterface: QueryInterface) => {\n  for (const name of ['users', 'groups', 'notes', 'memberships']) {\n    const model = Object.values(sequelize.models).find((each) => each.getTableName() === name)!\n    await queryInterface.createTable(name, model.getAttributes() as never)\n  }\n}\n`,
          'seed.ts': `import { User } from './models/user'\nexport const up = (queryInterface: { bulkInsert(table: unknown, rows: object[]): unknown }) => queryInterface.bulkInsert('users', [{ name: User.name, is_admin: true }])\n`,
        },
        config: { ...config, models: './db.ts', steps: [{ module: './seed.ts' }] },
      },
      async (made) => {
        await done(made, 'reset')
        expect(await query(made.file('.devdb/throwaway.db'), 'SELECT name FROM users')).toEqual([{ name: 'User' }])
        expect((await done(made, 'upgrade')).applied).toEqual(['1-all.ts'])
        expect((await done(made, 'check --accept')).changes).toEqual([])
      },
    ))

  test('without a TypeScript that can be called: what to install', () =>
    inProject({ files: { ...decorated, 'package.json': '{}' }, config }, async (made) => {
      expect((await made.devdb('reset')).json.problem).toMatchObject({
        code: 'package-missing',
        message: expect.stringMatching(/up to 6: it has 7\./),
        hint: 'install one beside it: npm install --save-dev typescript-5@npm:typescript@5',
      })
    }))
})
