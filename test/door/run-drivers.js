/**
 * `npm run test:drivers`: whether the door holds with the drivers that devdb does not depend on: better-sqlite3, libsql, and Node's own under
 * Node 22 and 24. They come from the npm registry into a temporary folder.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'devdb-drivers-'))
const dev = join(folder, 'dev.db')
const system = { win32: 'win' }[process.platform] ?? process.platform
const { Database } = createRequire(join(root, 'package.json'))('sqlite3')

const all = (file, sql) =>
  new Promise((resolve, reject) => {
    const database = new Database(file)
    database.all(sql, (error, rows) => database.close(() => (error === null ? resolve(rows) : reject(error))))
  })

/** What a program in the door prints. */
function run(node, job, code) {
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require ${join(root, 'dist/door/sqlite.cjs')}`,
    DEVDB_DOOR: JSON.stringify([{ dialect: 'sqlite', dev, job }]),
  }
  return execFileSync(node, ['--input-type=module', '-e', code], { cwd: folder, env, encoding: 'utf8' }).trim()
}

const report =
  'const attempt = async (run) => { try { await run(); console.log("ok") } catch ({ message }) { console.log(message) } };'

/** Code for each driver: it writes its name into dev, attaches dev, and puts a copy of another database in dev's place. */
const drivers = {
  'better-sqlite3': `import Database from 'better-sqlite3'
    const database = new Database('dev.db', { fileMustExist: true })
    await attempt(() => database.exec("INSERT INTO t VALUES ('better-sqlite3')"))
    await attempt(() => database.prepare("ATTACH 'dev.db' AS d").run())
    await attempt(() => new Database(':memory:').backup('dev.db'))`,
  libsql: `import Database from 'libsql'
    const database = new Database('dev.db')
    await attempt(() => database.exec("INSERT INTO t VALUES ('libsql')"))
    await attempt(() => database.prepare("ATTACH 'dev.db' AS d").run())`,
  'node:sqlite': `import { DatabaseSync, backup } from 'node:sqlite'
    import { pathToFileURL } from 'node:url'
    const database = new DatabaseSync(pathToFileURL('dev.db'))
    await attempt(() => database.exec("INSERT INTO t VALUES ('node:sqlite')"))
    await attempt(() => database.exec("ATTACH 'dev.db' AS d"))
    if (backup !== undefined) await attempt(() => backup(new DatabaseSync(':memory:'), 'dev.db'))`,
}

/** @returns what went wrong */
async function tryDriver(node, driver) {
  rmSync(dev, { force: true })
  await all(dev, 'CREATE TABLE t (x)')
  copyFileSync(dev, join(folder, 'job.db'))
  const before = readFileSync(dev)
  const writing = drivers[driver].replace(/\n\s*(?:if \(.*|await attempt\(\(\) => new Database\(':memory:'\)).*/, '')
  const first = run(node, join(folder, 'job.db'), `${report}${writing}`).split('\n')
  const rows = await all(join(folder, 'job.db'), 'SELECT x FROM t')
  const replaced = run(node, join(folder, 'job.db'), `${report}${drivers[driver]}`)
  const reading = run(node, null, `${report}${drivers[driver]} `).split('\n')[0]
  return [
    ...(readFileSync(dev).equals(before) ? [] : ['dev was changed']),
    ...(rows.length === 1 && rows[0].x === driver ? [] : ['the job did not get the row']),
    ...(first[0] === 'ok' ? [] : [`writing failed: ${first[0]}`]),
    ...(/out of reach/.test(first[1]) ? [] : [`ATTACH was not refused: ${first[1]}`]),
    ...(/^ok$/m.test(replaced) ? [] : [`the second run failed: ${replaced}`]),
    ...(/readonly|read-only|reading alone/.test(reading)
      ? []
      : [`dev could be written where it is only read: ${reading}`]),
  ]
}

try {
  execFileSync('npm', ['init', '--yes'], { cwd: folder, stdio: 'ignore' })
  // A driver that is compiled here finds Node's headers beside this Node.
  const prefix = join(dirname(process.execPath), '..')
  const nodedir = existsSync(join(prefix, 'include/node')) ? { npm_config_nodedir: prefix } : {}
  execFileSync('npm', ['install', '--no-audit', '--no-fund', 'better-sqlite3', 'libsql'], {
    cwd: folder,
    env: { ...process.env, ...nodedir },
    stdio: 'inherit',
  })
  const nodeOf = (version) =>
    execFileSync(
      'npx',
      ['--yes', '-p', `node-${system}-${process.arch}@${version}`, '--', 'node', '-p', 'process.execPath'],
      { encoding: 'utf8' },
    ).trim()
  const cases = [
    [process.execPath, 'better-sqlite3'],
    [process.execPath, 'libsql'],
    [nodeOf(22), 'node:sqlite'],
    [nodeOf(24), 'node:sqlite'],
  ]
  for (const [node, driver] of cases) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
    const problems = await tryDriver(node, driver).catch((error) => [error.message])
    process.stdout.write(`${driver} under Node ${version}: ${problems.length === 0 ? 'ok' : problems.join('; ')}\n`)
    if (problems.length > 0) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
