/** What rows get that were there before their column was, from what the models say of it: drafted from real models, over real rows. */
import { DataTypes, type ModelAttributes, type ModelOptions, type Sequelize } from 'sequelize'
import { expect, test } from 'vitest'
import { type CycleOptions, load, prepare, run, type Source } from './cycle.ts'

type Row = Readonly<Record<string, unknown>>
const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }
const note = 'CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text VARCHAR(255))'
const rows = ["INSERT INTO notes (text) VALUES ('a'), ('b'), (NULL)"]

const define = (db: Sequelize, attributes: ModelAttributes, options: ModelOptions = {}) =>
  db.define('note', { id, ...attributes }, { tableName: 'notes', timestamps: false, ...options })

/** What `sync()` makes of a model. */
const synced =
  (attributes: ModelAttributes, options?: ModelOptions): Source =>
  (db) =>
    define(db, attributes, options).sync()

/** Runs the draft up over the rows, and gives the database to `use`. */
async function draftOver(
  from: Source,
  to: Source,
  use: (db: Sequelize, text: string) => Promise<void>,
  more: CycleOptions = {},
) {
  const { db, wantedDb, drafted } = await prepare(from, to, { rows, isFromModels: true, ...more })
  try {
    expect(drafted.needsEdit).toBe(false)
    const migration = await load(drafted.text, drafted.text.includes('module.exports') ? '.cjs' : '.mjs')
    await run(migration, 'up', db)
    await use(db, drafted.text)
    await run(migration, 'down', db)
  } finally {
    await Promise.all([db.close(), wantedDb.close()])
  }
}

const read = async (db: Sequelize, sql: string): Promise<readonly Row[]> => (await db.query(sql))[0] as Row[]

test.each([false, true])(
  'timestamps over rows get the present time as Sequelize writes it, and are dates to Sequelize; SQL style: %s',
  async (isSql) => {
    const text = { text: DataTypes.STRING }
    const start = Date.now()
    await draftOver(
      [note],
      synced(text, { timestamps: true, createdAt: 'created_at' }),
      async (db) => {
        const Note = define(db, text, { timestamps: true, createdAt: 'created_at' })
        const notes = (await Note.findAll()) as unknown as Record<'created_at' | 'updatedAt', Date>[]
        expect(notes).toHaveLength(3)
        for (const { created_at, updatedAt } of notes) {
          expect(updatedAt).toEqual(created_at)
          // In whole milliseconds, of the same clock.
          expect(created_at.getTime()).toBeGreaterThanOrEqual(start - 1)
          expect(created_at.getTime()).toBeLessThanOrEqual(Date.now())
        }
        // A row that Sequelize writes sorts after them, since it is written in the same way.
        await Note.create({ text: 'new' })
        const raw = await read(db, 'SELECT text, created_at, "updatedAt" AS at FROM notes ORDER BY created_at, id')
        expect(raw.map((row) => row.text)).toEqual(['a', 'b', null, 'new'])
        for (const { created_at, at } of raw)
          expect([created_at, at]).toEqual(
            Array(2).fill(expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+00:00$/)),
          )
      },
      { isSql },
    )
  },
)

test('UUIDV4 gives each row a valid UUID of its own, also under a unique index, and in a text', async () => {
  const token = { allowNull: false, defaultValue: DataTypes.UUIDV4 }
  const attributes = {
    text: DataTypes.STRING,
    token: { type: DataTypes.UUID, unique: true, ...token },
    other: { type: DataTypes.STRING(36), ...token },
  }
  const many = [
    `INSERT INTO notes (text) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i FROM n`,
  ]
  await draftOver(
    [note],
    synced(attributes),
    async (db) => {
      const found = await read(db, 'SELECT token, other FROM notes')
      const all = found.flatMap(({ token: one, other }) => [String(one), String(other)])
      expect([all.length, new Set(all).size]).toEqual([400, 400])
      const isV4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
      expect(all.filter((each) => !isV4.test(each))).toEqual([])
      expect(new Set(all.map((each) => each[19])).size).toBe(4)
    },
    { rows: many },
  )
})

