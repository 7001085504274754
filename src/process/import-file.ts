/** How a file of the user's is imported, whatever module system it is written in. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isCjsTypeScript, isPlainCjs } from './module-kind.ts'

let requiresTypeScript = false

/** From now on TypeScript files are required, whatever their package says: what is registered for them gives CommonJS. */
export function requireTypeScript(): void {
  requiresTypeScript = true
}

/**
 * Imports a file and gives what a CommonJS `require` would: of a CommonJS file its `module.exports`, of an ES module its namespace.
 * @param path absolute path
 * @throws whatever the file throws; a SyntaxError or esbuild's TransformError where it cannot be read
 */
export async function importFile(path: string): Promise<unknown> {
  // An import goes through the thread of the loader hooks, which takes longer than the file itself.
  const isRequired = requiresTypeScript && /\.[cm]?tsx?$/.test(path)
  if (isRequired || isPlainCjs(path) || isCjsTypeScript(path)) return createRequire(path)(path) as unknown
  const namespace = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  if ('module.exports' in namespace) return namespace['module.exports']
  return isCommonJs(namespace) ? namespace.default : namespace
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
