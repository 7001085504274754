/** Which local files the child loads, and where it hangs if it does. Written to a pipe of its own, at once, so that a crash loses nothing. */
import { writeSync } from 'node:fs'
import Module from 'node:module'
import { dirname, isAbsolute, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { type TraceLine, traceDescriptor } from './trace-line.ts'

/** To the thread of the loader hooks: after how many milliseconds to say where the main thread hangs; null for not at all. */
export interface TraceAlarm {
  readonly timeoutMs: number | null
}

/** devdb's own code, which runs in the same processes. */
const ownFolders = ['..', '../../bin/'].map((path) => fileURLToPath(new URL(path, import.meta.url)))

/** Whether a path is code of the user's: no dependency, and not devdb itself. It may lie beside the project, as in a workspace. */
export const isLocal = (path: string): boolean =>
  isAbsolute(path) &&
  !ownFolders.some((folder) => path.startsWith(folder)) &&
  !path.includes(`${sep}node_modules${sep}`)

/** Writes one line to the pipe. */
export const trace = (line: TraceLine): void => {
  const text = `${JSON.stringify(line)}\n`
  // Whose code runs next is told, and then again when it is loaded.
  if (text !== last || 'end' in line) writeSync(traceDescriptor, text)
  last = text
}

let last = ''

let hooksPort: MessagePort | null = null
const imported: string[] = []

/** Local ES modules that this process has begun to load, in order. */
export function importedFiles(): readonly string[] {
  if (hooksPort === null) return []
  for (let next = receiveMessageOnPort(hooksPort); next !== undefined; next = receiveMessageOnPort(hooksPort)) {
    imported.push(String(next.message))
  }
  return imported
}

const endings = ['', '.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', '.json']

/**
 * Traces a file that was asked for and is not there, under each name that it may get: once it is made, the same code loads.
 * @param path absolute, as far as the code tells
 */
export function traceMissing(path: string): void {
  const bare = path.replace(/\.([cm]?)js$/, '.$1ts')
  for (const file of new Set([...endings.map((ending) => path + ending), bare])) if (isLocal(file)) trace({ file })
}

/** Whether a module is asked for by its place, and not by the name of a package. */
export const isPlace = (request: string): boolean => /^(?:\.{1,2}(?:\/|$)|\/)/.test(request)

/**
 * From now on traces every local file that is loaded, by `import` and by `require`.
 * @returns the clock that makes a hang known
 */
export function traceFiles() {
  const prototype = Module.prototype as unknown as { load(this: unknown, file: string): unknown }
  const load = prototype.load
  prototype.load = function (file) {
    if (isLocal(file)) trace({ file })
    return load.call(this, file)
  }
  traceMissingRequires()
  const { port1, port2 } = new MessageChannel()
  const hooks = `../worker/trace-hooks${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
  Module.register(hooks, import.meta.url, { data: { port: port2 }, transferList: [port2] })
  hooksPort = port1
  port1.unref()
  return {
    arm: (timeoutMs: number | null) => port1.postMessage({ timeoutMs } satisfies TraceAlarm),
    disarm: () => port1.postMessage({ timeoutMs: null } satisfies TraceAlarm),
  }
}

const toldRequires = new Set<string>()

/** Traces who required whom so far, once each: a module that was loaded already is not loaded again for the next one. */
export function traceRequired(): void {
  const { _cache: cache } = Module as unknown as { readonly _cache: Readonly<Record<string, NodeJS.Module>> }
  for (const { filename: from, children } of Object.values(cache)) {
    if (typeof from !== 'string' || !isLocal(from)) continue
    for (const { filename: file } of children) {
      if (typeof file !== 'string' || !isLocal(file) || toldRequires.has(`${from}\0${file}`)) continue
      toldRequires.add(`${from}\0${file}`)
      trace({ file: bare(file), from: bare(from) })
    }
  }
}

/** tsx gives one file several names. */
const bare = (file: string): string => file.replace(/\?.*$/, '')

function traceMissingRequires(): void {
  const loader = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string }
  const original = loader._resolveFilename
  loader._resolveFilename = function (request, ...rest) {
    try {
      return original.call(this, request, ...rest)
    } catch (error) {
      const from = (rest[0] as { filename?: string } | undefined)?.filename
      if (isPlace(request) && typeof from === 'string') traceMissing(resolve(dirname(from), request))
      throw error
    }
  }
}
