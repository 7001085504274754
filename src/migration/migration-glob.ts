/** Globs of migrations, as Umzug takes them: `migrations/*.js`, `migrations/2024/*.js`, or one folder for each. */

/** A folder, and the pattern of the files below it. */
export interface MigrationGlob {
  readonly dir: string
  /** Relative to `dir`. Null: the files of the folder itself, with any ending. */
  readonly glob: string | null
}

const wild = /[*?{}[\]]|[!@+]\(/

/**
 * Splits a setting at its first part with a wildcard.
 * @param setting a folder, or a glob
 */
export function splitGlob(setting: string): MigrationGlob {
  const parts = setting.replaceAll('\\', '/').split('/')
  const first = parts.findIndex((part) => wild.test(part))
  if (first < 0) return { dir: setting, glob: null }
  return {
    dir: parts.slice(0, first).join('/') || (setting.startsWith('/') ? '/' : '.'),
    glob: parts.slice(first).join('/'),
  }
}

/** Whether a glob means files in folders below its own. */
export const isNested = (glob: string): boolean => glob.includes('/')

/** Whether all files of a glob have one name, so that only their folders tell them apart. */
export const hasOneFileName = (glob: string): boolean => {
  const last = glob.slice(glob.lastIndexOf('/') + 1)
  return isNested(glob) && !wild.test(last.replace(/\.(?:\*|\{[^{}]*\})$/, ''))
}

/**
 * The regular expression of a glob, for paths with `/` that are relative to its folder. As in Umzug's own library, `*` does not mean what
 * begins with a dot: https://github.com/SuperchupuDev/tinyglobby#options
 * @param glob the pattern
 */
export const globExpression = (glob: string): RegExp => new RegExp(`^${translate(glob)}$`)

const word = '[^/]'
const noDot = '(?!\\.)'

function translate(glob: string): string {
  let out = ''
  for (let at = 0; at < glob.length; ) {
    const rest = glob.slice(at)
    const isStart = at === 0 || glob[at - 1] === '/'
    const group = /^[!@+?*]\(/.test(rest) ? closing(rest, 1, '(', ')') : -1
    if (group > 0) {
      const choice = alternatives(rest.slice(2, group), '|')
      out += groupExpression(rest[0]!, choice, rest.slice(group + 1))
      at += group + 1
    } else if (rest.startsWith('**/')) {
      out += `(?:${noDot}${word}+/)*`
      at += 3
    } else if (rest.startsWith('**')) {
      out += `${noDot}.*`
      at += 2
    } else if (rest.startsWith('{') && closing(rest, 0, '{', '}') > 0) {
      const end = closing(rest, 0, '{', '}')
      out += alternatives(rest.slice(1, end), ',')
      at += end + 1
    } else if (/^\[[^\]]+\]/.test(rest)) {
      const set = /^\[([^\]]+)\]/.exec(rest)![1]!
      out += `[${set.replace(/^!/, '^').replaceAll('\\', '\\\\')}]`
      at += set.length + 2
    } else {
      out += rest[0] === '*' ? `${isStart ? noDot : ''}${word}*` : rest[0] === '?' ? word : literally(rest[0]!)
      at += 1
    }
  }
  return out
}

/** `!(a|b)` is anything else up to the end of its part. */
function groupExpression(kind: string, choice: string, rest: string): string {
  if (kind !== '!') return `${choice}${kind === '@' ? '' : kind}`
  const tail = translate(rest.split('/')[0] ?? '')
  return `(?!${choice}${tail}(?:/|$))${noDot}${word}*`
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** Where the bracket that opens at `open` is closed; -1 where it is not. */
function closing(text: string, open: number, opener: string, closer: string): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === opener) depth += 1
    else if (text[at] === closer) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

/** Parts between separators that are in no bracket. */
function alternatives(text: string, separator: string): string {
  const parts = ['']
  let depth = 0
  for (const char of text) {
    if (/[({]/.test(char)) depth += 1
    if (/[)}]/.test(char)) depth -= 1
    if (char === separator && depth === 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return `(?:${parts.map(translate).join('|')})`
}
