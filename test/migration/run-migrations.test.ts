import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createSqliteDialect } from '../../src/dialect/sqlite/sqlite-dialect.ts'
import { fileTarget } from '../../src/dialect/sqlite/sqlite-target.ts'
import type { Direction } from '../../src/event/event.ts'
import { likeOthers } from '../../src/migration/meta-storage.ts'
import { type CallStyle, type MigrationSetting, readMigrationFolder } from '../../src/migration/migration-folder.ts'
import { runMigrations } from '../../src/migration/run-migrations.ts'
import { importFile } from '../../src/process/import-file.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { tempProject } from '../temp-folder.ts'

interface Rig {
  readonly file: string
  readonly told: string[]
  run(direction: Direction, more?: Partial<MigrationSetting>): Promise<void>
  tables(): Promise<readonly unknown[]>
}

const noMeta = { table: 'SequelizeMeta', column: 'name', schema: null, timestamps: false }

function rig(files: Readonly<Record<string, string>>): Rig {
  const root = tempProject({
    'package.json': '{"name":"x"}',
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`m/${name}`, text])),
  })
  const file = join(root, 'work.db')
  const target = fileTarget(file, root)
  const dialect = createSqliteDialect(resolve(import.meta.dirname, '../..'))
  const told: string[] = []
  return {
    file,
    told,
    async run(direction, more = {}) {
      const setting: MigrationSetting = {
        dir: join(root, 'm'),
        match: null,
        call: 'auto',
        sort: 'name',
        meta: noMeta,
        ...more,
      }
      const all = readMigrationFolder(setting)
      const connection = await dialect.openForWriting(target)
      const logged = await dialect.readMetaTable(connection, setting.meta)
      await connection.close()
      await runMigrations({
        root,
        dialect,
        target,
        direction,
        files: direction === 'upgrade' ? all : [...all].reverse(),
        setting,
        logged,
        estimates: {},
        emit: (kind, fields) => told.push(`${kind} ${'migration' in fields ? fields.migration : ''}`),
        importFile,
        onCode: () => undefined,
        onKeeps: () => undefined,
        checkpoint: async (done) => void told.push(`checkpoint ${done.length}`),
      })
    },
    tables: async () =>
      (await sql(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).map(({ name }) => name),
  }
}

const columns = '{ id: { type: Sequelize.INTEGER, primaryKey: true } }'

test('every signature runs unchanged, up and down, in JavaScript of both kinds, TypeScript apart, and SQL', async () => {
  const { run, tables, told, file } = rig({
    '1-cli.js': `exports.up = (queryInterface, Sequelize) => queryInterface.createTable('one', ${columns})
      exports.down = (queryInterface) => queryInterface.dropTable('one')`,
    '2-umzug.cjs': `const { DataTypes } = require('sequelize')
      module.exports = { up: async ({ context: { queryInterface, logger } }) => { logger.info('two'); await queryInterface.createTable('two', { id: DataTypes.INTEGER }) }, down: async ({ context: queryInterface }) => queryInterface.dropTable('two') }`,
    '3-instance.mjs': `export async function up({ name, path, context: sequelize }) {
        if (name !== '3-instance.mjs' || !path.endsWith(name)) throw new Error(name)
        await sequelize.query('CREATE TABLE three (x)')
        await sequelize.transaction(async (transaction) => { await sequelize.query('INSERT INTO three VALUES (1)', { transaction }) })
        await sequelize.getQueryInterface().addColumn('three', 'y', 'TEXT')
      }
      export const down = ({ context }) => context.sequelize.query('DROP TABLE three')`,
    '4-default.mjs': `export default { async up(queryInterface, Sequelize) { await queryInterface.createTable('four', ${columns}) }, async down(queryInterface) { await queryInterface.dropTable('four') } }`,
    '5-this.js': `module.exports = { name: 'five', up(queryInterface, Sequelize) { return queryInterface.createTable(this.name, ${columns}) }, down(q) { return q.dropTable(this.name) } }`,
    '6-sql.up.sql': `CREATE TABLE six (x); -- ;\nCREATE TRIGGER t AFTER INSERT ON six BEGIN DELETE FROM six; END;`,
    '6-sql.down.sql': 'DROP TABLE six;',
  })
  await run('upgrade')
  expect(await tables()).toEqual(['SequelizeMeta', 'five', 'four', 'one', 'six', 'three', 'two'])
  expect((await sql(file, 'SELECT name FROM SequelizeMeta')).map(({ name }) => name)).toEqual([
    '1-cli.js',
    '2-umzug.cjs',
    '3-instance.mjs',
    '4-default.mjs',
    '5-this.js',
    '6-sql.up.sql',
  ])
  expect(told.slice(0, 6)).toEqual([
    'migration-started 1-cli.js',
    'checkpoint 1',
    'migration-finished 1-cli.js',
    'migration-started 2-umzug.cjs',
    'checkpoint 2',
    'migration-finished 2-umzug.cjs',
  ])
  await run('downgrade')
  expect(await tables()).toEqual(['SequelizeMeta'])
  expect(await sql(file, 'SELECT * FROM SequelizeMeta')).toEqual([])
})

