// Project code that tries to reach the dev database: each way writes its name into table `t`, and its result is printed as JSON.
const { execFileSync, execSync, fork, spawn, spawnSync } = require('node:child_process')
const { writeFileSync } = require('node:fs')
const { resolve } = require('node:path')
const { Worker } = require('node:worker_threads')
const sqlite3 = require('sqlite3')

const dev = resolve('dev.db')
const node = process.execPath
const [readWrite, uri] = [sqlite3.OPEN_READWRITE, sqlite3.OPEN_URI]

const exec = (database, sql) =>
  new Promise((done) => {
    database.on('error', ({ message }) => done(message))
    database.exec(sql, (error) => database.close(() => done(error === null ? 'ok' : error.message)))
  })
const insert = (name, file, ...mode) => exec(new sqlite3.Database(file, ...mode), `INSERT INTO t VALUES ('${name}')`)
const other = (sql) => exec(new sqlite3.Database('other.db'), sql)

/** A program of its own that opens dev by its absolute path. */
function program(name) {
  const file = resolve(`way-${name}.cjs`)
  const open = `new (require(${JSON.stringify(require.resolve('sqlite3'))}).Database)(${JSON.stringify(dev)})`
  const fail = 'error => { if (error) { console.error(error.message); process.exit(1) } }'
  writeFileSync(file, `${open}.exec("INSERT INTO t VALUES ('${name}')", ${fail})`)
  return file
}
const ended = (started) =>
  new Promise((done) => started.on('exit', (code) => done(code === 0 ? 'ok' : `exit ${code}`)).on('error', done))
const attempt = (run) => {
  try {
    run()
    return 'ok'
  } catch ({ message }) {
    return message
  }
}

const ways = {
  absolute: (name) => insert(name, dev),
  relative: (name) => insert(name, 'dev.db'),
  dots: (name) => insert(name, './folder/../dev.db'),
  'symbolic link': (name) => insert(name, 'link.db'),
  'hard link': (name) => insert(name, 'hard.db'),
  'relative URI': (name) => insert(name, 'file:dev.db', readWrite | uri),
  'absolute URI': (name) => insert(name, `file://${dev}?mode=rw`, readWrite | uri),
  'URI with escapes': (name) => insert(name, 'file:%64ev.db', readWrite | uri),
  cached: (name) =>
    new Promise((done) => {
      const database = new sqlite3.cached.Database('dev.db')
      database.run('INSERT INTO t VALUES (?)', [name], (error) => done(error?.message ?? 'ok'))
    }),
  'spawn without environment': (name) => ended(spawn(node, [program(name)], { env: {} })),
  'spawn with other options': (name) => ended(spawn(node, [program(name)], { env: { NODE_OPTIONS: '--no-warnings' } })),
  'fork without options': (name) => ended(fork(program(name), { env: {}, execArgv: [] })),
  spawnSync: (name) => attempt(() => spawnSync(node, [program(name)], { env: {} })),
  execFileSync: (name) => attempt(() => execFileSync(node, [program(name)])),
  execSync: (name) => attempt(() => execSync(`"${node}" ${program(name)}`, { env: {} })),
  'shell that replaces NODE_OPTIONS': (name) =>
    attempt(() => execSync(`NODE_OPTIONS=--no-warnings node ${program(name)}`)),
  thread: (name) => ended(new Worker(program(name))),
  'thread without environment': (name) => ended(new Worker(program(name), { env: {}, execArgv: [] })),
  ATTACH: () => other("ATTACH 'dev.db' AS d; INSERT INTO d.t VALUES ('ATTACH')"),
  'ATTACH after a comment': () => other('SELECT 1; /* ; */ attach database "link.db" AS d'),
  'ATTACH of an expression': () => other("ATTACH 'dev' || '.db' AS d"),
  'ATTACH of a value': () =>
    new Promise((done) =>
      new sqlite3.Database('other.db').run('ATTACH ? AS d', ['dev.db'], ({ message }) => done(message)),
    ),
  'ATTACH of another file': () => other("ATTACH 'third.db' AS d; CREATE TABLE d.u (x)"),
  'VACUUM INTO': () => other("VACUUM INTO 'dev.db'"),
  // The last one, since it replaces the whole database.
  backup: () =>
    new Promise((done) => {
      const backup = new sqlite3.Database('other.db').backup('dev.db', () =>
        backup.step(-1, () => backup.finish(() => done('ok'))),
      )
    }),
}

const only = process.argv.slice(2)
const run = async () => {
  const results = {}
  for (const name of only.length > 0 ? only : Object.keys(ways))
    results[name] = await ways[name](name.replaceAll(' ', '-'))
  process.stdout.write(JSON.stringify(results))
}
void run()
