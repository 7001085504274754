/** Which drops and additions may be one thing with another name. Never guessed: each is a question. */
import type { Change } from './change.ts'
import { isSameInWords, likeness } from './likeness.ts'
import type { Column, Schema, Table } from './schema.ts'

/** A possible rename. `table` null: of a table itself. */
export interface RenameCandidate {
  readonly table: string | null
  readonly from: string
  /** Most likely first. */
  readonly to: readonly string[]
}

/** Two columns that have exchanged what they are, so that perhaps they have exchanged their names. */
export interface SwapCandidate {
  readonly table: string
  readonly columns: readonly [string, string]
}

/** The two sides, and what the present rows say. */
export interface RenameEvidence {
  readonly from: Schema
  readonly to: Schema
  /** Whether what a column holds now would do in another one; it may know nothing, and then says yes. */
  fits(table: string, from: Column, to: Column): boolean
}

/** Tables that may have another name by now. */
export function tableCandidates(changes: readonly Change[], { from, to }: RenameEvidence): readonly RenameCandidate[] {
  const created = changes.flatMap((change) => (change.kind === 'create-table' ? [change.to] : []))
  const rank = (old: Table, table: Table): number =>
    sharedColumns(old, table) + likeness(old.name, table.name) + (sharesReferrers(old, table, from, to) ? 0.5 : 0)
  return changes.flatMap((change) => {
    if (change.kind !== 'drop-table') return []
    const likely = created.filter((table) => sharedColumns(change.from, table) >= 0.5)
    const names = ranked(change.from, likely, (table) => rank(change.from, table))
    return names.length === 0 ? [] : [{ table: null, from: change.table, to: names }]
  })
}

/** Columns that may have another name by now. */
export function columnCandidates(changes: readonly Change[], evidence: RenameEvidence): readonly RenameCandidate[] {
  const added = (table: string): readonly Column[] =>
    changes.flatMap((change) => (change.kind === 'add-column' && change.table === table ? [change.to] : []))
  return changes.flatMap((change) => {
    if (change.kind !== 'drop-column') return []
    const { table, from } = change
    const likely = added(table).filter((column) => isLikely(table, from, column, evidence))
    const names = ranked(from, likely, (column) => score(table, from, column, evidence))
    return names.length === 0 ? [] : [{ table, from: from.name, to: names }]
  })
}

/** Pairs of columns of one table of which each became what the other was. */
export function swapCandidates(changes: readonly Change[]): readonly SwapCandidate[] {
  const altered = changes.flatMap((change) =>
    change.kind === 'alter-column' && change.aspects.includes('type') ? [change] : [],
  )
  return altered.flatMap((one, index) =>
    altered
      .slice(index + 1)
      .filter(
        (other) => other.table === one.table && one.to.type === other.from.type && other.to.type === one.from.type,
      )
      .map(({ to }): SwapCandidate => ({ table: one.table, columns: [one.to.name, to.name] })),
  )
}

/** A column that holds other things under another name is another column; generated values are no one's. */
function isLikely(table: string, from: Column, to: Column, evidence: RenameEvidence): boolean {
  if (from.generated !== null || to.generated !== null) return false
  if (likeness(from.name, to.name) >= 0.4) return true
  return from.meaning.kind === to.meaning.kind && targetsOf(table, from, to, evidence) !== 'others'
}

function score(table: string, from: Column, to: Column, evidence: RenameEvidence): number {
  return [
    from.meaning.kind === to.meaning.kind ? 2 : 0,
    from.nullable === to.nullable ? 0.5 : 0,
    isSamePlace(table, from.name, to.name, evidence) ? 0.5 : 0,
    targetsOf(table, from, to, evidence) === 'same' ? 1 : 0,
    evidence.fits(table, from, to) ? 1 : 0,
    2 * likeness(from.name, to.name),
  ].reduce((sum, points) => sum + points, 0)
}

/** Whether both stand after the same column, or at the same number. */
function isSamePlace(table: string, from: string, to: string, evidence: RenameEvidence): boolean {
  const names = (schema: Schema): readonly string[] => schema.tables[table]?.columns.map(({ name }) => name) ?? []
  const [old, now] = [names(evidence.from), names(evidence.to)]
  const [at, then] = [old.indexOf(from), now.indexOf(to)]
  return at === then || (at > 0 && then > 0 && old[at - 1] === now[then - 1])
}

/** Whether two columns refer to the same table, to different things, or both to nothing. */
function targetsOf(table: string, from: Column, to: Column, evidence: RenameEvidence): 'same' | 'others' | 'none' {
  const targetOf = (schema: Schema, column: string): string | undefined =>
    schema.tables[table]?.foreignKeys.find(({ columns }) => columns.includes(column))?.target
  const [old, now] = [targetOf(evidence.from, from.name), targetOf(evidence.to, to.name)]
  if (old === undefined && now === undefined) return 'none'
  return old === now ? 'same' : 'others'
}

/** Whether some table that is there before and after refers to the one before and to the other after. */
function sharesReferrers(old: Table, table: Table, from: Schema, to: Schema): boolean {
  const referrers = ({ tables }: Schema, target: string): readonly string[] =>
    Object.values(tables).flatMap(({ name, foreignKeys }) =>
      name !== target && foreignKeys.some((key) => key.target === target) ? [name] : [],
    )
  const now = referrers(to, table.name)
  return referrers(from, old.name).some((name) => now.includes(name))
}

/** Names, the likeliest first. One with the same words comes before all: that is what is asked about in one question. */
function ranked<Item extends { readonly name: string }>(
  { name: old }: Item,
  items: readonly Item[],
  rank: (item: Item) => number,
): readonly string[] {
  return items
    .map((item) => ({ name: item.name, isSame: isSameInWords(old, item.name), points: rank(item) }))
    .sort((a, b) => Number(b.isSame) - Number(a.isSame) || b.points - a.points)
    .map(({ name }) => name)
}

/** Names count also where only their words are joined otherwise. */
function sharedColumns(from: Table, to: Table): number {
  const isShared = (name: string): boolean =>
    to.columns.some((column) => column.name === name || isSameInWords(column.name, name))
  return from.columns.filter(({ name }) => isShared(name)).length / Math.max(from.columns.length, to.columns.length)
}
