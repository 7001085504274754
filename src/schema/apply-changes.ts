/** What a schema is after changes: pure, so that a plan can be made of it and a backward diff be had from it. */
import { changeObject, changeViews, isViewChange } from './apply-objects.ts'
import type { Change } from './change.ts'
import { freeIndexName, generatedIndexName } from './index-name.ts'
import { renameColumns, renameTables } from './rename-names.ts'
import { partText, sameNames } from './rules.ts'
import type { ForeignKey, Index, Schema, Table } from './schema.ts'
import { SchemaDraft } from './schema-draft.ts'
import { mentions } from './sql-words.ts'

type RenameTable = Extract<Change, { kind: 'rename-table' }>
type RenameColumn = Extract<Change, { kind: 'rename-column' }>

/**
 * Applies changes in order. Renames of one kind that follow each other happen at once, so that two names can be swapped.
 * @param schema what there is
 * @param changes what is to be made of it
 */
export function applyChanges(schema: Schema, changes: readonly Change[]): Schema {
  const dropped = new Set(changes.flatMap(({ kind, table }) => (kind === 'drop-table' ? [table] : [])))
  let draft = new SchemaDraft(schema, dropped)
  for (const group of renameGroups(changes)) {
    const [change] = group as [Change]
    if (change.kind === 'rename-table') {
      const names = new Map((group as readonly RenameTable[]).map((each) => [each.table, each.to]))
      draft = new SchemaDraft(renameTables(draft.schema, names), dropped)
    } else if (change.kind === 'rename-column')
      draft = new SchemaDraft(renameColumns(draft.schema, group as readonly RenameColumn[]), dropped)
    else apply(draft, change)
  }
  return { ...draft.schema, views: changeViews(draft.schema.views, changes) }
}

/** Renames of one kind that follow each other as one group, anything else on its own. */
export function renameGroups(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = []
  for (const change of changes) {
    const last = groups.at(-1)?.[0]?.kind
    if (last === change.kind && (last === 'rename-table' || last === 'rename-column')) groups.at(-1)!.push(change)
    else groups.push([change])
  }
  return groups
}

function apply(draft: SchemaDraft, change: Exclude<Change, RenameTable | RenameColumn>): void {
  const table = draft.table(change.table)
  if (change.kind === 'drop-table') draft.remove(change.table)
  else if (change.kind === 'create-table') putWithFreeNames(draft, change.to)
  else if (table !== undefined && !isViewChange(change)) draft.put(changeTable(table, change, draft.isTaken))
}

type InnerChange = Exclude<Change, { kind: 'create-table' | 'drop-table' | 'rename-table' | 'rename-column' }>

function changeTable(table: Table, change: InnerChange, isTaken: (name: string) => boolean): Table {
  switch (change.kind) {
    case 'add-column':
      return { ...table, columns: [...table.columns, change.to] }
    case 'drop-column':
      // One that is replaced by another of its name: the other comes first, and stands behind it.
      if (table.columns.filter(({ name }) => name === change.from.name).length > 1) {
        const old = table.columns.findIndex(({ name }) => name === change.from.name)
        return { ...table, columns: table.columns.toSpliced(old, 1) }
      }
      return {
        ...table,
        columns: table.columns.filter(({ name }) => name !== change.from.name),
        checks: table.checks.filter(({ expression }) => !mentions(expression, change.from.name)),
      }
    case 'alter-column':
      return {
        ...table,
        columns: table.columns.map((column) => (column.name === change.from.name ? change.to : column)),
      }
    case 'alter-primary-key':
      return { ...table, primaryKey: change.to }
    case 'add-index':
      return { ...table, indexes: [...table.indexes, addedIndex(table, change.to, isTaken)] }
    case 'drop-index':
      return { ...table, indexes: table.indexes.filter((index) => !isSameIndex(index, change.from)) }
    case 'add-foreign-key':
      return { ...table, foreignKeys: [...table.foreignKeys, change.to] }
    case 'drop-foreign-key':
      return { ...table, foreignKeys: table.foreignKeys.filter((key) => !isSameKey(key, change.from)) }
    case 'add-object':
    case 'drop-object':
      return changeObject(table, change)
    default:
      return change satisfies never
  }
}

/** A constraint that comes to a table later is a unique index, which means the same and needs no new table. */
function addedIndex(table: Table, index: Index, isTaken: (name: string) => boolean): Index {
  const wanted = index.origin === 'constraint' ? generatedIndexName(table.name, index) : index.name
  return { ...index, origin: 'index', name: freeIndexName(wanted, isTaken) }
}

/** One index after the other, for each takes a name. */
function putWithFreeNames(draft: SchemaDraft, table: Table): void {
  const indexes: Index[] = []
  draft.put({ ...table, indexes: [] })
  for (const index of table.indexes) {
    const name = index.origin === 'constraint' ? index.name : freeIndexName(index.name, draft.isTaken)
    indexes.push({ ...index, name })
    draft.put({ ...table, indexes: [...indexes] })
  }
}

const isSameIndex = (a: Index, b: Index): boolean =>
  a.name === b.name && sameNames(a.parts.map(partText), b.parts.map(partText))

const isSameKey = (a: ForeignKey, b: ForeignKey): boolean => JSON.stringify(a) === JSON.stringify(b)
