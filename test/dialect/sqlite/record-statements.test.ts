import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'
import { sharedFolder, tempFolder } from '../../temp-folder.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')

const compiled = join(sharedFolder(), 'record-statements.js')
buildSync({
  entryPoints: [join(root, 'src/dialect/sqlite/record-statements.ts')],
  outfile: compiled,
  bundle: true,
  platform: 'node',
  format: 'esm',
})

/** Runs code in a process of its own, since what is wrapped stays wrapped. */
async function record(
  code: string,
): Promise<readonly { readonly sql: string; readonly error: string | null; readonly database: string }[]> {
  const file = join(tempFolder(), 'x.db')
  const program = `
    import sqlite3 from ${JSON.stringify(join(root, 'node_modules/sqlite3/lib/sqlite3.js'))}
    import { recordStatements } from ${JSON.stringify(compiled)}
    const told = []
    recordStatements(sqlite3, (statement) => told.push(statement))
    const database = new sqlite3.Database(${JSON.stringify(file)})
    const wait = (start) => new Promise((done) => start((...results) => done(results)))
    ${code}
    await wait((done) => database.close(done))
    console.log(JSON.stringify(told))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
  const told = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    sql: string
    error: string | null
    database: string
    ms: number
  }[]
  for (const statement of told) expect([statement.database, statement.ms >= 0]).toEqual([file, true])
  return told.map(({ sql, error, database }) => ({ sql, error, database }))
}

const sqlOf = (told: readonly { readonly sql: string }[]): readonly string[] => told.map(({ sql }) => sql)

test('every method that takes SQL is seen, with and without values and callbacks', async () => {
  const told = await record(`
    await wait((done) => database.exec('CREATE TABLE t (a)', done))
    await wait((done) => database.run('INSERT INTO t VALUES (?)', [1], done))
    await wait((done) => database.run('INSERT INTO t VALUES (2)', done))
    database.run('INSERT INTO t VALUES (3)')
    await wait((done) => database.wait(done))
    await wait((done) => database.all('SELECT a FROM t', done))
    await wait((done) => database.get('SELECT a FROM t WHERE a = ?', 1, done))
    const rows = []
    await wait((done) => database.each('SELECT a AS each FROM t', (error, row) => rows.push(row), done))
    database.each('SELECT a FROM t', (error, row) => rows.push(row))
    while (rows.length < 6 || told.length < 8) await new Promise(setImmediate)
    if (rows.length !== 6) throw new Error('rows: ' + JSON.stringify(rows))
  `)
  expect(sqlOf(told)).toEqual([
    'CREATE TABLE t (a)',
    'INSERT INTO t VALUES (?)',
    'INSERT INTO t VALUES (2)',
    'INSERT INTO t VALUES (3)',
    'SELECT a FROM t',
    'SELECT a FROM t WHERE a = ?',
    'SELECT a AS each FROM t',
    'SELECT a FROM t',
  ])
})

test('prepared statements are seen each time they run', async () => {
  const told = await record(`
    await wait((done) => database.exec('CREATE TABLE t (a)', done))
    const insert = database.prepare('INSERT INTO t VALUES (?)')
    for (const value of [1, 2]) await wait((done) => insert.run(value, done))
    await wait((done) => insert.finalize(done))
    await wait((done) => database.prepare('SELECT a FROM t').all(done))
  `)
  expect(sqlOf(told)).toEqual([
    'CREATE TABLE t (a)',
    'INSERT INTO t VALUES (?)',
    'INSERT INTO t VALUES (?)',
    'SELECT a FROM t',
  ])
})

test('an error goes to whoever sent the statement, with `this` as the driver has it', async () => {
  const told = await record(`
    const [error] = await wait((done) => database.run('NONSENSE', done))
    if (!/syntax error/.test(error.message)) throw new Error('no error')
    await wait((done) => database.exec('CREATE TABLE t (a)', done))
    const changes = await new Promise((done) => database.run('INSERT INTO t VALUES (1), (2)', function () { done(this.changes) }))
    if (changes !== 2) throw new Error('changes: ' + changes)
  `)
  expect(told.map(({ error }) => error)).toEqual([expect.stringContaining('syntax error'), null, null])
})

test('an error that nobody asked for is still thrown, as the driver does', async () => {
  await expect(record(`database.run('NONSENSE'); await new Promise((done) => setTimeout(done, 200))`)).rejects.toThrow(
    /syntax error/,
  )
  await expect(record(`database.exec('NONSENSE'); await new Promise((done) => setTimeout(done, 200))`)).rejects.toThrow(
    /syntax error/,
  )
})
