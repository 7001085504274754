/** What a new user sees who installs the package into a project of a usual layout, and works with it for a day. */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, inject, test } from 'vitest'
import { query } from '../end-to-end/database.ts'
import { type FreshProject, freshProject } from './fresh-project.ts'

const tarball = inject('tarball')

/** A project, while something is done in it. */
async function inFresh(
  [files, packages, workspace]: readonly [Readonly<Record<string, string>>, readonly string[], string?],
  work: (project: FreshProject) => Promise<void>,
): Promise<void> {
  const project = await freshProject(files, packages, tarball, workspace)
  await work(project).finally(() => project.remove())
}

/** What a project's day looks like. */
interface Day {
  /** Where the configuration lies and the commands are typed, relative to the project. */
  readonly cwd?: string
  /** The configuration that `init` writes, and what has to stand in it. */
  readonly config: string
  readonly says: readonly string[]
  /** What `init` prints on the way. */
  readonly finds: readonly string[]
  /** The migrations that dev has pending at first. */
  readonly pending: readonly string[]
  /** Files of dev and of the throwaway. */
  readonly dev: string
  /** What the user does because `init` said so. */
  readonly follow?: (said: string) => void
  /** What is edited: file, text, new text. */
  readonly edit: readonly [file: string, from: string, to: string]
  /** The table that gets a column `colour`. */
  readonly table: string
  /** Where drafts lie, what they end with, and what stands in them. */
  readonly draft: { readonly dir: string; readonly ending: string; readonly holds: readonly string[] }
  /** A program that prints the columns of that table, as the application's own model sees them in a database that it was pointed at. */
  readonly application: readonly string[]
}

/** `init`, `reset`, `status`, an edit, `generate`, `upgrade`, `check` and `exec`, and what they leave in the databases. @returns the draft */
async function spendADay(project: FreshProject, day: Day): Promise<string> {
  const { cwd = '.', table } = day
  const at = (path: string): string => project.file(`${cwd}/${path}`)
  const npx = (words: string, last?: string, exit = 0) => project.npx(words, last, { cwd, exit })
  const json = async (words: string, exit = 0) =>
    JSON.parse((await npx(`devdb ${words} --json`, undefined, exit)).stdout)
  const columns = async (file: string) =>
    (await query(file, `SELECT name FROM pragma_table_info('${table}')`)).map(({ name }) => name)
  const throwaway = at('.devdb/throwaway.db')

  const init = await npx('devdb init --yes')
  for (const line of day.finds) expect(init.stdout).toContain(line)
  expect(init.stdout).toContain('the migrations give what the models need')
  const config = project.read(`${cwd}/${day.config}`)
  for (const text of day.says) expect(config).toContain(text)
  expect(config.trim().split('\n').length, config).toBeLessThanOrEqual(14)

  day.follow?.(init.stdout)

  expect((await npx('devdb reset')).stderr).toContain('throwaway ready')
  expect(await columns(throwaway)).not.toContain('colour')
  const first = await npx('devdb status')
  expect(first.stdout).toMatch(/Throwaway\s+\.devdb\/throwaway\.db\s+ready/)
  expect(first.stdout).toContain(`${day.pending.length} pending`)
  expect((await json('upgrade')).applied).toEqual(day.pending)

  project.edit(`${cwd}/${day.edit[0]}`, day.edit[1], day.edit[2])
  expect((await json('status')).throwaway.state).toBe('stale')
  expect((await npx('devdb check', undefined, 3)).stdout).toContain(`+ ${table}.colour`)
  const drafted = await json('generate -m colour')
  expect(drafted.proof).toMatchObject({ up: 'ok', down: 'ok', redo: 'ok' })
  const draft = drafted.file as string
  expect([draft.startsWith(at(`${day.draft.dir}/`)), draft.endsWith(`colour${day.draft.ending}`)], draft).toEqual([
    true,
    true,
  ])
  const text = project.read(draft.slice(project.root.length + 1))
  for (const part of day.draft.holds) expect(text).toContain(part)

  expect(await columns(at(day.dev))).not.toContain('colour')
  const upgraded = await npx('devdb upgrade')
  expect(upgraded.stderr).toContain('colour')
  expect(await columns(at(day.dev))).toContain('colour')
  expect((await npx('devdb check')).stdout).toContain('The migrations give what the models need.')
  expect((await npx('devdb status')).stdout).toContain('0 pending')

  // The application itself, pointed at the throwaway, which is built first: the model was saved since.
  const run = await npx(`devdb exec -- ${day.application.slice(0, -1).join(' ')}`, day.application.at(-1))
  expect(JSON.parse(run.stdout)).toMatchObject({ storage: throwaway, columns: expect.arrayContaining(['colour']) })
  expect(await columns(throwaway)).toContain('colour')
  const { checks } = await json('doctor')
  expect(checks.filter(({ state }: { state: string }) => state === 'failed')).toEqual([])
  return draft
}

