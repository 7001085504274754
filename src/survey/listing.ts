/** Which files does a project have? Read once, so that everything that is concluded from them is a pure function. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The files of a project, and what is in them. */
export interface Listing {
  /** Absolute path. */
  readonly root: string
  /** Paths relative to `root`, with `/`, in order. */
  readonly files: readonly string[]
  /** The text of a file; empty where there is none, or it is too large to be source. */
  read(path: string): string
}

/** Folders that hold nothing that a person wrote. */
const skipped = /^(?:node_modules|bower_components|dist|build|out|coverage|tmp|vendor|public|static|\..+)$/

/** How deep folders are entered, how many files are listed, and how large a source file may be, in bytes. */
const limits = { depth: 7, files: 8_000, bytes: 400_000 } as const

/**
 * Lists a project. Links are not followed.
 * @param root absolute path
 */
export function readListing(root: string): Listing {
  const files: string[] = []
  walk(root, '', 0, files)
  const texts = new Map<string, string>()
  return {
    root,
    files: files.sort(),
    read(path) {
      const known = texts.get(path)
      if (known !== undefined) return known
      const text = readText(join(root, path))
      texts.set(path, text)
      return text
    },
  }
}

function walk(root: string, folder: string, depth: number, files: string[]): void {
  const folders: string[] = []
  for (const entry of entriesOf(join(root, folder))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory() && !skipped.test(entry.name)) folders.push(path)
    else if (entry.isFile() && files.length < limits.files) files.push(path)
  }
  if (depth < limits.depth) for (const path of folders) walk(root, path, depth + 1, files)
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function readText(path: string): string {
  try {
    return lstatSync(path).isFile() && statSync(path).size <= limits.bytes ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}

/** A listing of texts that are known already. */
export const listingOf = (root: string, texts: Readonly<Record<string, string>>): Listing => ({
  root,
  files: Object.keys(texts).sort(),
  read: (path) => texts[path] ?? '',
})

/** The folder of a listed path; empty for `root` itself. */
export const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')

/** The name of a listed path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Whether a path is code, and no declaration of types. What begins with a dot is an editor's, or what macOS leaves on other disks. */
export const isCode = (path: string): boolean =>
  /\.[cm]?[jt]s$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && !nameOf(path).startsWith('.')

/** Whether a path is a test, or of one. */
export const isTest = (path: string): boolean =>
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures)\/|\.(?:test|spec|stories)\.[cm]?[jt]s$/i.test(path)

/** A path in its shortest form, relative to the root; null where it leads out of it. */
export function insidePath(...parts: readonly string[]): string | null {
  const inside: string[] = []
  for (const part of parts.flatMap((each) => each.split('/'))) {
    if (part === '' || part === '.') continue
    if (part !== '..') inside.push(part)
    else if (inside.pop() === undefined) return null
  }
  return inside.join('/')
}

/** Source without its comments, as far as that can be seen without reading it as a program. What stands in strings stays, such as a glob. */
export const withoutComments = (source: string): string =>
  source.replace(
    /((['"])(?:\\[\s\S]|(?!\2)[^\\\n])*\2|`(?:\\[\s\S]|[^\\`])*`)|\/\*[\s\S]*?\*\/|(^|[\s;{}(),])\/\/[^\n]*/g,
    (_, text?: string, __?: string, before?: string) => text ?? before ?? '',
  )

/** What stands between the parenthesis at `open` and its partner, strings left as they are. */
export function argumentText(source: string, open: number): string {
  let depth = 0
  let quote: string | null = null
  for (let at = open; at < source.length; at++) {
    const char = source[at]!
    if (quote !== null) {
      if (char === '\\') at += 1
      else if (char === quote) quote = null
    } else if (/['"`]/.test(char)) quote = char
    else if (/[([{]/.test(char)) depth += 1
    else if (/[)\]}]/.test(char)) {
      depth -= 1
      if (depth === 0) return source.slice(open + 1, at)
    }
  }
  return source.slice(open + 1)
}
