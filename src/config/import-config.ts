/** How a one-shot command reads the configuration in its own process. */
import Module from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DevdbError } from '../error.ts'
import { importFile } from '../process/import-file.ts'
import type { Config } from './config.ts'
import { loadConfig } from './load-config.ts'

/** The hooks that let any process import a configuration. */
export function registerPublicDoor(): void {
  const ending = extname(import.meta.url)
  Module.register(`./public-door-hooks${ending}`, import.meta.url)
  // In a package that is not of type module the imports of a TypeScript file are calls of require, which those hooks do not see.
  const loader = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string }
  const resolveFilename = loader._resolveFilename
  loader._resolveFilename = function (request, ...rest) {
    try {
      return resolveFilename.call(this, request, ...rest)
    } catch (error) {
      if (request !== 'devdb') throw error
      return fileURLToPath(new URL(`../index${ending}`, import.meta.url))
    }
  }
}

/**
 * Loads a configuration in this process. Its code may call `process.exit`, which is then an error and nothing else.
 * @param file absolute path
 * @throws DevdbError as `loadConfig`
 */
export async function importConfig(file: string): Promise<Config> {
  if (file.endsWith('.json')) return loadConfig(file, async () => undefined)
  const { exit } = process
  const calls: DevdbError[] = []
  process.exit = (() => {
    const call = new DevdbError('config-failed', 'the configuration called process.exit', {
      file,
      hint: 'take that call out of it',
      cause: new Error('process.exit'),
    })
    calls.push(call)
    throw call
  }) as typeof process.exit
  try {
    const config = await loadConfig(file, importCode)
    // The file may have caught what the call threw.
    if (calls[0] !== undefined) throw calls[0]
    return config
  } finally {
    process.exit = exit
  }
}

async function importCode(path: string): Promise<unknown> {
  const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')])
  cjs.register()
  esm.register()
  registerPublicDoor()
  return importFile(path)
}