test.each<[CallStyle, string]>([
  [
    'cli',
    `exports.up = (queryInterface) => { if ('context' in queryInterface) throw new Error('no pure query interface'); return queryInterface.sequelize.query('CREATE TABLE x (y)') }`,
  ],
  [
    'umzug',
    `exports.up = (params) => { if (Object.keys(params).sort().join() !== 'context,name,path') throw new Error(Object.keys(params).join()); return params.context.sequelize.query('CREATE TABLE x (y)') }`,
  ],
])('call: %s gives exactly what that caller gives', async (call, text) => {
  const { run, tables } = rig({ '1.js': text })
  await run('upgrade', { call })
  expect(await tables()).toContain('x')
})

test('a meta table of another name, column and schema', async () => {
  const { run, file } = rig({ '1.js': `exports.up = async () => {}\nexports.down = async () => {}` })
  const meta = { table: 'migrations', column: 'file', schema: 'own', timestamps: false }
  await run('upgrade', { meta })
  expect(await sql(file, 'SELECT * FROM "own.migrations"')).toEqual([{ file: '1.js' }])
  await run('downgrade', { meta })
  expect(await sql(file, 'SELECT * FROM "own.migrations"')).toEqual([])
})

/** Ways in which people have written migrations: after the up there is a table x with one row, after the down none. */
const ways: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a callback, as in old versions of sequelize-cli': {
    '1.js': `exports.up = (queryInterface, Sequelize, done) => {
  queryInterface.createTable('x', { id: Sequelize.INTEGER }).then(() => queryInterface.bulkInsert('x', [{ id: 1 }])).then(() => done(), done)
}
exports.down = (queryInterface, Sequelize, done) => { queryInterface.dropTable('x').then(() => done(null)) }`,
  },
  'it returns nothing': {
    '1.js': `exports.up = (queryInterface, Sequelize) => {
  queryInterface.createTable('x', { id: Sequelize.INTEGER }).then(() => { queryInterface.bulkInsert('x', [{ id: 1 }]) })
}
exports.down = (queryInterface) => { queryInterface.dropTable('x') }`,
  },
  'it calls the up and down of another': {
    '1.js': `const other = require('./other/1')
module.exports = { up: (...all) => other.up(...all), down(queryInterface, Sequelize) { return other.down(queryInterface, Sequelize) } }`,
    'other/1.js': `exports.up = (queryInterface, Sequelize) => queryInterface.createTable('x', { id: Sequelize.INTEGER }).then(() => queryInterface.bulkInsert('x', [{ id: 1 }]))
exports.down = (queryInterface) => queryInterface.dropTable('x')`,
  },
  'it does what no transaction may hold': {
    '1.js': `exports.up = async ({ context }) => {
  await context.sequelize.query('CREATE TABLE x (id INTEGER)')
  await context.sequelize.query('VACUUM')
  await context.addIndex('x', ['id'], { name: 'by_id', concurrently: true })
  await context.sequelize.query('INSERT INTO x VALUES (1)')
}
exports.down = async ({ context }) => { await context.removeIndex('x', 'by_id'); await context.sequelize.query('DROP TABLE x; ') }`,
  },
  'it imports code of the application, which has an instance of its own': {
    '1.js': `const { attributes } = require('./app/models')
exports.up = async (queryInterface) => {
  await queryInterface.createTable('x', attributes)
  await queryInterface.sequelize.transaction((transaction) => queryInterface.bulkInsert('x', [{ id: 1 }], { transaction }))
}
exports.down = (queryInterface) => queryInterface.dropAllTables({ skip: ['SequelizeMeta'] })`,
    'app/models.js': `const { DataTypes, Sequelize } = require('sequelize')
const sequelize = new Sequelize({ dialect: 'sqlite', storage: 'app.db', logging: false })
exports.attributes = sequelize.define('x', { id: { type: DataTypes.INTEGER, primaryKey: true } }, { timestamps: false }).getAttributes()`,
  },
  'one object as the default export of an ES module': {
    '1.mjs': `export default {
  name: 'x',
  async up({ context: { sequelize } }) { await this.make(sequelize) },
  async down({ context: { sequelize } }) { await sequelize.query('DROP TABLE x') },
  async make(sequelize) { await sequelize.query('CREATE TABLE x (id INTEGER)'); await sequelize.query('INSERT INTO x VALUES (1)') },
}`,
  },
}

