/** What the system refuses: each is one Problem with a code of its own, and never a stack of Node's. */
import { execFile } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toSqliteError } from '../../src/dialect/sqlite/sqlite-error.ts'
import { DevdbError, toProblem } from '../../src/error.ts'
import { execute } from './database.ts'
import { executable, makeProject, type TinyProject } from './project.ts'

let project: TinyProject
beforeAll(async () => {
  project = await makeProject()
})
afterAll(() => project.remove())

/** Runs a line of shell in the project; `$DEVDB` is the executable. */
const shell = (line: string): Promise<{ stdout: string; stderr: string; exit: unknown }> =>
  new Promise((resolve) => {
    const env = { ...process.env, DEVDB: `"${process.execPath}" "${executable}"` }
    execFile('sh', ['-c', line], { cwd: project.root, env }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exit: error?.code ?? 0 }),
    )
  })

test('too few open files, for devdb itself and for its children', async () => {
  for (const limit of [40, 64]) {
    const { stdout, stderr, exit } = await shell(`ulimit -n ${limit}; eval "$DEVDB reset --json"`)
    expect([limit, stderr, exit]).toEqual([limit, '', JSON.parse(stdout).problem === undefined ? 0 : 1])
    if (exit === 1)
      expect(JSON.parse(stdout).problem).toMatchObject({ code: 'limit-reached', hint: expect.stringMatching(/ulimit/) })
  }
})

test('a working directory that is gone', async () => {
  const { stdout, exit } = await shell('mkdir gone; cd gone; rmdir ../gone; eval "$DEVDB status --json"')
  expect(JSON.parse(stdout).problem).toMatchObject({ code: 'file-failed', hint: expect.stringMatching(/^change to/) })
  expect(exit).toBe(1)
})

test('what the system says, by its code and by its number', () => {
  const error = (code: string, errno: number, message: string): Error =>
    Object.assign(new Error(message), { code, errno })
  const told = (thrown: Error): unknown => {
    const { code, hint } = toProblem(thrown)
    return [code, hint]
  }
  expect([
    told(error('ENOSPC', -28, 'ENOSPC: no space left on device, write')),
    told(error('Unknown system error -122', -122, 'Unknown system error -122: Unknown system error -122, write')),
    told(error('EIO', -5, 'EIO: i/o error, read')),
    told(error('ENFILE', -23, 'ENFILE: file table overflow')),
    told(error('EROFS', -30, 'EROFS: read-only file system, open')),
    told(error('EACCES', -13, 'EACCES: permission denied, open')),
  ]).toMatchInlineSnapshot(`
    [
      [
        "disk-full",
        "free some space and repeat",
      ],
      [
        "disk-full",
        "free some space and repeat; quota -s shows what you may use",
      ],
      [
        "disk-failed",
        "look at the disk, then repeat: dmesg | tail",
      ],
      [
        "limit-reached",
        "allow more open files, then repeat: ulimit -n 4096",
      ],
      [
        "file-failed",
        "the file system is read-only: mount it so that it can be written, then repeat",
      ],
      [
        "file-failed",
        "look at the rights of the project and of .devdb",
      ],
    ]
  `)
})

test('what SQLite says without a code, as its backups do', () => {
  const database = project.file('dev.db')
  const told = (message: string): unknown => {
    const found = toSqliteError(new Error(message), database)
    return found instanceof DevdbError ? found.code : found.message
  }
  expect(
    ['UNKNOWN: disk I/O error', 'database or disk is full', 'database is locked', 'unable to open database file'].map(
      told,
    ),
  ).toEqual(['disk-failed', 'disk-full', 'dev-busy', 'dev-unreadable'])
  expect(told('near "disk": syntax error')).toBe('near "disk": syntax error')
})

test('a table or a view that somebody else has under the name of the ledger', async () => {
  for (const [what, made] of [
    ['table', 'CREATE TABLE devdb_ledger (id INTEGER, text TEXT)'],
    ['view', 'CREATE VIEW devdb_ledger AS SELECT 1 AS name'],
  ]) {
    await execute(project.file('dev.db'), made!)
    for (const command of ['status', 'upgrade']) {
      const { json, exit } = await project.devdb(command)
      expect([what, command, exit, json.problem]).toMatchObject([what, command, 1, { code: 'ledger-foreign' }])
    }
    await execute(project.file('dev.db'), `DROP ${what} devdb_ledger`)
  }
})

test('no command at all prints the help', async () => {
  const { stdout, stderr, exit } = await shell('eval "$DEVDB"')
  expect([stdout, stderr, exit]).toEqual([expect.stringContaining('Usage: devdb'), '', 0])
})
