/**
 * The command line many times in one process: for tests to which the start of Node is nothing. Each call has its own folder, environment
 * and words; it is over when `main` has returned and nothing is left that would keep a process alive.
 */
import Module from 'node:module'
import { fileURLToPath } from 'node:url'
import { main } from '../dist/command/main.js'

const executable = fileURLToPath(new URL('../bin/devdb.js', import.meta.url))

/**
 * What reads a configuration that is code stays registered, and is so once; the configuration itself is forgotten after each call. An ES
 * module cannot be: its process is not used again.
 */
const registered = new Set()
let hasImported = false
const { register } = Module
Module.register = (specifier, parent, ...rest) => {
  hasImported = true
  const key = `${specifier} ${parent}`
  if (registered.has(key)) return
  registered.add(key)
  register.call(Module, specifier, parent, ...rest)
}
const require = Module.createRequire(import.meta.url)
const ofTsx = require.resolve('tsx/cjs/api')
/** Once it has looked through the public door. */
let resolveFilename = null

/** @returns whether the configuration, if it was code, is gone */
function forget() {
  if (!hasImported) return true
  hasImported = false
  resolveFilename ??= Module._resolveFilename
  Module._resolveFilename = resolveFilename
  const tsx = require.cache[ofTsx]
  if (tsx !== undefined) tsx.exports = { ...tsx.exports, register: () => undefined }
  const own = Object.values(require.cache).filter(({ id }) => !/[\\/]node_modules[\\/]/.test(id))
  for (const { id } of own) delete require.cache[id]
  // One that was imported, CommonJS too, the loader of ES modules keeps. What is required has itself for a parent, as devdb does it.
  return own.some(({ id, parent }) => /[\\/]devdb\.config\.\w+$/.test(id) && parent?.filename === id)
}

const output = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr']) {
  process[name].write = (text, ...rest) => {
    output[name] += text
    const told = rest.at(-1)
    if (typeof told === 'function') process.nextTick(told)
    return true
  }
}
process.on('warning', ({ name, message }) => {
  output.stderr += `${name}: ${message}\n`
})

const own = { ...process.env }

function enter(words, cwd, env) {
  process.argv = [process.execPath, executable, ...words]
  setEnv(env)
  process.chdir(cwd)
}

function leave() {
  process.chdir('/')
  setEnv(own)
}

function setEnv(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}

/** Null before a call, and between calls. */
let ended = null

process.on('message', ({ words, cwd, env }) => {
  Object.assign(output, { stdout: '', stderr: '' })
  // What Node ends with when nothing is left that could settle what is awaited.
  ended = { exit: 13 }
  enter(words, cwd, env)
  process.channel.unref()
  // Called from nowhere: a frame of this file would pass for one of the user's code.
  Promise.resolve(words)
    .then(main)
    .then((exit) => Object.assign(ended, { exit }))
})

// Nothing is left to do: as a process of its own it would have ended now, and not before.
process.on('beforeExit', () => {
  if (ended === null) return
  process.channel.ref()
  leave()
  const state = !forget() ? 'spent' : registered.size > 0 ? 'registered' : 'fresh'
  process.send({ ...ended, ...output, state })
  ended = null
})

process.on('disconnect', () => process.exit())
