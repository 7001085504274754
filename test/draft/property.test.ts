/** Random pairs of schemas with random rows. `npm run test:property -- 10000 [SEED]` for a long run. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cycle, load, prepare, run } from './cycle.ts'
import { allRows, connectionState, dump } from './oracle.ts'

const runs = Number(process.env.PROPERTY_RUNS ?? 150)
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31)

interface RandomColumn {
  readonly type: string
  readonly nullable: boolean
  readonly value: string | null
  readonly collation: boolean
  readonly target: string | null
  readonly action: string
  readonly unique: 'no' | 'constraint' | 'index' | 'partial' | 'plain' | 'desc'
}

const types = [
  'INTEGER',
  'TEXT',
  'VARCHAR(20)',
  'VARCHAR(255)',
  'TINYINT(1)',
  'DATETIME',
  'DECIMAL(10,2)',
  'JSON',
  'BLOB',
  'REAL',
]
const values = [null, null, '0', "'x'", 'CURRENT_TIMESTAMP', "'it''s; :a ? $1'", '1.5', '(1 + 1)', 'NULL']
const columnNames = ['a', 'b', 'C d', 'order']
const tableNames = ['t', 'My Table', 'u.v']

const column: fc.Arbitrary<RandomColumn> = fc.record({
  type: fc.constantFrom(...types),
  nullable: fc.boolean(),
  value: fc.constantFrom(...values),
  collation: fc.integer({ max: 6, min: 0 }).map((n) => n === 0),
  target: fc.option(fc.constantFrom(...tableNames), { freq: 5 }).map((each) => each),
  action: fc.constantFrom('', ' ON DELETE CASCADE', ' ON DELETE SET NULL', ' ON DELETE RESTRICT ON UPDATE CASCADE'),
  unique: fc.constantFrom('no', 'no', 'no', 'constraint', 'index', 'partial', 'plain', 'desc'),
})

const table = fc.record({
  columns: fc.dictionary(fc.constantFrom(...columnNames), column, { minKeys: 1, noNullPrototype: true }),
  key: fc.constantFrom('id', 'id', 'autoincrement', 'composite', 'none'),
})
type RandomTable = typeof table extends fc.Arbitrary<infer Value> ? Value : never

const schema = fc.dictionary(fc.constantFrom(...tableNames), table, { noNullPrototype: true })
type RandomSchema = Readonly<Record<string, RandomTable>>

const q = (name: string): string => `"${name}"`

/** The statements of a schema; keys refer only to tables whose rows have a number of their own. */
function statementsOf(tables: RandomSchema): string[] {
  return Object.entries(tables).flatMap(([name, { columns, key }]) => {
    const entries = Object.entries(columns)
    const hasTarget = ({ target }: RandomColumn): boolean => /^id$|^auto/.test(tables[target ?? '']?.key ?? '')
    const lines = entries.map(([each, c], index) => {
      const reference = hasTarget(c) ? ` REFERENCES ${q(c.target!)} (id)${c.action}` : ''
      const unique = c.unique === 'constraint' ? ' UNIQUE' : ''
      // Whether a key takes NULL is no difference, and a draft leaves it as it is.
      const isNullable = c.nullable && !(key === 'composite' && index === 0)
      const value = c.value === null || (!isNullable && c.value === 'NULL') ? '' : ` DEFAULT ${c.value}`
      return `${q(each)} ${c.type}${isNullable ? '' : ' NOT NULL'}${value}${c.collation ? ' COLLATE NOCASE' : ''}${unique}${reference}`
    })
    const number =
      key === 'none'
        ? 'id INTEGER'
        : `id INTEGER${key === 'composite' ? ' NOT NULL' : ` PRIMARY KEY${key === 'id' ? '' : ' AUTOINCREMENT'}`}`
    const composite = key === 'composite' ? [`PRIMARY KEY (${q(entries[0]![0])}, id)`] : []
    const indexes = entries.flatMap(([each, c], index) => {
      const kinds: Readonly<Record<string, readonly [string, string]>> = {
        index: ['UNIQUE ', ''],
        partial: ['UNIQUE ', ` WHERE ${q(each)} IS NOT NULL`],
        plain: ['', ''],
        desc: ['', ''],
      }
      const kind = kinds[c.unique]
      const order = c.unique === 'desc' ? ' DESC' : ''
      return kind === undefined
        ? []
        : [`CREATE ${kind[0]}INDEX ${q(`${name} ${index}`)} ON ${q(name)} (${q(each)}${order})${kind[1]}`]
    })
    return [`CREATE TABLE ${q(name)} (${[number, ...lines, ...composite].join(', ')})`, ...indexes]
  })
}

/** Rows; what the schema does not allow is left out. */
const rowsOf = (tables: RandomSchema, cells: readonly (readonly string[])[]): string[] =>
  cells.map((row, index) => {
    const [name, { columns }] = Object.entries(tables)[index % Object.keys(tables).length]!
    const names = Object.keys(columns)
    return `INSERT OR IGNORE INTO ${q(name)} (id, ${names.map(q).join(', ')}) VALUES (${[index + 1, ...names.map((_, at) => row[at % row.length])].join(', ')})`
  })

const cell = fc.constantFrom(
  'NULL',
  '1',
  '2',
  '0',
  "'x'",
  "'X'",
  "'long text, longer than most'",
  '1.5',
  "'007'",
  "x'01'",
  "''",
)
const cells = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 })

async function check(
  from: RandomSchema,
  to: RandomSchema,
  rows: readonly (readonly string[])[],
  isSql: boolean,
): Promise<void> {
  const [before, after] = [statementsOf(from), statementsOf(to)]
  const insert = Object.keys(from).length === 0 ? [] : rowsOf(from, rows)
  const statements = ['PRAGMA foreign_keys = OFF', ...insert, ...cleanUp(from), 'PRAGMA foreign_keys = ON']
  const options = { rows: statements, isQuick: true, isSql }
  const { db, wantedDb, drafted } = await prepare(before, after, options)
  try {
    if (drafted.hazardRows === 0 && !drafted.needsEdit) await cycle(before, after, options)
    else {
      const state = [await allRows(db), await dump(db), await connectionState(db)]
      const error = await run(await load(drafted.text), 'up', db).catch((each: Error) => each)
      if (error === undefined) return
      expect(await connectionState(db)).toEqual(state[2])
      expect([await allRows(db), await dump(db)]).toEqual(state.slice(0, 2))
    }
  } finally {
    await db.close()
    await wantedDb.close()
  }
}

/** Without orphans, so that every row is one that foreign keys allow. */
function cleanUp(tables: RandomSchema): string[] {
  const once = Object.entries(tables).flatMap(([name, { columns }]) =>
    Object.entries(columns).flatMap(([each, { target }]) =>
      /^id$|^auto/.test(tables[target ?? '']?.key ?? '')
        ? [`DELETE FROM ${q(name)} WHERE ${q(each)} IS NOT NULL AND ${q(each)} NOT IN (SELECT id FROM ${q(target!)})`]
        : [],
    ),
  )
  return [...once, ...once, ...once, ...once, ...once, ...once]
}

test(`a draft leads to the wanted schema and back, or stops (${runs} runs, seed ${seed})`, {
  timeout: 36e5,
}, async () => {
  await fc.assert(fc.asyncProperty(schema, schema, cells, fc.boolean(), check), {
    numRuns: runs,
    seed,
    endOnFailure: false,
    interruptAfterTimeLimit: 35e5,
  })
})
