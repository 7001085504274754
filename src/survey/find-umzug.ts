/** Where does a project call Umzug itself, and for which files? Read from the text: running it could run migrations. */
import type { ContextStyle } from '../migration/migration-folder.ts'
import { hasOneFileName, isNested, splitGlob } from '../migration/migration-glob.ts'
import type { Signature } from '../migration/read-signature.ts'
import { argumentText, isCode, isTest, type Listing, withoutComments } from './listing.ts'
import { expressionAt, pathIn } from './path-expression.ts'
import { definitionOf, optionOf, readRunner } from './read-runner.ts'

/** One `new Umzug(…)`. */
export interface UmzugUse {
  /** The file that says it. */
  readonly file: string
  /** The folder of its migrations, relative to the root; null where the text does not tell. */
  readonly dir: string | null
  /** Which files below `dir` it means, where some of them lie in folders of their own; else null. */
  readonly glob: string | null
  /** What its migrations are called by, where that is not the name of their file. */
  readonly named: 'folder' | 'path' | null
  /** How it calls them; null where the text does not show it. */
  readonly call: Signature | null
  /** The regular expression that Umzug 2 has for its files, by default its own; null where a glob says it. */
  readonly pattern: string | null
  /** What its files end with, each with its dot; empty where every ending will do. */
  readonly endings: readonly string[]
  readonly table: string | null
  /** The storage's Sequelize model, after whose plural the table is called where it has no name of its own. */
  readonly model: string | null
  readonly column: string | null
  /** Whether its table has `createdAt` and `updatedAt`. */
  readonly hasTimestamps: boolean
  /** What its migrations get as context, in the words of the configuration; null where the text does not tell. */
  readonly context: ContextStyle | null
  /** False where no table shows in which the applied names are kept. */
  readonly hasTable: boolean
  readonly isForSeeders: boolean
}

/**
 * Finds the set-ups.
 * @param listing the project
 */
export const findUmzug = (listing: Listing): readonly UmzugUse[] =>
  listing.files
    .filter((path) => isCode(path) && !isTest(path))
    .flatMap((file) => {
      const raw = listing.read(file)
      return /\bnew Umzug\b/.test(raw) ? usesIn(file, withoutComments(raw)) : []
    })

function usesIn(file: string, source: string): readonly UmzugUse[] {
  return [...source.matchAll(/\bnew Umzug\s*(?:<[^()]*>)?\s*\(/g)].map((match) => {
    const given = argumentText(source, match.index + match[0].length - 1)
    // Options that stand elsewhere in the file.
    const text = /^\s*[\w$]+\s*$/.test(given) ? (definitionOf(given.trim(), source) ?? given) : given
    const pattern = patternOf(text, file, source)
    // A storage of the project's own: what it writes to.
    const [, ownTable = null, ownColumn = null] =
      /\binsert\s+into\s+["'`]?(\w+)["'`]?\s*\(\s*["'`]?(\w+)/i.exec(text) ?? []
    const variable = /(\w+)\s*(?::[^=;]*)?=\s*(?:\([^)]*\)\s*=>\s*)?$/.exec(source.slice(0, match.index))?.[1] ?? ''
    return {
      file,
      dir: pattern === null ? null : dirOf(pattern),
      ...nestedOf(pattern, text),
      pattern: expressionOf(text),
      call: readRunner(text, source),
      endings: pattern === null ? [] : endingsOf(pattern),
      table: /\btableName\s*:\s*(['"`])(.+?)\1/.exec(text)?.[2] ?? ownTable,
      model: /\bmodelName\s*:\s*(['"`])(.+?)\1/.exec(text)?.[2] ?? null,
      column: /\bcolumnName\s*:\s*(['"`])(.+?)\1/.exec(text)?.[2] ?? ownColumn,
      hasTimestamps: /\btimestamps\s*:\s*true\b/.test(text),
      context: contextOf(text),
      // Umzug's own default is a JSON file: https://github.com/sequelize/umzug#storages
      hasTable: ownTable !== null || /SequelizeStorage|\bstorage\s*:\s*['"]sequelize['"]/.test(text),
      isForSeeders: /seed/i.test(`${variable} ${pattern ?? ''}`),
    }
  })
}

/** https://github.com/sequelize/umzug/tree/v2.x#configuration */
function expressionOf(text: string): string | null {
  const migrations = optionOf(text, 'migrations') ?? ''
  if (optionOf(migrations, 'path') === null) return null
  const given = optionOf(migrations, 'pattern')
  return given === null ? '^\\d+[\\w-]+\\.js$' : (/^\/(.+)\/[a-z]*$/.exec(given)?.[1] ?? null)
}

/** Only where files lie in folders below: of one folder the endings say it. */
function nestedOf(pattern: string | null, text: string): Pick<UmzugUse, 'glob' | 'named'> {
  const { glob } = splitGlob(pattern ?? '')
  if (glob === null || !isNested(glob)) return { glob: null, named: null }
  const isPath = /\bname\s*:\s*[^,\n]*\brelative\(/.test(text)
  return { glob, named: isPath ? 'path' : hasOneFileName(glob) ? 'folder' : null }
}

function contextOf(text: string): ContextStyle | null {
  const found = /\bcontext\s*(:\s*|(?=[,}\n]))/.exec(text)
  if (found === null || found[1] === '') return null
  const value = expressionAt(text, found.index + found[0].length).trim()
  if (value.startsWith('{'))
    return /\bqueryInterface\b/.test(value)
      ? '{ queryInterface }'
      : /\bsequelize\b/.test(value)
        ? '{ sequelize }'
        : null
  if (/getQueryInterface\(\s*\)$|queryInterface$/.test(value)) return 'queryInterface'
  return /^(?:\w+\.)?sequelize$/.test(value) ? 'sequelize' : null
}

/** The glob, or the folder that Umzug 2 has as `path`, relative to the root. */
function patternOf(text: string, file: string, source: string): string | null {
  const known = (expression: string): string =>
    /^\s*[\w$]+\s*$/.test(expression) ? (definitionOf(expression.trim(), source) ?? expression) : expression
  const glob = /\bglob\s*:\s*/.exec(text)
  if (glob !== null) {
    const expression = known(expressionAt(text, glob.index + glob[0].length))
    return pathIn(expression.replace(/(?<=\bcwd\s*:\s*)[\w$]+(?=\s*[,}])/, known), file)
  }
  const path = /\bmigrations\s*:\s*\{[\s\S]*?\bpath\s*:\s*/.exec(text)
  const folder = path === null ? null : pathIn(known(expressionAt(text, path.index + path[0].length)), file)
  if (folder === null || !/\btraverseDirectories\s*:\s*true\b/.test(text)) return folder
  return `${folder}/**/*`
}

/** What stands before the first part with a wildcard. */
function dirOf(pattern: string): string {
  const { dir, glob } = splitGlob(pattern)
  return glob !== null && dir === '.' ? '' : dir
}

function endingsOf(pattern: string): readonly string[] {
  const last = pattern.split('/').at(-1) ?? ''
  const several = /\.\{([^{}]+)\}$/.exec(last)?.[1]
  if (several !== undefined) return several.split(',').map((ending) => `.${ending.trim()}`)
  const one = /\*(\.[\w.]+)$/.exec(last)?.[1]
  return one === undefined ? [] : [one]
}
