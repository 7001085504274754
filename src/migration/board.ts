/** Where the dev database stands: applied, pending, missing, out of order. */
import type { MigrationStatus } from '../event/event.ts'
import { bareName, type MigrationFile, orderOf } from './migration-folder.ts'

/** What the ledger says of applied migrations, by their names without endings. */
export interface LedgerNews {
  /** Those whose code is stored. */
  readonly stored: ReadonlySet<string>
  /** Those whose file is another by now. */
  readonly edited: ReadonlyMap<string, 'real' | 'cosmetic'>
  /** What was checked out when they were applied. */
  readonly branches: ReadonlyMap<string, string>
}

const noNews: LedgerNews = { stored: new Set(), edited: new Map(), branches: new Map() }

/**
 * Compares the files with the meta table. What is pending is what Umzug says, and a test holds the two together; Umzug itself takes longer
 * to load than all the rest of a board. What was applied but has no file any more Umzug forgets (v3.8: it is in neither `executed()` nor
 * `pending()`), so the meta table's own names are read beside it.
 * @param files the migration files, in their order
 * @param logged the meta table's names, in order of application
 * @param news what the ledger knows of them
 * @param order that of the migrations
 * @returns applied and missing ones in order of application, then pending ones in their order
 */
export function readBoard(
  files: readonly MigrationFile[],
  logged: readonly string[],
  { stored, edited, branches }: LedgerNews = noNews,
  order = orderOf('name'),
): readonly MigrationStatus[] {
  const fileOf = new Map(files.map((file) => [bareName(file.name), file.name]))
  const executed = new Set(logged.map((name) => fileOf.get(bareName(name)) ?? name))
  const pending = files.map(({ name }) => name).filter((name) => !executed.has(name))
  const isLate = lateAmong(files, logged, order)
  return [
    ...logged.map((name): MigrationStatus => {
      const file = fileOf.get(bareName(name))
      return {
        name: file ?? name,
        state: file === undefined ? 'missing' : 'applied',
        outOfOrder: false,
        edited: edited.get(bareName(name)) ?? null,
        stored: stored.has(bareName(name)),
        branch: branches.get(bareName(name)) ?? null,
      }
    }),
    ...pending.map(
      (name): MigrationStatus => ({
        name,
        state: 'pending',
        outOfOrder: isLate(name),
        edited: null,
        stored: false,
        branch: null,
      }),
    ),
  ]
}

/** Whether a pending one comes before one that is applied: in the order of the files; one without a file has only its name. */
function lateAmong(
  files: readonly MigrationFile[],
  logged: readonly string[],
  order: (a: string, b: string) => number,
): (name: string) => boolean {
  const places = new Map(files.map(({ name }, index) => [bareName(name), index]))
  const last = Math.max(-1, ...logged.flatMap((name) => places.get(bareName(name)) ?? []))
  const missing = logged.filter((name) => !places.has(bareName(name)))
  return (name) => (places.get(bareName(name)) ?? 0) < last || missing.some((gone) => order(name, gone) < 0)
}
