/** A schema in the making: each change costs what its table costs, however many tables there are. */
import { byName, type Schema, type Table } from './schema.ts'

/** Tables by name, and the names that they and their indexes take. */
export class SchemaDraft {
  readonly #tables: Map<string, Table>
  readonly #taken = new Map<string, number>()

  /** @param dropped tables whose indexes take no names, since they are about to go */
  constructor(
    readonly before: Schema,
    readonly dropped: ReadonlySet<string>,
  ) {
    this.#tables = new Map(Object.entries(before.tables))
    for (const table of this.#tables.values()) this.#count(table, 1)
  }

  /** What has become of it. */
  get schema(): Schema {
    return { ...this.before, tables: byName(this.#tables.values()) }
  }

  /** The table of that name. */
  table = (name: string): Table | undefined => this.#tables.get(name)

  /** Whether a table or an index has a name, in lower case. */
  isTaken = (name: string): boolean => (this.#taken.get(name) ?? 0) > 0

  /** Adds a table, or replaces the one of its name. */
  put(table: Table): void {
    this.#uncount(table.name)
    this.#tables.set(table.name, table)
    this.#count(table, 1)
  }

  /** Takes a table out. */
  remove(name: string): void {
    this.#uncount(name)
    this.#tables.delete(name)
  }

  #uncount(name: string): void {
    const table = this.#tables.get(name)
    if (table !== undefined) this.#count(table, -1)
  }

  #count({ name, indexes }: Table, by: 1 | -1): void {
    const names = [name, ...(this.dropped.has(name) ? [] : indexes.map((index) => index.name))]
    for (const each of names) this.#taken.set(each.toLowerCase(), (this.#taken.get(each.toLowerCase()) ?? 0) + by)
  }
}
