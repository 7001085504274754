/** What a new migration is called: numbered or dated like its neighbours, and after all of them. */

/** A way to begin names: what it looks like, and the next one. */
interface Numbering {
  readonly pattern: RegExp
  next(now: Date, last: string): string
}

const digitsOf = (now: Date): string => now.toISOString().replace(/\D/g, '')
const part = (now: Date, length: number) => digitsOf(now).slice(0, length)

/** Dates are in UTC, as sequelize-cli has them. The first that fits the newest neighbour counts; the last is the default. */
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
  { pattern: /^\d{4}-\d\d-\d\d(?=\D)/, next: (now) => now.toISOString().slice(0, 10) },
  { pattern: /^\d{1,7}(?=\D)/, next: (_, last) => String(Number(last) + 1).padStart(last.length, '0') },
  { pattern: /^(?:19|20)\d{6}(?=\D)/, next: (now) => part(now, 8) },
  { pattern: /^\d{10}(?=\D)/, next: (now) => String(Math.floor(now.getTime() / 1000)) },
  { pattern: /^(?:19|20)\d{10}(?=\D)/, next: (now) => part(now, 12) },
  { pattern: /^\d{13}(?=\D)/, next: (now) => String(now.getTime()) },
  { pattern: /^\d{14}(?=\D)/, next: (now) => part(now, 14) },
]

/**
 * The name of a new file.
 * @param names those of the migrations that are there, in order
 * @param extension its ending
 * @param message what the developer said of it
 * @param now the time
 */
export function draftName(names: readonly string[], extension: string, message: string, now: Date): string {
  const neighbour = names.at(-1) ?? ''
  const { pattern, next } = numberings.find((each) => each.pattern.test(neighbour)) ?? numberings.at(-1)!
  const last = pattern.exec(neighbour)?.[0] ?? ''
  const rest = neighbour.slice(last.length)
  const separator = /^[-_.]/.exec(rest)?.[0] ?? '-'
  // A neighbour from the future, as of another time zone: this one comes after it all the same.
  const stamp = next(now, last)
  const start = /\D/.test(last) || stamp > last || last === '' ? stamp : String(BigInt(last) + 1n)
  return `${start}${separator}${slugOf(message, rest)}${extension}`
}

function slugOf(message: string, rest: string): string {
  const between = rest.slice(1).includes('_') && !rest.slice(1).includes('-') ? '_' : '-'
  const words = message
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  let slug = ''
  for (const word of words) if (slug.length + word.length < 60) slug += (slug === '' ? '' : between) + word
  return slug === '' ? 'migration' : slug
}
