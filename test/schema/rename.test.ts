/** Which drops and additions are offered as renames, and the likeliest first. Names such as `gone`, `xx` and `yy` are not alike. */
import { describe, expect, test } from 'vitest'
import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { diff } from '../../src/schema/diff.ts'
import { isSameInWords, likeness } from '../../src/schema/likeness.ts'
import { columnCandidates, type RenameEvidence, swapCandidates, tableCandidates } from '../../src/schema/rename.ts'
import { schemaOf } from '../dialect/sqlite/memory.ts'

type Fits = RenameEvidence['fits']

async function sides(before: string, after: string, fits: Fits = () => true) {
  const [from, to] = [await schemaOf(before), await schemaOf(after)]
  return [diff(from, to, { rules: sqliteRules, isFromModels: true }), { from, to, fits }] as const
}

const parents = 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id INTEGER PRIMARY KEY);'

/** What each column of `t` that is gone may be called now: `gone → xx, yy`. */
async function columns(before: string, after: string, fits?: Fits): Promise<readonly string[]> {
  const table = (text: string): string => `${parents} CREATE TABLE t (${text})`
  const candidates = columnCandidates(...(await sides(table(before), table(after), fits)))
  return candidates.map(({ table: name, from, to }) => `${name}.${from} → ${to.join(', ')}`)
}

const tables = async (before: string, after: string): Promise<readonly string[]> =>
  tableCandidates(...(await sides(before, after))).map(({ table, from, to }) => `${table} ${from} → ${to.join(', ')}`)

const swaps = async (before: string, after: string): Promise<readonly string[]> =>
  swapCandidates((await sides(`CREATE TABLE t (${before})`, `CREATE TABLE t (${after})`))[0]).map(
    ({ table, columns: pair }) => `${table} ${pair.join(' ')}`,
  )

describe('a column that is gone', () => {
  test('may be a new one of its type, whatever the size, and one of another type only where the names are alike', async () => {
    expect(await columns('id, gone TEXT', 'id, xx INTEGER, yy TEXT')).toEqual(['t.gone → yy'])
    expect(await columns('id, gone VARCHAR(9)', 'id, xx VARCHAR(255)')).toEqual(['t.gone → xx'])
    expect(await columns('id, size TEXT', 'id, sizes INTEGER, xx INTEGER')).toEqual(['t.size → sizes'])
    expect(await columns('id, gone TEXT', 'id, xx INTEGER')).toEqual([])
  })

  test('is no rename without an addition to its own table, nor where values are generated', async () => {
    expect(await columns('id, gone TEXT', 'id')).toEqual([])
    expect(await columns('id', 'id, xx TEXT')).toEqual([])
    expect(await columns('id TEXT, gone TEXT', "id TEXT, xx TEXT AS (id || 'x')")).toEqual([])
    const other = 'CREATE TABLE t (id, a TEXT); CREATE TABLE u (id)'
    expect(columnCandidates(...(await sides(other, 'CREATE TABLE t (id); CREATE TABLE u (id, b TEXT)')))).toEqual([])
  })

  // In each, `yy` stands last, so that only what the name says can bring it to the front.
  test.each([
    ['that may be null as it might', 'id, gone TEXT NOT NULL, k', 'id, k, xx TEXT, yy TEXT NOT NULL'],
    ['after the same column', 'id, k, gone TEXT', 'id, xx TEXT, k, yy TEXT'],
    ['at the same number', 'id, k, gone TEXT', 'xx TEXT, id, yy TEXT, k'],
  ])('is sooner one %s', async (_, before, after) => {
    const found = await columns(before, after)
    expect(found[0]).toMatch(/^t\.gone → yy/)
    // Without that, the order is the table's.
    expect(await columns('id, k, gone TEXT', 'xx TEXT, yy TEXT, id, k')).toEqual(['t.gone → xx, yy'])
  })

  test('is sooner one of a name like its own, which counts as much as the type does', async () => {
    expect(await columns('id, k, nick TEXT', 'id, xx TEXT, k, yy TEXT, nickname TEXT')).toEqual([
      't.nick → nickname, yy, xx',
    ])
    expect(await columns('k, username TEXT', 'k, other TEXT, name INTEGER')).toEqual(['t.username → other, name'])
  })

  test('is first of all one with the same words, whatever it is', async () => {
    expect(await columns('k, user_name TEXT', 'k, other TEXT, userName INTEGER')).toEqual([
      't.user_name → userName, other',
    ])
    const [before, after] = ['CREATE TABLE t_s (id, a, b)', 'CREATE TABLE tS (id, c, a); CREATE TABLE u (id, a, b)']
    expect(await tables(before, after)).toEqual(['null t_s → tS, u'])
  })

  test('is sooner one in which its values would do', async () => {
    const [before, after] = ['id, k, gone TEXT', 'id, k, xx TEXT, yy TEXT']
    expect(await columns(before, after)).toEqual(['t.gone → xx, yy'])
    expect(
      await columns(before, after, (table, from, to) => `${table} ${from.name} ${to.name}` !== 't gone xx'),
    ).toEqual(['t.gone → yy, xx'])
  })

  test('that refers to a table is none that refers to another one, or to nothing, unless their names are alike', async () => {
    expect(await columns('id, gone INT REFERENCES p', 'id, xx INT REFERENCES q, yy INT')).toEqual([])
    expect(await columns('id, gone INT', 'id, xx INT REFERENCES q')).toEqual([])
    expect(await columns('id, owner INT REFERENCES p', 'id, owner_id INT REFERENCES q, xx INT REFERENCES p')).toEqual([
      't.owner → owner_id, xx',
    ])
    const [before, after] = [
      'id, k, owner_id INT REFERENCES p',
      'id, own_xy INT REFERENCES q, k, l, yy INT REFERENCES p',
    ]
    expect(await columns(before, after)).toEqual(['t.owner_id → yy, own_xy'])
  })

  test('may be what another one may be, too', async () => {
    expect(await columns('id, a TEXT, b TEXT', 'id, xx TEXT')).toEqual(['t.a → xx', 't.b → xx'])
  })
})

