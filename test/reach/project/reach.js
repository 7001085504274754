// Ways to reach dev. Each writes a row that says where it ran, and which way it went. `node reach.js PLACE [WAY…]` goes some or all of them.
const { execFileSync, execSync, fork, spawn } = require('node:child_process')
const { appendFileSync, linkSync, rmSync, symlinkSync } = require('node:fs')
const { join } = require('node:path')
const { Worker } = require('node:worker_threads')
const sqlite3 = require('sqlite3')

const dev = join(__dirname, 'dev.sqlite')
const program = join(__dirname, 'program.js')
const node = process.execPath
const [readWrite, uri] = [sqlite3.OPEN_READWRITE, sqlite3.OPEN_URI]
const insert = 'INSERT INTO marks (place, way) VALUES (?, ?)'

/** Where it runs need not be the project's folder. */
const near = (name) => join(__dirname, name)

const open =
  (file, ...mode) =>
  (place, way) =>
    new Promise((resolve, reject) => {
      const database = new sqlite3.Database(file, ...mode)
      database.on('error', reject)
      database.configure('busyTimeout', 5000)
      database.run(insert, [place, way], (error) => database.close(() => (error === null ? resolve() : reject(error))))
    })

/** Opens dev under another name, which is only there meanwhile. */
const under = (name, make) => async (place, way) => {
  rmSync(near(name), { force: true })
  make(dev, near(name))
  await open(near(name))(place, way).finally(() => rmSync(near(name)))
}

const other = (sql) =>
  new Promise((resolve, reject) =>
    new sqlite3.Database(':memory:').exec(sql, (error) => (error === null ? resolve() : reject(error))),
  )

const ended = (started) =>
  new Promise((resolve, reject) =>
    started.on('error', reject).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}`)))),
  )

async function withInstance(options, place, way) {
  const { Sequelize } = require('sequelize')
  const instance = new Sequelize(options)
  await instance.query(insert, { replacements: [place, way] }).finally(() => instance.close())
}

const ways = {
  'relative path': open('dev.sqlite'),
  'absolute path': open(dev),
  'path with dots': open(`${__dirname}/models/../dev.sqlite`),
  'symbolic link': under('link.sqlite', symlinkSync),
  'hard link': under('hard.sqlite', linkSync),
  'file: URI': open(`file://${dev}?mode=rw`, readWrite | uri),
  'relative file: URI with escapes': open('file:%64ev.sqlite', readWrite | uri),
  'sqlite3.cached': (place, way) =>
    new Promise((resolve, reject) => {
      const database = new sqlite3.cached.Database(dev)
      database.run(insert, [place, way], (error) => (error === null ? resolve() : reject(error)))
    }),
  'sqlite3.verbose()': (place, way) =>
    new Promise((resolve, reject) => {
      const database = new (sqlite3.verbose().Database)(dev)
      database.run(insert, [place, way], (error) => database.close(() => (error === null ? resolve() : reject(error))))
    }),
  'new Sequelize': (place, way) => withInstance({ dialect: 'sqlite', storage: dev, logging: false }, place, way),
  'new Sequelize with a URL': (place, way) => withInstance(`sqlite:${dev}?logging=`, place, way),
  'storage of config/config.json': (place, way) =>
    withInstance(require('./config/config.json').development, place, way),
  'models of the application': (place, way) => require('./models').Mark.create({ place, way }),
  "SQL of the application's instance": (place, way) =>
    require('./models').sequelize.query(insert, { replacements: [place, way] }),
  'worker thread': (place, way) => ended(new Worker(program, { workerData: [place, way] })),
  'worker thread without environment': (place, way) =>
    ended(new Worker(program, { workerData: [place, way], env: {}, execArgv: [] })),
  'Node program': (place, way) => ended(spawn(node, [program, place, way])),
  'Node program without environment': (place, way) => ended(spawn(node, [program, place, way], { env: {} })),
  fork: (place, way) => ended(fork(program, [place, way], { execArgv: [] })),
  'shell that replaces NODE_OPTIONS': async (place, way) =>
    execSync(`NODE_OPTIONS=--no-warnings node '${program}' '${place}' '${way}'`, { stdio: 'pipe' }),
  'Node program that is waited for': async (place, way) => execFileSync(node, [program, place, way], { stdio: 'pipe' }),
}

/** What is refused: SQL that opens dev by itself. */
const refused = {
  ATTACH: (place, way) =>
    other(`ATTACH '${dev}' AS other; INSERT INTO other.marks (place, way) VALUES ('${place}', '${way}')`),
  'ATTACH of an expression': (place, way) =>
    other(
      `ATTACH '${__dirname}' || '/dev.sqlite' AS other; INSERT INTO other.marks (place, way) VALUES ('${place}', '${way}')`,
    ),
  'VACUUM INTO': () => other(`VACUUM INTO '${dev}'`),
}

/** What nothing can divert: a program that gets nothing of devdb's environment, as one that is not Node. */
const undiverted = 'program that cannot be diverted'
const reachUndiverted = (place) =>
  execFileSync('env', ['-i', node, program, place, undiverted], { cwd: __dirname, stdio: 'pipe' })

const note = (place, way, result) =>
  appendFileSync(process.env.REACH_LOG, `${JSON.stringify({ place, way, result })}\n`)

/** Goes some ways one after the other. One that does not come through is no reason to stop. */
async function reach(place, names = [...Object.keys(ways), ...Object.keys(refused)]) {
  for (const way of names)
    await (ways[way] ?? refused[way])(place, way).then(
      () => note(place, way, 'ok'),
      ({ message }) => note(place, way, message),
    )
  if (process.env.REACH_HARM === place) reachUndiverted(place)
}

/** While models are loaded nothing is awaited. */
function reachAtOnce(place) {
  const way = 'Node program that is waited for'
  try {
    execFileSync(node, [program, place, way], { stdio: 'pipe' })
    note(place, way, 'ok')
  } catch ({ message }) {
    note(place, way, message)
  }
  if (process.env.REACH_HARM === place) reachUndiverted(place)
}

/** The models leave marks where they are loaded. */
const removeMarks = (place) => require('./models').Mark.destroy({ where: { place: [place, 'models'] } })

module.exports = { reach, reachAtOnce, removeMarks, ways: Object.keys(ways), refused: Object.keys(refused) }

if (require.main === module) {
  const [place, ...names] = process.argv.slice(2)
  void reach(place, names.length > 0 ? names : undefined)
}
