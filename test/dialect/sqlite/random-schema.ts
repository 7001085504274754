/** Random schemas, and their statements in a random spelling: quotes, case, comments, blanks, column against table constraints. */
import fc from 'fast-check'

export interface ColumnPlan {
  readonly name: string
  readonly type: keyof typeof types
  readonly notNull: boolean
  readonly value: string | null
  readonly collation: 'NOCASE' | 'RTRIM' | null
}

export interface IndexPlan {
  readonly unique: boolean
  readonly parts: readonly { readonly column: number; readonly lower: boolean; readonly descending: boolean }[]
  readonly partial: number | null
}

export interface KeyPlan {
  readonly column: number
  readonly target: number
  readonly names: boolean
  readonly onDelete: string
  readonly onUpdate: string
  readonly deferred: boolean
}

export interface TablePlan {
  readonly name: string
  readonly columns: readonly ColumnPlan[]
  readonly primaryKey: readonly number[]
  readonly autoIncrement: boolean
  readonly unique: readonly number[]
  readonly indexes: readonly IndexPlan[]
  readonly foreignKeys: readonly KeyPlan[]
  readonly checks: readonly number[]
}

export type SchemaPlan = readonly TablePlan[]

/** Types with the spellings that are one, and which values may stand as a default. */
const types = {
  integer: { spellings: ['INTEGER', 'int', 'Integer'], values: 'number' },
  boolean: { spellings: ['TINYINT(1)', 'BOOLEAN', 'tinyint( 1 )'], values: 'number' },
  decimal: { spellings: ['DECIMAL(10,2)', 'decimal( 10 , 2 )'], values: 'number' },
  real: { spellings: ['REAL', 'real'], values: 'number' },
  date: { spellings: ['DATETIME', 'datetime'], values: 'time' },
  varchar: { spellings: ['VARCHAR(255)', 'varchar (255)'], values: 'text' },
  text: { spellings: ['TEXT', 'text'], values: 'text' },
  blob: { spellings: ['BLOB', 'blob'], values: 'blob' },
} as const

/** Defaults with their spellings: all of one list store the same. */
const values: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  number: {
    zero: ['0', '(0)', "'0'", 'FALSE', '( /* 0 */ 0 )', '0x0', '0.0'],
    five: ['5', '+5', "'5'", '(5)', '5.0', '0x5', '(+ 5)'],
    minus: ['-1.5', '(-1.5)', '- 1.5', "'-1.5'", '-15e-1'],
    big: ['9007199254740993', "'9007199254740993'"],
    bigger: ['9007199254740995'],
    word: ["'none'", '"none"', "('none')"],
    null: ['NULL', '(null)'],
  },
  text: {
    zero: ["'0'", '0', '(0)', 'false', '0x0'],
    real: ["'0.0'", '0.0', '.0'],
    empty: ["''", "('')"],
    draft: ["'draft'", '"draft"', "( 'draft' )"],
    capitals: ["'Draft'", '"Draft"'],
    hard: ["'it''s; (a, b) -- \"x\" /* y'", "('it''s; (a, b) -- \"x\" /* y')"],
    null: ['NULL', 'null'],
    word: ["'NULL'"],
    truth: ["'true'"],
  },
  time: {
    now: ['CURRENT_TIMESTAMP', 'current_timestamp', '(CURRENT_TIMESTAMP)'],
    computed: ["(datetime('now'))", "( datetime ( 'now' ) )"],
    null: ['NULL'],
  },
  blob: { bytes: ["x'ab'", "X'AB'", "(x'aB')"], digit: ["'0'"], zero: ['0'], real: ['0.0'] },
}

const tableNames = ['users', 'Order Items', 'select', 'naïve', 'a.b', 'constructor', '__proto__', "it's", 'Größe']
const columnNames = ['id', 'a', 'B c', 'group', 'ü', 'Ü', 'x.y', 'toString', 'q"r', 'check']
const actions = ['NO ACTION', 'CASCADE', 'SET NULL', 'RESTRICT', 'SET DEFAULT']

const columnPlan = (name: string): fc.Arbitrary<ColumnPlan> =>
  fc.constantFrom(...(Object.keys(types) as (keyof typeof types)[])).chain((type) =>
    fc.record({
      name: fc.constant(name),
      type: fc.constant(type),
      notNull: fc.boolean(),
      value: fc.option(fc.constantFrom(...Object.keys(values[types[type].values]!)), { freq: 2 }),
      collation: fc.option(fc.constantFrom('NOCASE' as const, 'RTRIM' as const), { freq: 1 }),
    }),
  )

