/** What kind of module a file is, as far as its name, its text and its package tell. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { parseJson } from './parse-json.ts'

/** Whether a file is CommonJS that tsx leaves as it is, and finds where it is. */
export function isPlainCjs(file: string): boolean {
  try {
    const [folder, name] = [dirname(file), basename(file)]
    if (name.endsWith('.cjs')) return isIn(folder, name) && !isIn(folder, name.replace(/cjs$/, 'cts'))
    const bare = name.slice(0, -'.js'.length)
    if (!name.endsWith('.js') || ['.ts', '.tsx'].some((other) => isIn(folder, bare + other))) return false
    return !/\b(?:import|export)\b/.test(readFileSync(file, 'utf8')) && !isModulePackage(folder)
  } catch {
    return false
  }
}

/** Whether a file is TypeScript that becomes CommonJS. https://www.typescriptlang.org/docs/handbook/modules/reference.html#module-format-detection */
export function isCjsTypeScript(file: string): boolean {
  try {
    return file.endsWith('.cts') || (file.endsWith('.ts') && !isModulePackage(dirname(file)))
  } catch {
    return false
  }
}

/**
 * What to do about a CommonJS file in a package of ES modules, as sequelize-cli generates it; null for any other error.
 * @param error what it threw
 * @param file absolute path
 */
export function moduleKindHint(error: unknown, file: string): string | null {
  if (!(error instanceof Error) || !/ is not defined in ES module scope/.test(error.message)) return null
  const path = relative(process.cwd(), file)
  return `mv ${path} ${path.replace(/([jt]s)$/, 'c$1')}`
}

/**
 * What is known of a folder for a moment. Projects load many files of one folder at once, and to ask the system for each takes half of the
 * time; a moment later somebody may have written there.
 */
interface Known {
  readonly until: number
  readonly names: ReadonlySet<string>
  isModule?: boolean
}

const folders = new Map<string, Known>()
const knownMs = 100

function known(folder: string): Known {
  const now = Date.now()
  const before = folders.get(folder)
  if (before !== undefined && now < before.until) return before
  const found: Known = { until: now + knownMs, names: new Set(existsSync(folder) ? readdirSync(folder) : []) }
  folders.set(folder, found)
  return found
}

const isIn = (folder: string, name: string): boolean => known(folder).names.has(name)

/** Whether the nearest package is of type module. */
function isModulePackage(folder: string): boolean {
  const about = known(folder)
  about.isModule ??= isIn(folder, 'package.json')
    ? isModule(join(folder, 'package.json'))
    : dirname(folder) !== folder && isModulePackage(dirname(folder))
  return about.isModule
}

const isModule = (file: string): boolean =>
  (parseJson(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module'
