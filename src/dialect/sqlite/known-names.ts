/** Which names could say that a file is the database of production. */
import { basename, dirname, extname, isAbsolute, relative, sep } from 'node:path'
import type { KnownName } from '../dialect.ts'
import { truePath } from './sqlite-target.ts'

/**
 * The names of a file and of the folders around it, as it is written and where links lead. Folders around the project say nothing of the
 * database: a developer may keep everything in `~/live`.
 * @param file absolute path; need not exist
 * @param root the project
 */
export function knownNames(file: string, root: string): readonly KnownName[] {
  const real = attempt(file)
  const own = namesOf(file, 'its name', nameOf(file))
  const led =
    real === file || nameOf(real) === nameOf(file) ? [] : namesOf(real, 'the file that it leads to,', nameOf(real))
  const folders = [...foldersOf(file, root), ...foldersOf(real, attempt(root))]
  const inside = relative(attempt(root), real)
  const allowedBy = isOutside(inside) ? real : inside
  return [...own, ...led, ...[...new Set(folders)].map((name) => ({ what: 'its folder', name, allowedBy }))]
}

const nameOf = (file: string): string => basename(file, extname(file))

/** `dump.production` has its word where an ending is expected. */
const namesOf = (file: string, what: string, allowedBy: string): readonly KnownName[] =>
  [...new Set([nameOf(file), basename(file)])].map((name) => ({ what, name, allowedBy }))

function foldersOf(file: string, root: string): readonly string[] {
  const inside = relative(root, dirname(file))
  return (isOutside(inside) ? dirname(file) : inside).split(sep).filter((name) => name !== '')
}

const isOutside = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)

/** Links that lead to each other are reported where the file is opened. */
function attempt(path: string): string {
  try {
    return truePath(path)
  } catch {
    return path
  }
}
