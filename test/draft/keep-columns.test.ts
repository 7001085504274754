/** Drafts whose down leaves added columns in place: going back and forth loses no value. */
import { expect, test } from 'vitest'
import { type CycleOptions, load, prepare, run } from './cycle.ts'
import { allRows, connectionState, dump, execute } from './oracle.ts'

const t = (columns: string) => `CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})`
const p = 'CREATE TABLE p (id INTEGER PRIMARY KEY)'
const index = 'CREATE UNIQUE INDEX t_nick ON t (nick)'

type Case = readonly [name: string, columns: string, more: readonly string[], options: CycleOptions]
const cases: readonly Case[] = [
  ['one column', 'nick TEXT', [], {}],
  ['one column, in SQL', 'nick TEXT', [], { isSql: true }],
  [
    'several, with a key and indexes',
    'nick TEXT, "it\'s ""so""" INTEGER NOT NULL DEFAULT 3, p INTEGER REFERENCES p (id)',
    [index, 'CREATE INDEX t_p ON t (p)'],
    {},
  ],
  ['several, in SQL', 'nick TEXT, n INTEGER NOT NULL DEFAULT 3, p INTEGER REFERENCES p (id)', [index], { isSql: true }],
]

test.each(cases)('%s: down keeps the values, and up finds them again', async (_, columns, more, options) => {
  const rows = ['INSERT INTO p VALUES (1)', "INSERT INTO t (id, a) VALUES (1, 'x'), (2, 'y')"]
  const { db, wantedDb, drafted } = await prepare([p, t('a TEXT')], [p, t(`a TEXT, ${columns}`), ...more], {
    rows,
    keepsColumns: true,
    ...options,
  })
  const migration = (await load(drafted.text)) as Awaited<ReturnType<typeof load>> & { keeps: readonly string[] }
  const added = Object.keys(drafted.to.tables.t!.columns).length - 2
  expect(migration.keeps).toHaveLength(added)
  expect(migration.keeps).toContain('t.nick')

  const state = await connectionState(db)
  await run(migration, 'up', db)
  expect(await dump(db)).toEqual(await dump(wantedDb))
  await execute(db, ["UPDATE t SET nick = 'n' || id"])
  const filled = await allRows(db)
  await run(migration, 'down', db)
  expect(await allRows(db)).toEqual(filled)
  // What only the migration needs is gone, and the application of before can write.
  const tables = (await dump(db)).tables as Record<string, { indexes: readonly string[] }>
  expect(tables.t!.indexes).toEqual([])
  await execute(db, ["INSERT INTO t (id, a) VALUES (3, 'z')"])
  await run(migration, 'up', db)
  expect(await dump(db)).toEqual(await dump(wantedDb))
  expect((await allRows(db)).t!.slice(0, 2)).toEqual(filled.t)
  // A second down and up are no other than the first ones.
  await run(migration, 'down', db)
  await run(migration, 'up', db)
  expect([await dump(db), await connectionState(db)]).toEqual([await dump(wantedDb), state])
  await Promise.all([db.close(), wantedDb.close()])
})

test.each([
  ['a .sql migration', [t('a TEXT, b TEXT')], { style: { extension: '.sql' } }, 'a .sql migration cannot'],
  ['another change', [t('b TEXT')], {}, 'the draft does more than add columns: - t.a  TEXT'],
  ['a new table', [t('a TEXT, b TEXT'), p], {}, 'more than add columns: + p  table'],
  ['no column at all', [t('a TEXT'), 'CREATE INDEX i ON t (a)'], {}, 'the draft adds no column'],
  ['a column that rows must bring', [t('a TEXT, b TEXT NOT NULL')], {}, 't.b is NOT NULL and has no default'],
  ['a rebuild', [t('a TEXT, b TEXT DEFAULT CURRENT_TIMESTAMP')], {}, 'the table must be rebuilt'],
] as const)('%s is refused, with the reason', async (_, to, options, reason) => {
  await expect(prepare([t('a TEXT')], to, { keepsColumns: true, isQuick: true, ...options })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining(`--keep-columns: `),
    parts: { hint: expect.stringContaining('without --keep-columns') },
  })
  const error = await prepare([t('a TEXT')], to, { keepsColumns: true, isQuick: true, ...options }).catch(
    (each: Error) => each,
  )
  expect((error as Error).message).toContain(reason)
})
