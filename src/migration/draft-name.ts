/** What a new migration is called, and where it goes: numbered or dated like its neighbours, beside them, and after all of them. */
import { basename, dirname, join, relative, sep } from 'node:path'
import { DevdbError } from '../error.ts'
import {
  isMigration,
  type MigrationFile,
  type MigrationSetting,
  nameIn,
  namingOf,
  orderOf,
} from './migration-folder.ts'

/** A way to begin names: what it looks like, and the next one. */
interface Numbering {
  readonly pattern: RegExp
  /** @param names all neighbours that begin in this way, in order */
  next(now: Date, last: string, names: readonly string[]): string
}

const digitsOf = (now: Date): string => now.toISOString().replace(/\D/g, '')
const part = (now: Date, length: number) => digitsOf(now).slice(0, length)

/** A number that counts on, as wide as it was. */
const following = (number: string): string => String(BigInt(number) + 1n).padStart(number.length, '0')

/** A date, a time of day or a number within the day after it: `20260101-02`, `2026-01-01_1530`, `20260101T153000`. */
const dated = /^((?:19|20)\d\d([-._]?)\d\d\2\d\d)([-._T]?)(\d{1,6})(?=\D)/

function nextInDay(now: Date, last: string, names: readonly string[]): string {
  const [, day = '', dash = '', between = '', number = ''] = dated.exec(`${last}-`)!
  const digits = part(now, 8)
  const today = `${digits.slice(0, 4)}${dash}${digits.slice(4, 6)}${dash}${digits.slice(6)}`
  const numbers = names.map((name) => dated.exec(name)?.[4] ?? '')
  const areTimes = number.length >= 4 && (number.length === 6 || numbers.some((each) => Number(each) > 99))
  if (areTimes) return `${today}${between}${digitsOf(now).slice(8, 8 + number.length)}`
  if (day >= today) return `${day}${between}${following(number)}`
  // The first of a day is 0 for some and 1 for others.
  const least = numbers.reduce((a, b) => (Number(b) < Number(a) ? b : a), number)
  const first = Number(least) === 0 ? 0 : 1
  return `${today}${between}${String(first).padStart(number.length, '0')}`
}

/** Dates are in UTC, as sequelize-cli has them. The one that most neighbours have counts; the last is the default. */
const numberings: readonly Numbering[] = [
  {
    // A version: its last number counts on.
    pattern: /^v?\d{1,5}(?:\.\d{1,5}){2,}(?=[-_])/i,
    next: (_, last) => last.replace(/\d+$/, (number) => String(Number(number) + 1)),
  },
  {
    pattern: /^\d{4}\.\d\d\.\d\dT\d\d\.\d\d\.\d\d(?=\D)/,
    next: (now) => now.toISOString().slice(0, 19).replace(/[-:]/g, '.'),
  },
  {
    pattern: /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?=\D)/,
    next: (now) => now.toISOString().slice(0, 19).replaceAll(':', '-'),
  },
  {
    pattern: /^\d{4}-\d\d-\d\dT\d{6}(?=\D)/,
    next: (now) => `${now.toISOString().slice(0, 11)}${digitsOf(now).slice(8, 14)}`,
  },
  {
    pattern: /^(?:19|20)\d\d([-._]?)\d\d\1\d\d(?:[-._T]\d{1,6}|(?<=^\d{4}[-._]\d\d[-._]\d\d)\d{1,6})(?=\D)/,
    next: nextInDay,
  },
  { pattern: /^\d{4}-\d\d-\d\d(?=\D)/, next: (now) => now.toISOString().slice(0, 10) },
  { pattern: /^\d{4}_\d\d_\d\d(?=\D)/, next: (now) => now.toISOString().slice(0, 10).replaceAll('-', '_') },
  { pattern: /^\d{4}\.\d\d\.\d\d(?=\D)/, next: (now) => now.toISOString().slice(0, 10).replaceAll('-', '.') },
  { pattern: /^\d{1,7}(?=\D)/, next: (_, last) => following(last) },
  { pattern: /^(?:19|20)\d{6}(?=\D)/, next: (now) => part(now, 8) },
  { pattern: /^\d{10}(?=\D)/, next: (now) => String(Math.floor(now.getTime() / 1000)) },
  { pattern: /^(?:19|20)\d{10}(?=\D)/, next: (now) => part(now, 12) },
  { pattern: /^\d{13}(?=\D)/, next: (now) => String(now.getTime()) },
  // A number behind letters: `V12__users`, `migration-007-users`.
  {
    pattern: /^[\p{L}]+[-_. ]?\d{1,7}(?=[^\p{L}\p{N}])/u,
    next: (_, last) => last.replace(/\d+$/, following),
  },
  { pattern: /^\d{14}(?=\D)/, next: (now) => part(now, 14) },
]

/** How many of the newest neighbours show the pattern. */
const shown = 12

/** The numbering of most of the newest neighbours, of equally many that of the newest. */
function numberingOf(names: readonly string[]): Numbering {
  const newest = names.slice(-shown).reverse()
  const found = newest.map((name) => numberings.find(({ pattern }) => pattern.test(name)) ?? null)
  const count = (numbering: Numbering | null): number => found.filter((each) => each === numbering).length
  const [most = null] = [...found].filter((each) => each !== null).sort((a, b) => count(b) - count(a))
  return most ?? numberings.at(-1)!
}

/**
 * The name of a new file.
 * @param names those of the migrations that are there, in order
 * @param extension its ending
 * @param message what the developer said of it
 * @param now the time
 * @param order that of the migrations
 */
