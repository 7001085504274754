/** Which file does a driver open, when project code asks for one? */
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DoorRule } from '../../../door/door-rule.ts'
import { truePath } from '../sqlite-target.ts'

/** What the driver is to open, and whether only for reading. */
export interface Opening {
  readonly name: string
  readonly isReadOnly: boolean
}

/**
 * Applies the rules to a name that project code wants to open.
 * @param name a path, a `file:` URI, `:memory:` or nothing, as SQLite takes it: https://www.sqlite.org/uri.html
 * @param rules the rules of this process
 * @returns null where no rule is about that file
 */
export function openingOf(name: string, rules: readonly DoorRule[]): Opening | null {
  const rule = ruleFor(name, rules)
  if (rule === null) return null
  const { dev, job } = rule
  const query = /^file:/i.test(name) ? /\?[^#]*/.exec(name)?.[0] : undefined
  const opened = job ?? dev
  return { name: query === undefined ? opened : `${uriOf(opened)}${query}`, isReadOnly: job === null }
}

/** The rule that a name falls under; null where none is about that file. Parameters as for `openingOf`. */
export function ruleFor(name: string, rules: readonly DoorRule[]): DoorRule | null {
  const file = rules.length === 0 ? null : fileNamed(name)
  return (file === null ? undefined : rules.find(({ dev }) => isSame(file, dev))) ?? null
}

/** A path as a URI, in which `?`, `#` and `%` are no syntax. */
export const uriOf = (file: string): string => `file:${encodeURI(file).replace(/[?#]/g, encodeURIComponent)}`

/** The absolute path that SQLite reads in a name; null for a database that has none. */
function fileNamed(name: string): string | null {
  if (name === '' || name.startsWith(':memory:')) return null
  if (!/^file:/i.test(name)) return resolve(name)
  const path = name.slice('file:'.length).replace(/[?#].*$/s, '')
  if (path === '' || path === ':memory:') return null
  try {
    return path.startsWith('//') ? fileURLToPath(`file:${path}`) : resolve(decodeURIComponent(path))
  } catch {
    return resolve(path)
  }
}

/** Whether two paths are one file, also through links, and where it does not exist yet. */
function isSame(file: string, dev: string): boolean {
  const [left, right] = [trueName(file), trueName(dev)]
  if (left === right) return true
  const [a, b] = [identityOf(left), identityOf(right)]
  if (a !== null || b !== null) return a === b
  return left.toLowerCase() === right.toLowerCase() && foldsCase(dirname(right))
}

const trueName = (path: string): string => {
  try {
    return truePath(path)
  } catch {
    return path
  }
}

const identityOf = (path: string): string | null => {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}

/** Whether a file system takes capitals and small letters for the same: then an entry of a folder has two names. */
function foldsCase(folder: string): boolean {
  try {
    const name = [basename(folder), ...readdirSync(folder)].find((one) => swapCase(one) !== one)
    if (name === undefined) return false
    const at = name === basename(folder) ? dirname(folder) : folder
    const [here, there] = [identityOf(join(at, name)), identityOf(join(at, swapCase(name)))]
    return here !== null && here === there
  } catch {
    return false
  }
}

const swapCase = (name: string): string => (name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase())
