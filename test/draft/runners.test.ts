/**
 * Drafts beside the neighbours of real set-ups, run by those: Umzug 3 and Umzug 2, as nine public projects have written them. All set-ups
 * run in one process.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findRunner } from '../../src/engine/find-runner.ts'
import { detectStyle } from '../../src/migration/draft-style.ts'
import { type MigrationSetting, readMigrationFolder } from '../../src/migration/migration-folder.ts'
import { tempFolder } from '../temp-folder.ts'
import { prepare } from './cycle.ts'

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))
const before = ['CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255))']
const after = [
  "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL DEFAULT 'x', age INTEGER DEFAULT 3)",
  'CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255))',
]

interface Setup {
  /** Options of `new Umzug`, in a file that has `sequelize`. */
  readonly options: string
  readonly version?: 2
  /** The first migration; none: the set-up alone shows how it calls. */
  readonly first?: string
  readonly setting?: Partial<MigrationSetting>
}

const create = (tool: string, types = 'DataTypes'): string =>
  `await ${tool}.createTable('users', { id: { type: ${types}.INTEGER, primaryKey: true, autoIncrement: true }, name: ${types}.STRING })`
const taken = "const { DataTypes } = require('sequelize')\n"
const storage = 'storage: new SequelizeStorage({ sequelize }), logger: undefined'
const old = "storage: 'sequelize', storageOptions: { sequelize }"

const setups: Readonly<Record<string, Setup>> = {
  'Umzug alone': {
    options: `migrations: { glob: 'migrations/*.js' }, context: sequelize.getQueryInterface(), ${storage}`,
    first: `${taken}exports.up = async ({ context: queryInterface }) => { ${create('queryInterface')} }`,
  },
  'the instance as context, and no neighbour': {
    options: `migrations: { glob: 'migrations/*.js' }, context: sequelize, ${storage}`,
  },
  'a context of their own': {
    options: `migrations: { glob: 'migrations/*.js' }, context: { db: sequelize, qi: sequelize.getQueryInterface(), types: Sequelize.DataTypes }, ${storage}`,
    first: `exports.up = async ({ context: { qi, types } }) => { ${create('qi', 'types')} }`,
  },
  'the same, and no neighbour': {
    options: `migrations: { glob: 'migrations/*.js' }, context: async () => ({ db: sequelize, qi: sequelize.getQueryInterface() }), ${storage}`,
  },
  'a resolver that passes the context alone': {
    options: `migrations: { glob: 'migrations/*.js', resolve: ({ name, path, context }) => { const m = require(path); return { name, path, up: async () => m.up(context), down: async () => m.down(context) } } }, context: sequelize.getQueryInterface(), ${storage}`,
    first: `${taken}exports.up = async (context) => { ${create('context')} }`,
  },
  'a resolver that passes Sequelize, too, and no neighbour': {
    options: `migrations: { glob: 'migrations/*.js', resolve: ({ name, path, context }) => { const m = require(path); return { name, path, up: async () => m.up(context, Sequelize), down: async () => m.down(context, Sequelize) } } }, context: sequelize.getQueryInterface(), ${storage}`,
  },
  'a resolver that passes an object of its own, and no neighbour': {
    options: `migrations: { glob: 'migrations/*.js', resolve: ({ name, path }) => { const m = require(path); const given = { queryInterface: sequelize.getQueryInterface() }; return { name, path, up: async () => m.up({ queryInterface: sequelize.getQueryInterface() }), down: async () => m.down(given) } } }, context: {}, ${storage}`,
  },
  'a folder for each': {
    options: `migrations: { glob: 'migrations/*/index.js', resolve: ({ path, context }) => { const m = require(path); return { name: require('node:path').basename(require('node:path').dirname(path)), path, up: async () => m.up({ context }), down: async () => m.down({ context }) } } }, context: sequelize.getQueryInterface(), ${storage}`,
    first: `${taken}exports.up = async ({ context }) => { ${create('context')} }`,
    setting: { glob: '*/index.js' },
  },
  'params: the query interface alone': {
    version: 2,
    options: `migrations: { path: 'migrations', pattern: /^\\d{8}-\\d\\d-/, params: [sequelize.getQueryInterface()] }, ${old}`,
    first: `${taken}module.exports = { up: async (query) => { ${create('query')} } }`,
    setting: { match: '^\\d{8}-\\d\\d-' },
  },
  'params: Sequelize and a callback that nobody may call, and no neighbour': {
    version: 2,
    options: `migrations: { path: 'migrations', pattern: /\\.migration\\.js$/, params: [sequelize.getQueryInterface(), sequelize.constructor, () => { throw new Error('done') }] }, ${old}`,
    setting: { match: '\\.migration\\.js$' },
  },
  'params: something else': {
    version: 2,
    options: `migrations: { path: 'migrations', params: [sequelize.getQueryInterface(), { get: (key) => key }] }, ${old}`,
    first: `${taken}module.exports = { up: async (queryInterface, config) => { config.get('x'); ${create('queryInterface')} } }`,
  },
  'params: the instance': {
    version: 2,
    options: `migrations: { path: 'migrations', params: [sequelize] }, ${old}`,
    first: `${taken}module.exports = { up: async (sequelize) => { ${create('sequelize.getQueryInterface()')} } }`,
  },
}