/** devdb, Sequelize and the driver are the project's own, as far up as npm put them. */
function expectOwn(project: FreshProject, cwd = '.'): void {
  const find = createRequire(project.file(`${cwd}/package.json`))
  for (const name of ['devdb', 'sequelize', 'sqlite3']) {
    expect(realpathSync(find.resolve(name))).toContain(`${project.root}/node_modules/${name}/`)
  }
}

/** What an application prints of the model whose table changes. */
const print = (sequelize: string, model: string): string =>
  `const s = ${sequelize}; s.options.logging = false
  s.getQueryInterface().describeTable(s.models.${model}.getTableName()).then((found) =>
    console.log(JSON.stringify({ storage: s.options.storage, columns: Object.keys(found).filter((name) => name in s.models.${model}.rawAttributes) })))`

test.concurrent('CommonJS: all that sequelize-cli itself writes, with a dev database that it has migrated', () =>
  inFresh(
    [{ 'package.json': '{ "name": "shop", "private": true }' }, ['sequelize', 'sqlite3', 'sequelize-cli']],
    async (project) => {
      expectOwn(project)
      await project.npx('sequelize-cli init')
      const storage = (name: string) => ({ dialect: 'sqlite', storage: `${name}.sqlite`, logging: false })
      project.write({
        'config/config.json': JSON.stringify({ development: { ...storage('dev') }, test: storage('test') }, null, 2),
      })
      const generate = 'sequelize-cli model:generate --name'
      await project.npx(`${generate} Product --attributes title:string,price:decimal`)
      await project.npx(`${generate} Order --attributes productId:integer,placed:date`)
      await project.npx('sequelize-cli db:migrate')
      const draft = await spendADay(project, {
        config: 'devdb.config.js',
        says: ["models: './models/index.js'", "migrations: './migrations'", "dev: 'sqlite:dev.sqlite'"],
        finds: ['sequelize-cli: config/config.json (development)', '2 files, up(queryInterface, Sequelize)'],
        follow: (said) => {
          const entry = /Add to config\/config\.json: (.*), and to devdb\.config: (env: .*)/.exec(said)
          project.edit('config/config.json', '{', `{ ${entry?.[1]},`)
          project.edit('devdb.config.js', "dev: 'sqlite", `${entry?.[2]},\n  dev: 'sqlite`)
        },
        pending: [],
        dev: 'dev.sqlite',
        edit: [
          'models/product.js',
          'price: DataTypes.DECIMAL',
          'price: DataTypes.DECIMAL,\n    colour: DataTypes.STRING',
        ],
        table: 'Products',
        draft: { dir: 'migrations', ending: '.js', holds: ["addColumn('Products', 'colour'", 'Sequelize.STRING'] },
        application: ['node', '-e', print("require('./models').sequelize", 'Product')],
      })
      // sequelize-cli knows what devdb has applied, and can take it back.
      const name = draft.slice(draft.lastIndexOf('/') + 1)
      expect((await project.npx('sequelize-cli db:migrate:status')).stdout).toContain(`up ${name}`)
      await project.npx('sequelize-cli db:migrate:undo')
      expect((await project.npx('devdb status')).stdout).toContain('1 pending')
    },
  ))

const shipMigration = `export const up = async ({ context }) => {
  await context.createTable('ships', {
    id: { type: 'INTEGER', primaryKey: true, autoIncrement: true },
    name: { type: 'VARCHAR(255)', allowNull: false },
  })
}
export const down = ({ context }) => context.dropTable('ships')
`

