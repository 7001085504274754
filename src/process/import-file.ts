/** How a file of the user's is imported, whatever module system it is written in. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { DevdbError } from '../error.ts'
import { isCjsTypeScript, isPlainCjs } from './module-kind.ts'

let requiresTypeScript = false

/** From now on TypeScript files are required, whatever their package says: what is registered for them gives CommonJS. */
export function requireTypeScript(): void {
  requiresTypeScript = true
}

/**
 * Imports a file and gives what a CommonJS `require` would: of a CommonJS file its `module.exports`, of an ES module its namespace.
 * @param path absolute path
 * @param again counted from 1: loads it as it is now, although it was loaded before
 * @throws whatever the file throws; a SyntaxError or esbuild's TransformError where it cannot be read
 */
export async function importFile(path: string, again = 0): Promise<unknown> {
  if (path.includes('?') && /\.[cm]?tsx?$/.test(path)) {
    throw new DevdbError('model-failed', 'TypeScript cannot be read in a folder whose path has a question mark', {
      file: path,
      hint: 'rename the folder',
    })
  }
  // An import goes through the thread of the loader hooks, which takes longer than the file itself.
  const isRequired = requiresTypeScript && /\.[cm]?tsx?$/.test(path)
  if (isRequired || isPlainCjs(path) || isCjsTypeScript(path)) return requireFile(path, again > 0)
  const url = pathToFileURL(path)
  if (again > 0) {
    forget(path)
    url.search = `again=${again}`
  }
  const namespace = (await import(url.href)) as Record<string, unknown>
  if ('module.exports' in namespace) return namespace['module.exports']
  return isCommonJs(namespace) ? namespace.default : namespace
}

function requireFile(path: string, isAgain: boolean): unknown {
  if (isAgain) forget(path)
  return createRequire(path)(path)
}

/** tsx keeps a file under names of its own, which begin with the file's. */
function forget(path: string): void {
  const { cache } = createRequire(path)
  for (const name of Object.keys(cache)) if (name.replace(/\?.*$/, '') === path) delete cache[name]
}

/**
 * Node 20 gives a CommonJS file's exports as `default`, and beside it those names that it can guess from the text, some of them wrongly and
 * then undefined. https://nodejs.org/docs/latest-v20.x/api/esm.html#commonjs-namespaces
 */
function isCommonJs({ default: main, ...named }: Record<string, unknown>): boolean {
  if (typeof main !== 'object' || main === null) return false
  return Object.entries(named).every(
    ([name, value]) => value === undefined || value === (main as Record<string, unknown>)[name],
  )
}