describe('a table that is gone', () => {
  test('may be a new one that shares half of its columns, also in other words; the one that shares most comes first', async () => {
    const before = 'CREATE TABLE people (id, firstName, lastName, age)'
    const half = 'CREATE TABLE xx (id, firstName, a, b)'
    const words = 'CREATE TABLE yy (id, first_name, last_name, age)'
    expect(await tables(before, `${half}; ${words}`)).toEqual(['null people → yy, xx'])
    expect(await tables(before, 'CREATE TABLE xx (id, a, b, c)')).toEqual([])
    expect(await tables(before, 'CREATE TABLE xx (id, firstName, a, b, c)')).toEqual([])
    expect(await tables(before, '')).toEqual([])
  })

  test('is sooner one of a name like its own, and one to which the same tables refer', async () => {
    const child = (target: string): string => `CREATE TABLE child (p REFERENCES ${target})`
    const all = 'CREATE TABLE xx (id PRIMARY KEY, a); CREATE TABLE yy (id PRIMARY KEY, a)'
    const before = 'CREATE TABLE gone (id PRIMARY KEY, a)'
    expect(await tables(before, all)).toEqual(['null gone → xx, yy'])
    expect(await tables(`${before}; ${child('gone')}`, `${all}; ${child('yy')}`)).toEqual(['null gone → yy, xx'])
    const named = 'CREATE TABLE accounts (id, a); CREATE TABLE users (id, a)'
    expect(await tables('CREATE TABLE user (id, a)', named)).toEqual(['null user → users, accounts'])
  })
})

describe('two columns that exchanged their types', () => {
  test('may have exchanged their names, whatever else changed; not where only one of them changed, or in another way', async () => {
    expect(await swaps('a TEXT, b INTEGER', 'a INTEGER, b TEXT')).toEqual(['t a b'])
    expect(await swaps('a TEXT, b INTEGER', 'a INTEGER NOT NULL, b TEXT DEFAULT 1')).toEqual(['t a b'])
    expect(await swaps('a TEXT, b INTEGER', 'a INTEGER, b INTEGER')).toEqual([])
    expect(await swaps('a TEXT, b INTEGER', 'a INTEGER, b BLOB')).toEqual([])
    expect(await swaps('a TEXT NOT NULL, b TEXT', 'a TEXT, b TEXT NOT NULL')).toEqual([])
  })

  test('are asked about pair by pair, and only within one table', async () => {
    const [before, after] = ['a TEXT, b INTEGER, c INTEGER', 'a INTEGER, b TEXT, c TEXT']
    expect(await swaps(before, after)).toEqual(['t a b', 't a c'])
    const two = (one: string, other: string): string => `CREATE TABLE t (a ${one}); CREATE TABLE u (b ${other})`
    expect(swapCandidates((await sides(two('TEXT', 'BLOB'), two('BLOB', 'TEXT')))[0])).toEqual([])
  })
})

test('names are as alike as they share pairs of letters; capitals and underscores do not count', () => {
  expect([likeness('userName', 'user_name'), likeness('ab', 'cd'), likeness('a', 'a'), likeness('a', 'b')]).toEqual([
    1, 0, 1, 0,
  ])
  expect(likeness('night', 'nacht')).toBe(0.25)
  // Each pair counts once.
  expect(likeness('aaaa', 'aa')).toBe(0.5)
  expect([isSameInWords('createdAt', 'created_at'), isSameInWords('a_b', 'a_b'), isSameInWords('ab', 'ac')]).toEqual([
    true,
    false,
    false,
  ])
})