const runnerText = ({ options, version }: Setup): string => `const { Sequelize } = require('sequelize')
const sequelize = new Sequelize({ dialect: 'sqlite', storage: require('node:path').join(__dirname, 'app.db'), logging: false })
${version === 2 ? `const Umzug = require(${JSON.stringify(join(packages, 'sequelize-cli/node_modules/umzug'))})` : "const { Umzug, SequelizeStorage } = require('umzug')"}
module.exports = { sequelize, umzug: new Umzug({ ${options} }) }
`

/** Each set-up from its own folder: up, down and up, and then what the database is like. */
const all = `const { readdirSync } = require('node:fs')
;(async () => {
  const found = {}
  for (const name of readdirSync(__dirname).filter((each) => /^\\d+$/.test(each)).sort((a, b) => a - b)) {
    try {
      process.chdir(__dirname + '/' + name)
      const { sequelize, umzug } = require('./' + name + '/umzug.js')
      await umzug.up()
      await sequelize.query("INSERT INTO users (id) VALUES (1)")
      await umzug.down()
      await umzug.up()
      const [rows] = await sequelize.query('SELECT * FROM users')
      const [tables] = await sequelize.query("SELECT name FROM sqlite_master WHERE name = 'tags'")
      found[name] = [rows, tables.length]
      await sequelize.close()
    } catch (error) {
      found[name] = String(error.stack)
    }
  }
  console.log(JSON.stringify(found))
})()
`

test('drafts run under the set-ups of their projects', async () => {
  const folder = tempFolder()
  symlinkSync(packages, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'all.cjs'), all)
  for (const [index, setup] of Object.values(setups).entries()) await makeProject(join(folder, String(index)), setup)
  const found: unknown = JSON.parse(execFileSync(process.execPath, [join(folder, 'all.cjs')], { encoding: 'utf8' }))
  // A draft that makes the table drops it on its way back.
  const rows = ({ first }: Setup) => (first === undefined ? [] : [{ id: 1, name: 'x', age: 3 }])
  expect(found).toEqual(
    Object.fromEntries(Object.values(setups).map((setup, index) => [String(index), [rows(setup), 1]])),
  )
}, 120_000)

async function makeProject(root: string, setup: Setup): Promise<void> {
  const dir = join(root, 'migrations')
  const isFolder = setup.setting?.glob !== undefined
  const [name, next] = isFolder ? ['001-a/index.js', '002-b/index.js'] : ['20260101-01-a', '20260101-02-b']
  const ending = setup.setting?.match?.includes('migration') === true ? '.migration.js' : '.js'
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  mkdirSync(dir, { recursive: true })
  writeFileSync(
    join(root, 'package.json'),
    '{ "private": true, "dependencies": { "umzug": "1", "sequelize-cli": "1" } }',
  )
  writeFileSync(join(root, 'umzug.js'), runnerText(setup))
  if (setup.first !== undefined)
    put(isFolder ? name : `${name}${ending}`, `${setup.first}\nexports.down = async () => {}\n`)
  const meta = { table: 'SequelizeMeta', column: 'name', schema: null, timestamps: false }
  const setting: MigrationSetting = { dir, match: null, call: 'auto', sort: 'name', meta, ...setup.setting }
  const files = readMigrationFolder(setting)
  const style = detectStyle(files, setting, { runner: () => findRunner({ root, migrations: setting }) })
  expect(style.extension).toBe(ending)
  const { db, wantedDb, drafted } = await prepare(setup.first === undefined ? [] : before, after, {
    style,
    isQuick: true,
  })
  await Promise.all([db.close(), wantedDb.close()])
  put(isFolder ? next : `${next}${ending}`, drafted.text)
}
