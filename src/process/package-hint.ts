/** What is typed where the fault is in no file of the user's: a package is not installed, or not compiled. */

import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { findInstaller, installCommand, nearest, rebuildCommand } from './find-installer.ts'
import { parseJson } from './parse-json.ts'

/**
 * The command that mends it; null for an error that is about something else.
 * @param error what was thrown while the file ran; its causes are looked at, too
 * @param file absolute path of a file of the project
 */
export function packageHint(error: unknown, file: string): string | null {
  if (!(error instanceof Error)) return null
  const root = dirname(file)
  const uncompiled = uncompiledPackage(error)
  if (uncompiled !== null) return rebuildCommand(root, uncompiled)
  const absent = absentPackage(error)
  if (absent !== null && !isOfProject(root, absent)) return absentHint(root, absent)
  return packageHint(error.cause ?? (error as { parent?: unknown }).parent, file)
}

/**
 * Node says which file it could not open (`process.dlopen`, lib/internal/modules/cjs/loader.js), the package `bindings` where it looked; a
 * package that requires its own `build/Release/x.node` is named by who required it.
 */
function uncompiledPackage(error: Error): string | null {
  const { message, code, requireStack } = error as Error & { code?: string; requireStack?: string[] }
  if (code === 'ERR_DLOPEN_FAILED') return packageIn(message)
  if (message.startsWith('Could not locate the bindings file')) return packageIn(message)
  if (isNotFound(code) && /^Cannot find module '\.[^']*\.node'/.test(message)) return packageIn(requireStack?.[0] ?? '')
  return null
}

/** The innermost package of the first path in a text that leads through node_modules. */
function packageIn(text: string): string | null {
  const path = /[^\s'"()]*node_modules[\\/][^\s'"()]*/.exec(text)?.[0]
  return path === undefined ? null : (/.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1] ?? null)
}

const isNotFound = (code: string | undefined): boolean => code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND'

/** `Cannot find module 'x/y'`, `Cannot find package 'x'`, and what Sequelize makes of it for a driver (connection-manager.js). */
function absentPackage(error: Error): string | null {
  const driver = /^Please install ([\w-]+) package manually$/.exec(error.message)?.[1]
  if (driver !== undefined) return driver
  if (!isNotFound((error as NodeJS.ErrnoException).code)) return null
  const name = /^Cannot find (?:module|package) '((?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*)(?:\/[^']*)?'/i.exec(
    error.message,
  )?.[1]
  return name === undefined || isBuiltin(name) ? null : name
}

/** `src/models/user` is a path that something else was to resolve, and no package. */
function isOfProject(folder: string, name: string): boolean {
  if (existsSync(join(folder, name))) return true
  return !existsSync(join(folder, '.git')) && dirname(folder) !== folder && isOfProject(dirname(folder), name)
}

/** One that package.json names is only to be installed, which all four do by `install` without a name; another may be a slip. */
function absentHint(root: string, name: string): string {
  const file = nearest(root, 'package.json')
  return file !== null && isNamed(file, name)
    ? `${findInstaller(root).name} install`
    : `${installCommand(root, name)}; or mend its name in the file`
}

function isNamed(file: string, name: string): boolean {
  try {
    const about = parseJson(readFileSync(file, 'utf8')) as Record<string, object | undefined>
    return ['dependencies', 'devDependencies', 'optionalDependencies'].some((kind) => name in (about[kind] ?? {}))
  } catch {
    return false
  }
}
