/** Drift by object: what differs in one column, index or view is one thing to decide on, however many changes it takes. */
import type { Change, SchemaObject } from './change.ts'
import { describeChange } from './describe-change.ts'
import { likeness } from './likeness.ts'
import type { Index } from './schema.ts'

/** Something in dev that its migrations did not make. */
export interface DriftObject {
  /** Stable, and unique in one database: `column:users.nick`. */
  readonly name: string
  /** From what the migrations made to what dev has. */
  readonly changes: readonly Change[]
  /** One for each change. */
  readonly lines: readonly string[]
}

/**
 * Groups changes by the object that they concern.
 * @param changes from what the migrations made to what dev has
 * @returns in the order of the changes
 */
export function driftObjects(changes: readonly Change[]): readonly DriftObject[] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) groups.set(nameOf(change), [...(groups.get(nameOf(change)) ?? []), change])
  return [...groups].map(([name, own]) => ({ name, changes: own, lines: own.map(describeChange) }))
}

/** What came of looking for an object by the word that somebody typed. */
export type FoundDrift =
  | { readonly object: DriftObject }
  | { readonly matching: readonly string[] }
  | { readonly nearest: string | null }

/**
 * Finds an object.
 * @param objects all there are
 * @param word its name; the kind before the colon may be left out where no other has the rest
 */
export function findDriftObject(objects: readonly DriftObject[], word: string): FoundDrift {
  const exact = objects.find(({ name }) => name === word)
  if (exact !== undefined) return { object: exact }
  const alike = objects.filter(({ name }) => name.slice(name.indexOf(':') + 1) === word)
  if (alike.length > 0) return alike.length === 1 ? { object: alike[0]! } : { matching: alike.map(({ name }) => name) }
  const ranked = objects
    .map(({ name }) => ({
      name,
      rank: Math.max(likeness(name, word), likeness(name.slice(name.indexOf(':') + 1), word)),
    }))
    .sort((a, b) => b.rank - a.rank)
  return { nearest: ranked[0]?.name ?? null }
}

function nameOf(change: Change): string {
  const { table } = change
  switch (change.kind) {
    case 'create-table':
    case 'drop-table':
    case 'rename-table':
      return `table:${table}`
    case 'rename-column':
      return `column:${table}.${change.from}`
    case 'add-column':
    case 'alter-column':
      return `column:${table}.${change.to.name}`
    case 'drop-column':
      return `column:${table}.${change.from.name}`
    case 'alter-primary-key':
      return `primary-key:${table}`
    case 'add-index':
      return indexName(table, change.to)
    case 'drop-index':
      return indexName(table, change.from)
    case 'add-foreign-key':
      return `foreign-key:${table}.${change.to.columns.join('+')}`
    case 'drop-foreign-key':
      return `foreign-key:${table}.${change.from.columns.join('+')}`
    case 'add-object':
      return objectName(table, change.to)
    case 'drop-object':
      return objectName(table, change.from)
    default:
      return change satisfies never
  }
}

/** What belongs to a constraint is named by the database, and anew when its table is rebuilt: its columns say more. */
const indexName = (table: string, { name, origin, parts }: Index): string =>
  origin === 'index'
    ? `index:${table}.${name}`
    : `unique:${table}.${parts.map(({ column, expression }) => column ?? expression).join('+')}`

function objectName(table: string, { type, name, sql }: SchemaObject): string {
  if (type === 'view') return `view:${table}`
  // A CHECK without a name is what it demands.
  return `${type}:${table}.${name ?? sql.replace(/\s+/g, ' ').trim()}`
}