test.each(Object.entries(ways))('%s', async (_, files) => {
  const { run, file, tables } = rig(files)
  await run('upgrade')
  expect(await sql(file, 'SELECT * FROM x')).toEqual([{ id: 1 }])
  await run('downgrade')
  expect(await tables()).not.toContain('x')
})

test.each([
  ['a callback that is told of an error', `exports.up = (q, S, done) => { done(new Error('not so')) }`],
  ['a callback, and an error that is thrown', `exports.up = (q, S, done) => { throw new Error('not so') }`],
  ['a callback, and a promise that fails', `exports.up = async (q, S, done) => { throw new Error('not so') }`],
])('%s', async (_, text) => {
  const { run } = rig({ '1.js': text })
  await expect(run('upgrade')).rejects.toMatchObject({
    code: 'migration-failed',
    message: expect.stringContaining('not so'),
  })
})

test('a meta table with times: as it is configured, and as it is', async () => {
  const { run, file } = rig({ '1.js': `exports.up = async () => {}\nexports.down = async () => {}` })
  const times = [{ name: '1.js', createdAt: expect.stringContaining('20'), updatedAt: expect.any(String) }]
  await run('upgrade', { meta: { ...noMeta, timestamps: true } })
  expect(await sql(file, 'SELECT * FROM SequelizeMeta')).toEqual(times)
  await run('downgrade')
  await run('upgrade')
  expect(await sql(file, 'SELECT * FROM SequelizeMeta')).toEqual(times)
})

test.each([
  ['INTEGER', 1_700_000_000_000, 'integer', 1e12],
  ['INTEGER', 1_700_000_000, 'integer', 1e9],
  ['DATETIME', 1_700_000_000_000, 'integer', 1e12],
  ['DATETIME', 'long ago', 'text', 2020],
  ['INTEGER', null, 'integer', 1e12],
])('a meta table whose times are %s, such as %s: kept in its own way', async (type, time, kind, least) => {
  const { run, file } = rig({ '2.js': `exports.up = async () => {}\nexports.down = async () => {}` })
  const old =
    time === null ? [] : [`INSERT INTO SequelizeMeta VALUES ('1.js', ${JSON.stringify(time).replaceAll('"', "'")}, 0)`]
  await sql(file, `CREATE TABLE SequelizeMeta (name TEXT PRIMARY KEY, createdAt ${type}, updatedAt ${type})`, ...old)
  await run('upgrade')
  const added =
    "SELECT typeof(createdAt) AS kind, CAST(createdAt AS INTEGER) AS time FROM SequelizeMeta WHERE name = '2.js'"
  const [row] = await sql(file, added)
  expect(row).toMatchObject({ kind })
  expect(Math.log10(Number(row?.time)) | 0).toBe(Math.log10(least) | 0)
  await run('downgrade')
  expect(await sql(file, added)).toEqual([])
})

test.each([
  [
    'updatedAt alone, and a key of its own',
    'id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, updatedAt DATETIME NOT NULL',
  ],
  ['createdAt alone', 'name TEXT PRIMARY KEY, createdAt DATETIME NOT NULL'],
  [
    'times by other names',
    'name VARCHAR(255) NOT NULL, executed_at TIMESTAMP NOT NULL, "migrationTime" INTEGER NOT NULL',
  ],
  [
    'columns that a row must have',
    'id CHAR(36) NOT NULL PRIMARY KEY, name TEXT, batch INTEGER NOT NULL, title TEXT NOT NULL, hash TEXT NOT NULL, done BOOLEAN NOT NULL',
  ],
  ['defaults', "name TEXT, batch INTEGER NOT NULL DEFAULT 7, at TEXT NOT NULL DEFAULT 'then'"],
  ['WITHOUT ROWID', 'name TEXT PRIMARY KEY, createdAt DATETIME NOT NULL) WITHOUT ROWID; CREATE TABLE other (x'],
])('a meta table with %s: rows get what they must have', async (_, columns) => {
  const { run, file } = rig({
    '1.js': 'exports.up = exports.down = async () => {}',
    "2'.js": 'exports.up = exports.down = async () => {}',
  })
  await sql(file, ...`CREATE TABLE SequelizeMeta (${columns})`.split('; '))
  await run('upgrade')
  const rows = await sql(file, 'SELECT * FROM SequelizeMeta ORDER BY name')
  expect(rows.map(({ name }) => name)).toEqual(['1.js', "2'.js"])
  for (const [column, value] of Object.entries(rows[1]!)) {
    if (/at$|At$/.test(column)) expect(String(value)).toMatch(/^20\d\d-|then/)
    else expect(value).not.toBeNull()
  }
  expect(rows[1]).toMatchObject(columns.includes('title') ? { title: "2'.js", batch: 2, done: 1 } : {})
  await run('downgrade')
  expect(await sql(file, 'SELECT * FROM SequelizeMeta')).toEqual([])
})