const place = fc.nat(9)
const indexPlan: fc.Arbitrary<IndexPlan> = fc.record({
  unique: fc.boolean(),
  parts: fc.array(fc.record({ column: place, lower: fc.boolean(), descending: fc.boolean() }), {
    minLength: 1,
    maxLength: 2,
  }),
  partial: fc.option(place),
})
const keyPlan: fc.Arbitrary<KeyPlan> = fc.record({
  column: place,
  target: place,
  names: fc.boolean(),
  onDelete: fc.constantFrom(...actions),
  onUpdate: fc.constantFrom(...actions),
  deferred: fc.boolean(),
})

const tablePlan = (name: string): fc.Arbitrary<TablePlan> =>
  fc.subarray(columnNames, { minLength: 1, maxLength: 5 }).chain((names) =>
    fc.record({
      name: fc.constant(name),
      columns: fc.tuple(...names.map(columnPlan)) as fc.Arbitrary<ColumnPlan[]>,
      primaryKey: fc.uniqueArray(fc.nat(names.length - 1), { maxLength: 2 }),
      autoIncrement: fc.boolean(),
      unique: fc.uniqueArray(fc.nat(names.length - 1), { maxLength: 2 }),
      indexes: fc.array(indexPlan, { maxLength: 2 }),
      foreignKeys: fc.array(keyPlan, { maxLength: 2 }),
      checks: fc.array(place, { maxLength: 2 }),
    }),
  )

/** A schema of up to three tables. */
export const schemaPlan: fc.Arbitrary<SchemaPlan> = fc
  .subarray(tableNames, { minLength: 1, maxLength: 3 })
  .chain((names) => fc.tuple(...names.map(tablePlan)) as fc.Arbitrary<TablePlan[]>)

/** A schema and one that differs from it in little, or not at all. */
export const planPair: fc.Arbitrary<readonly [SchemaPlan, SchemaPlan]> = fc.oneof(
  fc.tuple(schemaPlan, schemaPlan),
  fc
    .tuple(schemaPlan, tablePlan('users'), fc.nat(2), fc.nat(7))
    .map(([plan, other, at, part]) => [plan, changed(plan, other, at % plan.length, part)] as const),
)

const parts = ['primaryKey', 'autoIncrement', 'unique', 'indexes', 'foreignKeys', 'checks'] as const

/** The plan with one part of one table taken from another, with another first column, or as it is. */
function changed(plan: SchemaPlan, other: TablePlan, at: number, part: number): SchemaPlan {
  const key = parts[part]
  const [column] = other.columns
  return plan.map((table, index) => {
    if (index !== at || part > parts.length) return table
    if (key !== undefined) return withPlaces({ ...table, [key]: other[key] })
    return {
      ...table,
      columns: table.columns.map((own, place) => (place === 0 ? { ...column!, name: own.name } : own)),
    }
  })
}

/** Places of another table's columns become places of this one's. */
const withPlaces = (table: TablePlan): TablePlan => ({
  ...table,
  primaryKey: [...new Set(table.primaryKey.map((at) => at % table.columns.length))],
  unique: [...new Set(table.unique.map((at) => at % table.columns.length))],
})

/** Numbers that look random and always are the same for one seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function chooser(seed: number): <Item>(items: readonly Item[]) => Item {
  let state = seed >>> 0
  return (items) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return items[Math.floor((state / 2 ** 32) * items.length)]!
  }
}

/** Whether the primary key is the rowid and counts up. */
export const countsUp = ({ primaryKey, columns, autoIncrement }: TablePlan): boolean =>
  autoIncrement && primaryKey.length === 1 && columns[primaryKey[0]!]?.type === 'integer'

