/** Which drops and additions may be one thing with another name. Never guessed: each is a question. */
import type { Change } from './change.ts'
import type { Column, Table } from './schema.ts'

/** A possible rename. `table` null: of a table itself. */
export interface RenameCandidate {
  readonly table: string | null
  readonly from: string
  /** Most likely first. */
  readonly to: readonly string[]
}

/**
 * The questions that some changes raise.
 * @param changes what differs
 */
export function renameCandidates(changes: readonly Change[]): readonly RenameCandidate[] {
  return [...tableCandidates(changes), ...columnCandidates(changes)]
}

function tableCandidates(changes: readonly Change[]): readonly RenameCandidate[] {
  const created = changes.flatMap((change) => (change.kind === 'create-table' ? [change.to] : []))
  return changes.flatMap((change) => {
    if (change.kind !== 'drop-table') return []
    const likely = created.filter((table) => sharedColumns(change.from, table) >= 0.5)
    const to = ranked(likely, (table) => sharedColumns(change.from, table) + likeness(change.table, table.name)).map(
      ({ name }) => name,
    )
    return to.length === 0 ? [] : [{ table: null, from: change.table, to }]
  })
}

function columnCandidates(changes: readonly Change[]): readonly RenameCandidate[] {
  const added = (table: string): readonly Column[] =>
    changes.flatMap((change) => (change.kind === 'add-column' && change.table === table ? [change.to] : []))
  return changes.flatMap((change) => {
    if (change.kind !== 'drop-column') return []
    const likely = added(change.table).filter((column) => isLikely(change.from, column))
    const to = ranked(likely, (column) => score(change.from, column)).map(({ name }) => name)
    return to.length === 0 ? [] : [{ table: change.table, from: change.from.name, to }]
  })
}

/** A column that holds other things under another name is another column; and generated values are no one's. */
const isLikely = (from: Column, to: Column): boolean =>
  from.generated === null &&
  to.generated === null &&
  (from.meaning.kind === to.meaning.kind || likeness(from.name, to.name) >= 0.4)

const score = (from: Column, to: Column): number =>
  (from.meaning.kind === to.meaning.kind ? 2 : 0) +
  (from.nullable === to.nullable ? 0.5 : 0) +
  2 * likeness(from.name, to.name)

function ranked<Item>(items: readonly Item[], rank: (item: Item) => number): readonly Item[] {
  return [...items].sort((a, b) => rank(b) - rank(a))
}

function sharedColumns(from: Table, to: Table): number {
  const names = new Set(to.columns.map(({ name }) => name))
  return from.columns.filter(({ name }) => names.has(name)).length / Math.max(from.columns.length, to.columns.length)
}

/** How many pairs of neighbouring letters two names share, from 0 to 1 (Dice's coefficient); `userName` and `user_name` are alike. */
export function likeness(a: string, b: string): number {
  const [left, right] = [pairs(a), pairs(b)]
  if (left.length === 0 || right.length === 0) return a === b ? 1 : 0
  const rest = [...right]
  const shared = left.filter((pair) => {
    const at = rest.indexOf(pair)
    if (at >= 0) rest.splice(at, 1)
    return at >= 0
  })
  return (2 * shared.length) / (left.length + right.length)
}

function pairs(name: string): readonly string[] {
  const plain = name.toLowerCase().replaceAll('_', '')
  return Array.from({ length: Math.max(0, plain.length - 1) }, (_, index) => plain.slice(index, index + 2))
}