test('a meta table that refuses a row is named, and not the migration', async () => {
  const { run, file } = rig({ '1.js': 'exports.up = async () => {}' })
  await sql(file, "CREATE TABLE SequelizeMeta (name TEXT CHECK (name <> '1.js'))")
  await expect(run('upgrade')).rejects.toMatchObject({
    message: expect.stringContaining('the meta table SequelizeMeta does not take the row of 1.js: SQLITE_CONSTRAINT'),
    parts: { hint: expect.stringContaining('migrations.meta') },
  })
})

test('names that are logged in another form are found, and new ones follow it', async () => {
  const { run, file } = rig({
    '1.cjs': 'exports.up = exports.down = async () => {}',
    '2.cjs': 'exports.up = exports.down = async () => {}',
  })
  await sql(
    file,
    'CREATE TABLE SequelizeMeta (name VARCHAR(255) PRIMARY KEY)',
    "INSERT INTO SequelizeMeta VALUES ('0')",
  )
  await run('upgrade')
  expect((await sql(file, 'SELECT name FROM SequelizeMeta ORDER BY rowid')).map(({ name }) => name)).toEqual([
    '0',
    '1',
    '2',
  ])
  await run('downgrade')
  expect((await sql(file, 'SELECT name FROM SequelizeMeta')).map(({ name }) => name)).toEqual(['0'])
  expect(likeOthers('2.ts', ['1.js'])).toBe('2.js')
  expect(likeOthers('2.ts', ['1.js', '0.ts'])).toBe('2.ts')
  expect(likeOthers('2.up.sql', ['1'])).toBe('2')
})

test.each([
  [
    'one that throws',
    { '2.js': `exports.up = () => { throw new Error('no good') }` },
    { code: 'migration-failed', message: expect.stringContaining('no good') },
  ],
  [
    'one that rejects with a text',
    { '2.js': `exports.up = () => Promise.reject('no good')` },
    { code: 'migration-failed', message: expect.stringContaining('no good') },
  ],
  [
    'one without up',
    { '2.js': `exports.down = () => {}` },
    { code: 'migration-failed', message: '2.js exports no up' },
  ],
  [
    'a statement that is refused',
    { '2.js': `exports.up = (q) => q.sequelize.query('INSERT INTO nowhere VALUES (1)')` },
    { code: 'migration-failed', parts: expect.objectContaining({ statement: 'INSERT INTO nowhere VALUES (1)' }) },
  ],
  [
    'a statement of a SQL file',
    { '2.sql': `SELECT 1;\n\nNONSENSE;` },
    { code: 'migration-failed', parts: expect.objectContaining({ line: 3, statement: 'NONSENSE' }) },
  ],
  [
    'a transaction that is left open',
    {
      '2.js': `exports.up = async (q) => { const transaction = await q.sequelize.transaction(); await q.sequelize.query('CREATE TABLE x (y)', { transaction }) }`,
    },
    { code: 'migration-failed', message: expect.stringContaining('transaction open') },
  ],
  [
    'a SQL file that does not end its transaction',
    { '2.sql': 'BEGIN;\nCREATE TABLE x (y);' },
    { code: 'migration-failed', message: expect.stringContaining('transaction open') },
  ],
])('%s stops the run there, with its name', async (_, second, problem) => {
  const { run, told, file } = rig({
    '1.js': 'exports.up = async () => {}',
    ...second,
    '3.js': 'exports.up = async () => {}',
  })
  const name = Object.keys(second)[0]
  const { parts, ...rest } = problem as { parts?: unknown; code: string }
  await expect(run('upgrade')).rejects.toMatchObject({
    ...rest,
    parts: expect.objectContaining({ migration: name }),
    ...(parts === undefined ? {} : { parts }),
  })
  expect(told).toEqual([
    'migration-started 1.js',
    'checkpoint 1',
    'migration-finished 1.js',
    `migration-started ${name}`,
  ])
  expect((await sql(file, 'SELECT name FROM SequelizeMeta')).map(({ name: logged }) => logged)).not.toContain('3.js')
})

test.each([
  { '1.js': 'exports.up = async () => {}' },
  { '1.sql': 'CREATE TABLE x (y)' },
  { '1.up.sql': 'CREATE TABLE x (y)' },
])('no way down in %j is told', async (files) => {
  const { run } = rig(files as unknown as Record<string, string>)
  await run('upgrade')
  await expect(run('downgrade')).rejects.toMatchObject({ code: 'migration-irreversible' })
})
