/** Runs in the thread of Node's loader hooks: tsx's own hooks, loaded when the first file comes that is more than plain CommonJS. */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isPlainCjs } from '../process/module-kind.ts'

interface Hooks {
  readonly initialize: InitializeHook
  readonly resolve: ResolveHook
  readonly load: LoadHook
}

let tsx: Promise<Hooks> | null = null

/** The modules that tsx itself consists of, while they are loaded: what this thread imports comes to these hooks, too. */
const ofTsx = new Set([import.meta.url])

/** Where devdb's compiled files are: to register the hooks that trace is an import, too. */
const ownFolder = new URL('..', import.meta.url).href

/** To load them takes as long as Node takes to start. From then on everything goes through them. */
function loadTsx(): Promise<Hooks> {
  // The module that Node is given for hooks: https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks
  tsx ??= (import('tsx/esm' as string) as Promise<Hooks>).then(async (hooks) => {
    await hooks.initialize({})
    ofTsx.clear()
    return hooks
  })
  return tsx
}

/** Called by Node for each `import`, before the file is looked for. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (ofTsx.has(context.parentURL ?? '')) {
    const found = await nextResolve(specifier, context)
    ofTsx.add(found.url)
    return found
  }
  if (isOwn(specifier, context.parentURL)) return nextResolve(specifier, context)
  if (tsx === null && specifier.startsWith('node:')) return nextResolve(specifier, context)
  if (tsx === null && isPlain(specifier)) return { ...(await nextResolve(specifier, context)), format: 'commonjs' }
  return (await loadTsx()).resolve(specifier, context, nextResolve)
}

/** Called by Node for each module that is imported. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (ofTsx.has(url) || url.startsWith(ownFolder)) return nextLoad(url, context)
  if (tsx === null && (url.startsWith('node:') || isPlain(url))) return nextLoad(url, context)
  return (await loadTsx()).load(url, context, nextLoad)
}

/** Whether one file of devdb's imports another. The user's are imported by devdb, too, but by their whole address. */
const isOwn = (specifier: string, from: string | undefined): boolean =>
  specifier.startsWith('.') && from?.startsWith(ownFolder) === true

/** Whether a module is one that needs no tsx. What it requires does not come here. */
const isPlain = (url: string): boolean => url.startsWith('file:') && !/[?#]/.test(url) && isPlainCjs(fileURLToPath(url))
