/** Which files of a folder are migrations, where others lie between them? */
import type { ScriptFolder } from './find-migrations.ts'
import { isCode, nameOf } from './listing.ts'
import type { Survey } from './survey.ts'

/** sequelize-cli's own pattern: lib/core/migrator.js. */
const cliEndings = '\\.(?:js|cjs|ts|cts)$'

/** Only where other files lie between the migrations. */
export function matchOf({ files, strangers, umzug, glob, readsSql }: ScriptFolder, { cli }: Survey): string | null {
  const { pattern = null, endings = [] } = umzug ?? {}
  const isRefused = (match: string): boolean => files.some((name) => !new RegExp(match).test(nameOf(name)))
  if (pattern !== null) return files.length === 0 || isRefused(pattern) ? pattern : null
  const isOther = (name: string): boolean => !endings.some((ending) => name.endsWith(ending))
  // The first draft must be one that the set-up finds.
  if (endings.length > 0 && (files.length === 0 ? isOther('.js') : files.some(isOther)))
    return `(?:${endings.map((ending) => ending.replaceAll('.', '\\.')).join('|')})$`.replace(
      /^\(\?:([^|]*)\)\$$/,
      '$1$',
    )
  const isOfCli = cli !== null && umzug === null
  const ending = isOfCli && isRefused(cliEndings) ? cliEndings : readsSql && isRefused(codeEndings) ? codeEndings : ''
  const start = glob === null && isDated(files.filter(isCode), strangers) ? '^\\d' : ''
  return ending === '' && start === ''
    ? null
    : start === '' || ending === ''
      ? `${start}${ending}`
      : `${start}.*${ending}`
}

/** Any code: SQL beside it is read by it. */
const codeEndings = '\\.[cm]?[jt]s$'

/** Whether what does not begin with a digit lies there for other reasons. */
function isDated(files: readonly string[], strangers: readonly string[]): boolean {
  const dated = files.filter((name) => /^\d/.test(name))
  const others = files.filter((name) => !/^\d/.test(name))
  const areStrange = others.every((name) => strangers.includes(name))
  return others.length > 0 && (dated.length > others.length || (dated.length > 0 && areStrange))
}

/** How many of a folder's files are migrations by a proposal. */
export const countMigrations = (files: readonly string[], match: string | null): number =>
  files.filter((name) => match === null || new RegExp(match).test(nameOf(name))).length
