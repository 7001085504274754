/** Runs in the thread of Node's loader hooks: tsx's own hooks, loaded when the first file comes that is more than plain CommonJS. */
import { existsSync, readFileSync } from 'node:fs'
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Hooks {
  readonly initialize: InitializeHook
  readonly resolve: ResolveHook
  readonly load: LoadHook
}

let tsx: Promise<Hooks> | null = null

/** The modules that tsx itself consists of, while they are loaded: what this thread imports comes to these hooks, too. */
const ofTsx = new Set([import.meta.url])

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
  if (tsx === null && specifier.startsWith('node:')) return nextResolve(specifier, context)
  if (tsx === null && isPlain(specifier)) return { ...(await nextResolve(specifier, context)), format: 'commonjs' }
  return (await loadTsx()).resolve(specifier, context, nextResolve)
}

/** Called by Node for each module that is imported. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (ofTsx.has(url)) return nextLoad(url, context)
  if (tsx === null && (url.startsWith('node:') || isPlain(url))) return nextLoad(url, context)
  return (await loadTsx()).load(url, context, nextLoad)
}

/** Whether a module is CommonJS that tsx leaves as it is, and finds where it is. What it requires does not come here. */
function isPlain(url: string): boolean {
  if (!url.startsWith('file:') || /[?#]/.test(url)) return false
  try {
    const file = fileURLToPath(url)
    const bare = file.slice(0, -'.js'.length)
    if (file.endsWith('.cjs')) return existsSync(file) && !existsSync(file.replace(/cjs$/, 'cts'))
    if (!file.endsWith('.js') || ['.ts', '.tsx'].some((other) => existsSync(bare + other))) return false
    return !/\b(?:import|export)\b/.test(readFileSync(file, 'utf8')) && !isModulePackage(dirname(file))
  } catch {
    return false
  }
}

/** Whether the nearest package is of type module. */
function isModulePackage(folder: string): boolean {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module'
  return dirname(folder) !== folder && isModulePackage(dirname(folder))
}