/** The statements that make a schema, spelled as the seed says. */
export function renderPlan(plan: SchemaPlan, seed: number): string {
  const choose = chooser(seed)
  const space = (): string => choose([' ', ' ', ' ', '  ', '\n', '\t', ' /* (, */ ', " -- it's (\n"])
  const word = (text: string): string => choose([text, text.toLowerCase()]).replaceAll(' ', space())
  const name = (text: string): string =>
    choose([
      `"${text.replaceAll('"', '""')}"`,
      `\`${text}\``,
      ...(text.includes(']') ? [] : [`[${text}]`]),
      `'${text.replaceAll("'", "''")}'`,
      ...(/^[a-zü]+$/.test(text) && !['group', 'check', 'select'].includes(text) ? [text] : []),
    ])
  const inExpression = (text: string): string => choose([`"${text.replaceAll('"', '""')}"`, `\`${text}\``, `[${text}]`])
  const named = (): string =>
    choose(['', '', `${word('CONSTRAINT')}${space()}${name(choose(['k', 'a key', 'check']))} `])
  const list = (names: readonly string[]): string =>
    `(${names.map(name).join(`${choose(['', ' ', ' /* , */ '])},${space()}`)})`
  const at = (table: TablePlan, index: number): ColumnPlan => table.columns[index % table.columns.length]!

  const reference = (key: KeyPlan): string => {
    const target = plan[key.target % plan.length]!
    const to = target.primaryKey.length === 1 ? at(target, target.primaryKey[0]!) : target.columns[0]!
    const isImplied = target.primaryKey.length === 1 && choose([true, false])
    return [
      `${word('REFERENCES')}${space()}${name(target.name)}${isImplied ? '' : ` ${list([to.name])}`}`,
      ...(key.onDelete === 'NO ACTION' && choose([true, false]) ? [] : [`${word('ON DELETE')} ${word(key.onDelete)}`]),
      ...(key.onUpdate === 'NO ACTION' && choose([true, false]) ? [] : [`${word('ON UPDATE')} ${word(key.onUpdate)}`]),
      ...(key.deferred
        ? [word('DEFERRABLE INITIALLY DEFERRED')]
        : [choose(['', word('NOT DEFERRABLE INITIALLY DEFERRED'), word('DEFERRABLE INITIALLY IMMEDIATE')])]),
    ].join(space())
  }

  const table = (own: TablePlan): string => {
    const inline = own.columns.map((): string[] => [])
    const constraints: string[] = []
    const add = (column: number, short: string, long: string): void => {
      if (choose([true, false])) inline[column % own.columns.length]!.push(named() + short)
      else constraints.push(named() + long)
    }
    const check = (column: string): string => `${word('CHECK')} (${inExpression(column)}${space()}<> ')')`
    if (own.primaryKey.length === 1) {
      const [key] = own.primaryKey
      const counting = countsUp(own) ? ` ${word('AUTOINCREMENT')}` : ''
      const { name: column } = at(own, key!)
      add(key!, `${word('PRIMARY KEY')}${counting}`, `${word('PRIMARY KEY')} (${name(column)}${counting})`)
    } else if (own.primaryKey.length > 1)
      constraints.push(`${named()}${word('PRIMARY KEY')} ${list(own.primaryKey.map((key) => at(own, key).name))}`)
    if (own.unique.length === 1)
      add(own.unique[0]!, word('UNIQUE'), `${word('UNIQUE')} ${list([at(own, own.unique[0]!).name])}`)
    else if (own.unique.length > 1)
      constraints.push(`${word('UNIQUE')} ${list(own.unique.map((key) => at(own, key).name))}`)
    for (const key of own.foreignKeys) {
      const long = `${word('FOREIGN KEY')} ${list([at(own, key.column).name])}${space()}`
      const reading = reference(key)
      add(key.column, reading, long + reading)
    }
    for (const column of own.checks) add(column, check(at(own, column).name), check(at(own, column).name))
    const columns = own.columns.map((column, index) => {
      const isKey = own.primaryKey.length === 1 && own.primaryKey[0] === index
      const parts = [
        ...inline[index]!,
        ...(column.notNull ? [word('NOT NULL')] : []),
        ...(column.value === null
          ? []
          : [`${word('DEFAULT')}${space()}${choose(values[types[column.type].values]![column.value]!)}`]),
        ...(column.collation === null
          ? []
          : [`${word('COLLATE')}${space()}${choose([column.collation, column.collation.toLowerCase()])}`]),
      ]
      if (choose([true, false])) parts.reverse()
      // INT PRIMARY KEY is not INTEGER PRIMARY KEY.
      const type = isKey ? types[column.type].spellings[0] : choose(types[column.type].spellings)
      return [name(column.name), type, ...parts].join(space())
    })
    const body =
      columns.join(`,${space()}`) +
      constraints.map((text, index) => `${index === 0 ? ',' : choose([',', ' '])}${space()}${text}`).join('')
    return `${word('CREATE TABLE')}${space()}${name(own.name)}${space()}(${space()}${body}${space()})`
  }

  const index = (own: TablePlan, { unique, parts, partial }: IndexPlan, number: number): string => {
    const shown = parts.map(({ column, lower, descending }) => {
      const text = inExpression(at(own, column).name)
      return `${lower ? `${word('LOWER')}(${choose(['', ' '])}${text})` : text}${descending ? `${space()}${word('DESC')}` : choose(['', ` ${word('ASC')}`])}`
    })
    const where =
      partial === null
        ? ''
        : `${space()}${word('WHERE')} ${inExpression(at(own, partial).name)}${space()}${word('IS NOT NULL')}`
    const called = name(`${choose(['i', 'an index', 'Where'])} ${own.name} ${number}`)
    return `${word(unique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX')} ${called} ${word('ON')} ${name(own.name)}${space()}(${shown.join(',')})${where}`
  }

  return plan
    .flatMap((own) => [table(own), ...own.indexes.map((one, number) => index(own, one, number))])
    .map((statement) => `${statement};`)
    .join('\n')
}