test('NULLs in a column that must have none get what its model fills in, the others keep theirs, and the hazard says so', async () => {
  const before = { at: DataTypes.DATE, day: DataTypes.DATEONLY, token: DataTypes.UUID }
  const fill = (type: ModelAttributes[string], defaultValue: unknown) =>
    ({ type, allowNull: false, defaultValue }) as ModelAttributes[string]
  const after = {
    at: fill(DataTypes.DATE, DataTypes.NOW),
    day: fill(DataTypes.DATEONLY, DataTypes.NOW),
    token: fill(DataTypes.UUID, DataTypes.UUIDV4),
  } as ModelAttributes
  const some = [
    "INSERT INTO notes (at, day, token) VALUES ('2020-01-01 00:00:00.000 +00:00', '2020-01-01', 'mine'), (NULL, NULL, NULL)",
  ]
  const { db, wantedDb, drafted } = await prepare(synced(before), synced(after), { rows: some, isFromModels: true })
  expect([...drafted.hazards].sort()).toEqual([
    '1 rows have NULL in notes.at and get the present time',
    '1 rows have NULL in notes.day and get the present time',
    '1 rows have NULL in notes.token and get a random UUID',
  ])
  await run(await load(drafted.text), 'up', db)
  const Note = define(db, after)
  const [kept, filled] = (await Note.findAll({ order: ['id'], raw: true })) as unknown as Row[]
  expect(kept).toEqual({ id: 1, at: '2020-01-01 00:00:00.000 +00:00', day: '2020-01-01', token: 'mine' })
  expect(filled).toMatchObject({
    day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    token: expect.stringMatching(/^.{8}-.{4}-4/),
  })
  expect(Math.abs(Date.parse(String(filled!.at)) - Date.now())).toBeLessThan(60_000)
  await Promise.all([db.close(), wantedDb.close()])
})

test('what a model fills in, but not into such a column, is left to the developer', async () => {
  const attributes = {
    text: DataTypes.STRING,
    number: { type: DataTypes.INTEGER, allowNull: false, defaultValue: DataTypes.NOW },
  }
  const { db, wantedDb, drafted } = await prepare([note], synced(attributes), { rows, isFromModels: true })
  expect([drafted.needsEdit, drafted.hazards]).toEqual([true, ['3 rows need a value for notes.number']])
  expect(drafted.text).toContain("fillIn('notes.number')")
  await Promise.all([db.close(), wantedDb.close()])
})

test('an ENUM is written as one, in a column and in a table, where its values can be', async () => {
  const state = { type: DataTypes.ENUM('new', 'in work', 'Ünï'), allowNull: false, defaultValue: 'new' }
  const attributes = { text: DataTypes.STRING, state, odd: DataTypes.ENUM("it's", 'b') }
  const both: Source = async (db) => {
    define(db, attributes)
    db.define('job', { id, state }, { tableName: 'jobs', timestamps: false })
    await db.sync()
  }
  const style = { signature: 'cli', module: 'cjs', extension: '.cjs' } as const
  await draftOver([note], both, async (db, text) => {
    expect(text.match(/DataTypes\.ENUM\('new', 'in work', 'Ünï'\)/g)).toHaveLength(2)
    expect(text).toMatch(/'odd'.*DataTypes\.TEXT/)
    expect(await read(db, 'SELECT state, odd FROM notes')).toEqual(Array(3).fill({ state: 'new', odd: null }))
  })
  const { db, wantedDb, drafted } = await prepare([note], both, { isQuick: true, isFromModels: true, style })
  expect(drafted.text.match(/Sequelize\.ENUM\('new', 'in work', 'Ünï'\)/g)).toHaveLength(2)
  await Promise.all([db.close(), wantedDb.close()])
})
