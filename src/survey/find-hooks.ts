/** Which SQL files make what no model can say: triggers and views? */
import type { Listing } from './listing.ts'

/** A SQL file that could run after the models' tables are made. */
export interface HookFile {
  /** Relative to the root. */
  readonly path: string
  /** The names of the triggers and views that it makes. */
  readonly makes: readonly string[]
}

/** Migrations and seeders are something else, and so is a dump of a whole database. */
const isOther = /(?:^|\/)(?:migrations?|seed(?:er)?s?)\//i

const making = /\bCREATE\s+(?:TEMP(?:ORARY)?\s+)?(?:TRIGGER|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?["`[]?([\w$]+)/gi

/**
 * Finds them, those that make most first.
 * @param listing the project
 */
export const findHooks = (listing: Listing): readonly HookFile[] =>
  listing.files
    .filter((path) => path.endsWith('.sql') && !isOther.test(path))
    .map((path) => ({ path, text: listing.read(path).replace(/--[^\n]*/g, '') }))
    .filter(({ text }) => !/\bCREATE\s+TABLE\b/i.test(text))
    .map(({ path, text }) => ({ path, makes: [...text.matchAll(making)].map(([, name = '']) => name) }))
    .filter(({ makes }) => makes.length > 0)
    .sort((a, b) => b.makes.length - a.makes.length)
