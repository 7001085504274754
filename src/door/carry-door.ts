/**
 * Carries the door into programs and threads that are started with an environment of their own: `spawn('node', […], { env: {} })`.
 * Runs in processes of the project's code, at their start.
 */
import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import workerThreads from 'node:worker_threads'
import { doorVariable } from './door-rule.ts'
import { requireOption } from './node-options.ts'

type Environment = Record<string, string | undefined>
type AnyFunction = (this: unknown, ...values: unknown[]) => unknown

/**
 * Changes Node's own functions that start something.
 * @param rules the text of the variable that carries the rules
 * @param preload the door's file, absolute
 */
export function carryDoor(rules: string, preload: string): void {
  const carried = (env: Environment): Environment => ({
    ...env,
    [doorVariable]: env[doorVariable] ?? rules,
    NODE_OPTIONS: requireOption(env.NODE_OPTIONS, preload),
  })
  carryIntoPrograms(carried)
  carryIntoThreads(carried, preload)
  syncBuiltinESMExports()
}

function carryIntoPrograms(carried: (env: Environment) => Environment): void {
  // spawn, fork, exec and execFile come here. `envPairs` are the lines of the environment, as the system takes them.
  const prototype = (childProcess as unknown as { ChildProcess: { prototype: { spawn: AnyFunction } } }).ChildProcess
    .prototype
  const { spawn } = prototype
  prototype.spawn = function (options, ...rest) {
    const { envPairs } = options as { envPairs?: readonly string[] }
    if (envPairs === undefined) return spawn.call(this, options, ...rest)
    const env = Object.fromEntries(envPairs.map(splitPair))
    const pairs = Object.entries(carried(env)).map(([name, value]) => `${name}=${value ?? ''}`)
    return spawn.call(this, { ...(options as object), envPairs: pairs }, ...rest)
  }
  const synchronous = childProcess as unknown as Record<string, AnyFunction>
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    const start = synchronous[name]!
    synchronous[name] = function (...values) {
      return start.apply(this, withEnvironment(values, carried))
    }
  }
}

const splitPair = (pair: string): [string, string] => {
  const at = pair.indexOf('=', 1)
  return [pair.slice(0, at), pair.slice(at + 1)]
}

/** The options are the last argument that is an object; without them the program gets this process's environment. */
function withEnvironment(values: readonly unknown[], carried: (env: Environment) => Environment): unknown[] {
  const given = values.filter((value) => value !== undefined)
  const last = given[given.length - 1]
  const hasOptions = typeof last === 'object' && last !== null && !Array.isArray(last)
  const options = (hasOptions ? last : {}) as { env?: Environment | null }
  const extended = { ...options, env: carried(options.env ?? process.env) }
  return [...(hasOptions ? given.slice(0, -1) : given), extended]
}

/** A thread without options of its own has those of its process: https://nodejs.org/api/worker_threads.html#new-workerfilename-options */
function carryIntoThreads(carried: (env: Environment) => Environment, preload: string): void {
  const { Worker } = workerThreads
  const carrying = (options: workerThreads.WorkerOptions | undefined): workerThreads.WorkerOptions | undefined => {
    if (options === undefined) return options
    const { env, execArgv } = options
    const isOwn = typeof env === 'object' && env !== null
    return {
      ...options,
      ...(isOwn ? { env: carried(env as Environment) as NodeJS.ProcessEnv } : {}),
      ...(execArgv === undefined ? {} : { execArgv: ['--require', preload, ...execArgv] }),
    }
  }
  const proxy: typeof Worker = new Proxy(Worker, {
    construct: (target, [file, options, ...rest], made) =>
      Reflect.construct(target, [file, carrying(options), ...rest], made === proxy ? target : made) as object,
  })
  Object.assign(workerThreads, { Worker: proxy })
}
