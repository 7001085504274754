import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createSqliteDialect } from '../../src/dialect/sqlite/sqlite-dialect.ts'
import { fileTarget } from '../../src/dialect/sqlite/sqlite-target.ts'
import type { Direction } from '../../src/event/event.ts'
import { type CallStyle, type MigrationSetting, readMigrationFolder } from '../../src/migration/migration-folder.ts'
import { likeOthers, runMigrations } from '../../src/migration/run-migrations.ts'
import { importFile } from '../../src/process/import-file.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { tempProject } from '../temp-folder.ts'

interface Rig {
  readonly file: string
  readonly told: string[]
  run(direction: Direction, more?: Partial<MigrationSetting>): Promise<void>
  tables(): Promise<readonly unknown[]>
}

const noMeta = { table: 'SequelizeMeta', column: 'name', schema: null }

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
      const setting: MigrationSetting = { dir: join(root, 'm'), match: null, call: 'auto', meta: noMeta, ...more }
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
      module.exports = { up: async ({ context }) => context.createTable('two', { id: DataTypes.INTEGER }), down: async ({ context: queryInterface }) => queryInterface.dropTable('two') }`,
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
  const meta = { table: 'migrations', column: 'file', schema: 'own' }
  await run('upgrade', { meta })
  expect(await sql(file, 'SELECT * FROM "own.migrations"')).toEqual([{ file: '1.js' }])
  await run('downgrade', { meta })
  expect(await sql(file, 'SELECT * FROM "own.migrations"')).toEqual([])
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
