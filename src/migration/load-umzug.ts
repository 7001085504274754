/** How Umzug is loaded: without its command line, which nobody calls here and which takes more than half of the time. */
import { existsSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/**
 * Loads devdb's own Umzug. Its command line brings a parser of arguments, a validator of JSON and a terminal along (umzug 3.8.3,
 * lib/cli.js: 55 of 80 ms); it is loaded when somebody asks for it, as a project may that shares this copy.
 */
export function loadUmzug(): typeof import('umzug') {
  const main = require.resolve('umzug')
  const cli = join(dirname(main), 'cli.js')
  if (require.cache[main] === undefined && require.cache[cli] === undefined && existsSync(cli))
    require.cache[cli] = Object.assign(new Module(cli), { filename: cli, loaded: true, exports: lateExports(cli) })
  return require('umzug') as typeof import('umzug')
}

/** What lib/cli.js exports, each loaded with the first of them. */
function lateExports(cli: string): object {
  let loaded: Record<string, unknown> | null = null
  const load = (): Record<string, unknown> => {
    if (loaded === null) {
      delete require.cache[cli]
      loaded = require(cli) as Record<string, unknown>
    }
    return loaded
  }
  const late = ['UmzugCLI', 'CreateAction', 'ListAction', 'DownAction', 'UpAction']
  const properties = late.map((name) => [name, { enumerable: true, get: () => load()[name] }])
  return Object.defineProperties({}, Object.fromEntries(properties) as PropertyDescriptorMap)
}
