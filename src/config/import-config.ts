/** How a one-shot command reads the configuration in its own process. */
import { dirname } from 'node:path'
import { DevdbError } from '../error.ts'
import { importFile } from '../process/import-file.ts'
import type { Config } from './config.ts'
import { loadConfig } from './load-config.ts'
import { registerPublicDoor, registerTypeScript } from './user-code-loader.ts'

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
  await registerTypeScript(dirname(path))
  registerPublicDoor()
  return importFile(path)
}
