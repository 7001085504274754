/** What lets a process import the user's files: TypeScript, ES modules and CommonJS, whatever the project's own settings are. */
import Module, { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Of the same kind as this file: TypeScript when devdb runs from its sources. */
const ending = extname(import.meta.url)

/** tsx takes what follows a question mark for a query, so that it would find none of a project's files: Node reads those alone then. */
export const isCutByTsx = (path: string): boolean => path.includes('?')

type Tsx = typeof import('tsx/cjs/api')

/** Registers tsx. What is loaded before takes half as long, so only the user's own code is loaded afterwards. @param root the user's project */
export async function registerTypeScript(root: string): Promise<void> {
  if (isCutByTsx(root)) return
  // As `import` this takes three times as long, since Node then looks through esbuild for the names that it exports.
  const { register } = createRequire(import.meta.url)('tsx/cjs/api') as Tsx
  register()
  // Where Node can, tsx has its hooks in the main thread; devdb's sources could not be read by the other one.
  const isWhole = 'registerHooks' in Module || ending === '.ts'
  if (isWhole) (await import('tsx/esm/api')).register()
  else Module.register(`../config/typescript-hooks${ending}`, import.meta.url)
}

/** Registers what lets any process import a configuration. */
export function registerPublicDoor(): void {
  Module.register(`../config/public-door-hooks${ending}`, import.meta.url)
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
