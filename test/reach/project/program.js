// A program, and what a thread runs: opens dev by its absolute path. `node program.js PLACE WAY`, or a thread's workerData.
const { join } = require('node:path')
const { Database } = require('sqlite3')
const [place, way] = require('node:worker_threads').workerData ?? process.argv.slice(2)

const database = new Database(join(__dirname, 'dev.sqlite'))
database.configure('busyTimeout', 5000)
database.run('INSERT INTO marks (place, way) VALUES (?, ?)', [place, way], (error) => {
  if (error !== null) throw error
  database.close()
})
