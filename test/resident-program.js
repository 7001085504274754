/**
 * The command line many times in one process: for tests to which the start of Node is nothing. Each call has its own folder, environment
 * and words; it is over when `main` has returned and nothing is left that would keep a process alive.
 */
import Module from 'node:module'
import { fileURLToPath } from 'node:url'
import { main } from '../dist/command/main.js'

const executable = fileURLToPath(new URL('../bin/devdb.js', import.meta.url))

/** Code of the user's stays in a process: after the first such call there is no second one. */
let isSpent = false
const { register } = Module
Module.register = (...words) => {
  isSpent = true
  return register.apply(Module, words)
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
  process.send({ ...ended, ...output, isSpent })
  ended = null
})

process.on('disconnect', () => process.exit())