test.concurrent('ES modules and Umzug: no configuration but the code', () =>
  inFresh(
    [
      {
        'package.json': '{ "name": "harbour", "private": true, "type": "module" }',
        'src/database.js': `import { Sequelize } from 'sequelize'
import { defineShip } from './models/ship.js'
export const sequelize = new Sequelize({ dialect: 'sqlite', storage: process.env.HARBOUR_DB ?? './harbour.sqlite' })
export const Ship = defineShip(sequelize)
`,
        'src/models/ship.js': `import { DataTypes } from 'sequelize'
export const defineShip = (sequelize) =>
  sequelize.define('ship', { name: { type: DataTypes.STRING, allowNull: false } }, { timestamps: false })
`,
        'src/migrations/2026.05.01T08.00.00.ships.js': shipMigration,
        'src/migrate.js': `import { SequelizeStorage, Umzug } from 'umzug'
import { sequelize } from './database.js'
sequelize.options.logging = false
const umzug = new Umzug({
  migrations: {
    glob: ['migrations/*.js', { cwd: import.meta.dirname }],
    resolve: ({ name, path, context }) => ({
      name,
      up: async () => (await import(path)).up({ name, path, context }),
      down: async () => (await import(path)).down({ name, path, context }),
    }),
  },
  context: sequelize.getQueryInterface(),
  storage: new SequelizeStorage({ sequelize, tableName: 'harbour_migrations' }),
  logger: undefined,
})
if (process.argv[2] === 'down') await umzug.down()
console.log(JSON.stringify((await umzug.executed()).map(({ name }) => name)))
`,
      },
      ['sequelize', 'sqlite3', 'umzug'],
    ],
    async (project) => {
      expectOwn(project)
      const first = '2026.05.01T08.00.00.ships.js'
      const draft = await spendADay(project, {
        config: 'devdb.config.js',
        says: [
          "meta: { table: 'harbour_migrations' }",
          'env: ({ storage }) => ({ HARBOUR_DB: storage })',
          'sqlite:harbour.sqlite',
        ],
        finds: ['found    JavaScript, ES modules; npm', 'src/migrations (1 file'],
        pending: [first],
        dev: 'harbour.sqlite',
        edit: ['src/models/ship.js', 'allowNull: false } }', 'allowNull: false }, colour: DataTypes.STRING }'],
        table: 'ships',
        draft: { dir: 'src/migrations', ending: '.js', holds: ['export const up', 'context'] },
        application: [
          'node',
          '--input-type=module',
          '-e',
          `import { sequelize } from './src/database.js'; ${print('sequelize', 'ship')}`,
        ],
      })
      // The project's own Umzug knows what devdb has applied, and takes it back.
      const executed = async (words: string) => JSON.parse((await project.npx(`node src/migrate.js${words}`)).stdout)
      expect(await executed('')).toEqual([first, draft.slice(draft.lastIndexOf('/') + 1)])
      expect(await executed(' down')).toEqual([first])
      expect((await project.npx('devdb status')).stdout).toContain('1 pending')
    },
  ))

test.concurrent("TypeScript and Umzug: the project's own compiler accepts the configuration and the draft", () =>
  inFresh(
    [
      {
        'package.json': '{ "name": "library", "private": true }',
        'tsconfig.json': JSON.stringify({
          compilerOptions: {
            target: 'es2022',
            module: 'nodenext',
            strict: true,
            noEmit: true,
            skipLibCheck: true,
            types: ['node'],
          },
          include: ['src', 'devdb.config.ts'],
        }),
        'src/database.ts': `import { Sequelize } from 'sequelize'
import { Reader } from './models/reader'
export const sequelize = new Sequelize({ dialect: 'sqlite', storage: process.env.LIBRARY_DB || 'library.sqlite' })
Reader.initialize(sequelize)
`,
        'src/models/reader.ts': `import { type CreationOptional, DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'
export class Reader extends Model<InferAttributes<Reader>, InferCreationAttributes<Reader>> {
  declare id: CreationOptional<number>
  declare name: string
  static initialize(sequelize: Sequelize): void {
    Reader.init(
      { id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }, name: { type: DataTypes.STRING, allowNull: false } },
      { sequelize, tableName: 'readers', timestamps: false },
    )
  }
}
`,
        'src/umzug.ts': `import { SequelizeStorage, Umzug } from 'umzug'
import { sequelize } from './database'
export const migrator = new Umzug({
  migrations: { glob: ['migrations/*.ts', { cwd: __dirname }] },
  context: sequelize,
  storage: new SequelizeStorage({ sequelize }),
  logger: console,
})
export type Migration = typeof migrator._types.migration
`,
        'src/migrations/2026.06.01T08.00.00.readers.ts': `import { DataTypes } from 'sequelize'
import type { Migration } from '../umzug'
export const up: Migration = async ({ context: sequelize }) => {
  await sequelize.getQueryInterface().createTable('readers', {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    name: { type: DataTypes.STRING, allowNull: false },
  })
}
export const down: Migration = ({ context: sequelize }) => sequelize.getQueryInterface().dropTable('readers')
`,
      },
      ['sequelize', 'sqlite3', 'umzug', 'typescript', 'tsx', '@types/node'],
    ],
    async (project) => {
      expectOwn(project)
      await spendADay(project, {
        config: 'devdb.config.ts',
        says: ["import { defineConfig } from 'devdb'", "migrations: './src/migrations'", 'LIBRARY_DB: storage'],
        finds: ['found    TypeScript', 'src/migrations (1 file'],
        pending: ['2026.06.01T08.00.00.readers.ts'],
        dev: 'library.sqlite',
        edit: [
          'src/models/reader.ts',
          'name: { type: DataTypes.STRING, allowNull: false } }',
          'name: { type: DataTypes.STRING, allowNull: false }, colour: DataTypes.STRING } as never',
        ],
        table: 'readers',
        draft: { dir: 'src/migrations', ending: '.ts', holds: ['context: sequelize', "addColumn('readers', 'colour'"] },
        application: ['tsx', '-e', `import { sequelize } from './src/database'; ${print('sequelize', 'Reader')}`],
      })
      await project.npx('tsc')
    },
  ))

