/** Runs in the thread of Node's loader hooks: `import 'devdb'` works also where devdb is not installed in the project (npx, a global one). */

import type { ResolveHook } from 'node:module'
import { extname } from 'node:path'

const door = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href

/** Called by Node for each import. https://nodejs.org/docs/latest-v20.x/api/module.html#resolvespecifier-context-nextresolve */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (specifier !== 'devdb') return nextResolve(specifier, context)
  try {
    return await nextResolve(specifier, context)
  } catch {
    return { url: door, format: 'module', shortCircuit: true }
  }
}
