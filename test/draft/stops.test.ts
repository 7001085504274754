/** Drafts that stop: before the developer has filled something in, or in the middle. They leave nothing behind, in any style. */
import { QueryTypes, type Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { type CycleOptions, type Drafted, load, prepare, run } from './cycle.ts'
import { allRows, connectionState, dump } from './oracle.ts'
import { runScript } from './run-script.ts'

const t = (columns: string) => `CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})`
const cli = { signature: 'cli', module: 'cjs', extension: '.cjs' } as const

/** Everything that a migration could leave behind. */
async function traces(db: Sequelize) {
  const [legacy] = await db.query('PRAGMA legacy_alter_table', { type: QueryTypes.SELECT })
  const temporary = await db.query('SELECT name FROM sqlite_temp_master', { type: QueryTypes.SELECT })
  return [await dump(db), await allRows(db), await connectionState(db), legacy, temporary]
}

async function up(db: Sequelize, { text, downText }: Drafted): Promise<void> {
  if (downText !== null) return runScript(db, text)
  const migration = await load(text, text.includes('module.exports') ? '.cjs' : '.mjs')
  const queryInterface = db.getQueryInterface()
  await (text.includes('up(queryInterface') ? migration.up(queryInterface, db.Sequelize) : run(migration, 'up', db))
}

const styles: readonly (readonly [string, CycleOptions])[] = [
  ['calls, Umzug', {}],
  ['calls, sequelize-cli', { style: cli }],
  ['SQL in code', { isSql: true }],
  ['SQL in code, sequelize-cli', { isSql: true, style: cli }],
  ['.sql', { style: { extension: '.sql' } }],
]

describe('a place that the developer must fill in', () => {
  test.each(styles)('stops with a message and changes nothing: %s', async (name, style) => {
    const to = [t('a TEXT, b TEXT NOT NULL'), 'CREATE TABLE more (id INTEGER PRIMARY KEY)']
    const { db, wantedDb, drafted } = await prepare([t('a TEXT')], to, {
      ...style,
      rows: ["INSERT INTO t VALUES (1, 'x')"],
    })
    const before = await traces(db)
    expect(drafted.text).toMatch(/TODO: /)
    const message =
      name === '.sql' ? 'no such column: fill_in_b' : 't.b is NOT NULL and has no default: write in this migration'
    await expect(up(db, drafted)).rejects.toThrow(message)
    expect(await traces(db)).toEqual(before)
    // Filled in, it runs.
    const text = drafted.text.replace(/fillIn\('t\.b'\)/, '"upper(a)"').replace(/^(SELECT .*)fill_in_b/m, '$1upper(a)')
    await up(db, { ...drafted, text })
    expect([(await allRows(db)).t, await dump(db)]).toEqual([["1 | 'x' | 'X'"], await dump(wantedDb)])
    await Promise.all([db.close(), wantedDb.close()])
  })
})

/** In each, several steps work before one fails on the rows. */
const failing: readonly (readonly [string, RegExp, readonly string[], readonly string[]])[] = [
  [
    'additions, then a unique index',
    /UNIQUE|Validation/,
    [t('a TEXT')],
    [
      'CREATE TABLE p (id INTEGER PRIMARY KEY)',
      t('a TEXT, n INTEGER, p INTEGER REFERENCES p (id)'),
      'CREATE UNIQUE INDEX i ON t (a)',
    ],
  ],
  [
    'a table and a rebuild, then a unique index',
    /UNIQUE|Validation/,
    [t('a TEXT')],
    ['CREATE TABLE p (id INTEGER PRIMARY KEY)', t('a TEXT NOT NULL DEFAULT 1'), 'CREATE UNIQUE INDEX i ON t (a)'],
  ],
  [
    'one rebuild, then another one',
    /NOT NULL|Validation/,
    ['CREATE TABLE a (n TEXT)', t('a TEXT, b TEXT')],
    ['CREATE TABLE a (n TEXT NOT NULL DEFAULT 1)', t('a TEXT, b TEXT NOT NULL')],
  ],
]

describe.each(failing)('a draft that fails in the middle: %s', (_, message, from, to) => {
  test.each(styles)('%s', async (_name, style) => {
    const rows = ["INSERT INTO t (id, a) VALUES (1, 'x'), (2, 'x')"]
    const { db, wantedDb, drafted } = await prepare(from, to, { ...style, rows })
    const before = await traces(db)
    expect(drafted.plan.up.length).toBeGreaterThan(1)
    await expect(up(db, drafted)).rejects.toThrow(message)
    expect(await traces(db)).toEqual(before)
    await Promise.all([db.close(), wantedDb.close()])
  })
})

test.each([{}, { isSql: true }])(
  'a rebuild inside a transaction of somebody else refuses, and leaves that transaction to its owner: %j',
  async (style) => {
    const { db, wantedDb, drafted } = await prepare([t('a TEXT')], [t('a TEXT NOT NULL DEFAULT 1')], style)
    await db.query('BEGIN')
    await db.query("INSERT INTO t VALUES (1, 'mine')")
    await expect(up(db, drafted)).rejects.toThrow(/transaction/)
    await db.query('COMMIT')
    expect((await allRows(db)).t).toEqual(["1 | 'mine'"])
    await Promise.all([db.close(), wantedDb.close()])
  },
)

test.each(styles)(
  'a column that somebody dropped by hand stops a rebuild, instead of coming back with its name in every row: %s',
  async (_, style) => {
    const { db, wantedDb, drafted } = await prepare(
      [t('a TEXT, b TEXT')],
      [t('a TEXT NOT NULL DEFAULT 1, b TEXT')],
      style,
    )
    await db.query('ALTER TABLE t DROP COLUMN b')
    await db.query("INSERT INTO t VALUES (1, 'x')")
    const before = await traces(db)
    await expect(up(db, drafted)).rejects.toThrow('no such column: t.b')
    expect(await traces(db)).toEqual(before)
    await Promise.all([db.close(), wantedDb.close()])
  },
)
