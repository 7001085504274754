/** What kind of module a file is, as far as its name, its text and its package tell. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Whether a file is CommonJS that tsx leaves as it is, and finds where it is. */
export function isPlainCjs(file: string): boolean {
  try {
    if (file.endsWith('.cjs')) return existsSync(file) && !existsSync(file.replace(/cjs$/, 'cts'))
    const bare = file.slice(0, -'.js'.length)
    if (!file.endsWith('.js') || ['.ts', '.tsx'].some((other) => existsSync(bare + other))) return false
    return !/\b(?:import|export)\b/.test(readFileSync(file, 'utf8')) && !isModulePackage(dirname(file))
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
  return `the package is of type module: mv ${path} ${path.replace(/([jt]s)$/, 'c$1')}`
}

/** Whether the nearest package is of type module. */
function isModulePackage(folder: string): boolean {
  const file = join(folder, 'package.json')
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type === 'module'
  return dirname(folder) !== folder && isModulePackage(dirname(folder))
}