export function draftName(
  names: readonly string[],
  extension: string,
  message: string,
  now: Date,
  order = orderOf('name'),
): string {
  const { pattern, next } = numberingOf(names)
  const alike = names.filter((name) => pattern.test(name))
  const neighbour = alike.at(-1) ?? ''
  const last = pattern.exec(neighbour)?.[0] ?? ''
  const separator = /^[^\p{L}\p{N}]+/u.exec(neighbour.slice(last.length))?.[0] ?? '-'
  // A neighbour from the future, as of another time zone: this one comes after it all the same.
  const stamp = next(now, last, alike)
  const start = last === '' || stamp > last ? stamp : last.replace(/\d+(?=\D*$)/, following)
  const example = alike.map((name) => wordsOf(name, pattern)).findLast((words) => /[-_]|\p{Ll}\p{Lu}/u.test(words))
  const name = `${start}${separator}${slugOf(message, example ?? '')}${extension}`
  const before = neighbour === '' ? names : [neighbour]
  // Names that cannot be counted on: `99`, after which `100` would come first, or words alone.
  return before.every((other) => order(name, other) > 0) ? name : `z${name}`
}

/** What a name says behind its number. */
const wordsOf = (name: string, pattern: RegExp): string =>
  name
    .replace(pattern, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/\..*$/, '')

/** The words of a message, put together as the neighbour's are. */
function slugOf(message: string, example: string): string {
  const isCamel = /^\p{L}+[\p{L}\p{N}]*$/u.test(example) && /\p{Ll}\p{Lu}/u.test(example)
  const between = isCamel ? '' : example.includes('_') && !example.includes('-') ? '_' : '-'
  const words = message
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  const isUpper = isCamel && /^\p{Lu}/u.test(example)
  let slug = ''
  for (const [index, word] of (words.length === 0 ? ['migration'] : words).entries()) {
    const written = isCamel && (index > 0 || isUpper) ? word.charAt(0).toUpperCase() + word.slice(1) : word
    if (slug.length + word.length < 60) slug += (slug === '' ? '' : between) + written
  }
  return slug === '' ? 'migration' : slug
}

/** What is known of the draft before it has a name. */
interface NewDraft {
  /** Its ending, with its dot. */
  readonly extension: string
  /** What the developer said of it. */
  readonly message: string
  readonly now: Date
}

/**
 * Finds a place that the configuration takes for a migration's, after all others.
 * @param setting what the configuration says of migrations
 * @param files those that are there, in order
 * @param draft what is known of it
 * @throws DevdbError `usage` where no name fits `migrations.match`
 */
export function placeDraft(
  setting: MigrationSetting,
  files: readonly MigrationFile[],
  { extension, message, now }: NewDraft,
): MigrationFile {
  const isFolder = namingOf(setting) === 'folder'
  const newest = files.at(-1)
  const names = files.map(({ path }) => (isFolder ? basename(dirname(path)) : basename(path)))
  const folder = folderFor(setting, newest, isFolder, now)
  const ending = isFolder ? '' : extension
  const own = draftName(names, ending, message, now, orderOf(setting.sort))
  // The likeliest name, and then what a pattern may want instead.
  for (const name of [own, ...samples.map((sample) => draftName([sample], ending, message, now))]) {
    const path = isFolder ? join(folder, name, fileName(setting, newest, extension)) : join(folder, name)
    if (isMigration(setting, path)) return { name: nameIn(setting, pathBelow(setting, path)), path }
  }
  const pattern = setting.match === null ? 'the glob of migrations' : `migrations.match (${setting.match})`
  throw new DevdbError('usage', `no name for the draft fits ${pattern}`, {
    file: setting.dir,
    hint: 'write the first migration by hand, whose name the next ones follow; or change migrations in the configuration',
  })
}

const starts = ['20000101000000', '20000101-00', '20000101', '2000-01-01', '2000-01-01T00-00-00', '000', 'v0', 'V0_']
const samples = starts.flatMap((start) => [`${start}-a-b`, `${start}_a_b`, `${start}.a-b`, `${start}-AbC`])

/** The folder of the newest migration, or that of this year or month where the newest lies in one of those. */
function folderFor(setting: MigrationSetting, newest: MigrationFile | undefined, isFolder: boolean, now: Date): string {
  const { dir, glob = null } = setting
  const year = String(now.getUTCFullYear())
  const month = now.toISOString().slice(5, 7)
  if (newest === undefined) {
    const isBelow = glob !== null && !glob.startsWith('**') && glob.split('/').length > (isFolder ? 2 : 1)
    return isBelow ? join(dir, year) : dir
  }
  const folder = isFolder ? dirname(dirname(newest.path)) : dirname(newest.path)
  const inside = relative(dir, folder).split(sep)
  const dated = inside.map((name, index) => {
    if (/^(?:19|20)\d\d$/.test(name) && name < year) return year
    if (/^(?:19|20)\d\d-\d\d$/.test(name) && name < `${year}-${month}`) return `${year}-${month}`
    const isMonth = /^\d\d$/.test(name) && /^(?:19|20)\d\d$/.test(inside[index - 1] ?? '')
    return isMonth && `${inside[index - 1]}${name}` < `${year}${month}` ? month : name
  })
  return join(dir, ...dated)
}

/** The one name that all files have in their folders. */
function fileName({ glob = null }: MigrationSetting, newest: MigrationFile | undefined, extension: string): string {
  if (newest !== undefined) return basename(newest.path)
  const last = (glob ?? '').split('/').at(-1) ?? ''
  return /[*{]/.test(last) ? last.replace(/\.[*{].*$/, extension) : last
}

const pathBelow = ({ dir }: MigrationSetting, path: string): string => relative(dir, path).split(sep).join('/')