test.concurrent('a workspace: the configuration in a package, node_modules above it, and a package beside it that the models import', () =>
  inFresh(
    [
      {
        'package.json': '{ "name": "all", "private": true, "workspaces": ["packages/*"] }',
        'packages/words/package.json': '{ "name": "@all/words", "version": "1.0.0", "main": "index.js" }',
        'packages/words/index.js': 'exports.limits = { name: 80 }\n',
        'packages/api/package.json':
          '{ "name": "@all/api", "version": "1.0.0", "dependencies": { "@all/words": "1.0.0" } }',
        'packages/api/.sequelizerc': `const { resolve } = require('path')
module.exports = {
  config: resolve('config/database.js'),
  'models-path': resolve('src/models'),
  'migrations-path': resolve('db/migrations'),
}
`,
        'packages/api/config/database.js': `module.exports = { development: { dialect: 'sqlite', storage: process.env.API_DB || 'api.sqlite' } }\n`,
        'packages/api/src/models/index.js': `const { DataTypes, Sequelize } = require('sequelize')
const settings = require('../../config/database')[process.env.NODE_ENV || 'development']
const sequelize = new Sequelize({ ...settings, logging: false })
module.exports = { sequelize, Pet: require('./pet')(sequelize, DataTypes) }
`,
        'packages/api/src/models/pet.js': `const { limits } = require('@all/words')
module.exports = (sequelize, DataTypes) =>
  sequelize.define('Pet', { name: DataTypes.STRING(limits.name) }, { tableName: 'pets', timestamps: false })
`,
        'packages/api/db/migrations/20260601080000-pets.js': `module.exports = {
  up: (queryInterface, Sequelize) =>
    queryInterface.createTable('pets', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      name: Sequelize.STRING(80),
    }),
  down: (queryInterface) => queryInterface.dropTable('pets'),
}
`,
      },
      ['sequelize', 'sqlite3', 'sequelize-cli'],
      'packages/api',
    ],
    async (project) => {
      expectOwn(project, 'packages/api')
      expect(existsSync(project.file('packages/api/node_modules'))).toBe(false)
      await spendADay(project, {
        cwd: 'packages/api',
        config: 'devdb.config.js',
        says: [
          "models: './src/models/index.js'",
          "migrations: './db/migrations'",
          "dev: 'sqlite:api.sqlite'",
          'API_DB: storage',
        ],
        finds: ['sequelize-cli: .sequelizerc', 'db/migrations (1 file'],
        pending: ['20260601080000-pets.js'],
        dev: 'api.sqlite',
        edit: ['src/models/pet.js', 'STRING(limits.name) }', 'STRING(limits.name), colour: DataTypes.STRING }'],
        table: 'pets',
        draft: { dir: 'db/migrations', ending: '.js', holds: ["addColumn('pets', 'colour'"] },
        application: ['node', '-e', print("require('./src/models').sequelize", 'Pet')],
      })
      // A change in the package beside it is a change of the models.
      project.edit('packages/words/index.js', '80', '90')
      const after = await project.npx('devdb check', undefined, { cwd: 'packages/api', exit: 3 })
      expect(after.stdout).toContain('VARCHAR(90)')
    },
  ))
