/** What changes would break, and what does not work: named, whatever stands on what. */
import { describe, expect, test } from 'vitest'
import { describeObject } from '../../../src/dialect/broken-object.ts'
import { findBroken } from '../../../src/dialect/sqlite/find-broken.ts'
import { blamedObject, foreseeBroken } from '../../../src/dialect/sqlite/foresee-broken.ts'
import type { Change } from '../../../src/schema/change.ts'
import { driver, inMemory, schemaOf } from './memory.ts'

const base = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, nick TEXT);
  CREATE TABLE audit (id INTEGER PRIMARY KEY, line TEXT, old TEXT);
  CREATE VIEW recent AS SELECT line FROM audit;
  CREATE VIEW names AS SELECT name, 'audit' AS kind FROM users /* not audit */;
  CREATE TRIGGER log_users AFTER INSERT ON Users BEGIN INSERT INTO AUDIT (line) VALUES (new.name); END;
  CREATE TRIGGER quiet AFTER INSERT ON users BEGIN SELECT 'audit'; END;
  CREATE TRIGGER renamed AFTER UPDATE OF nick ON users BEGIN SELECT new.id; END;
  CREATE TRIGGER through INSTEAD OF INSERT ON names BEGIN INSERT INTO users (name) VALUES (new.name); END;
  CREATE TRIGGER cleared BEFORE DELETE ON users BEGIN UPDATE audit SET old = 1; END;
`

/** What a change breaks, a line each. */
async function foresee(change: (tables: Awaited<ReturnType<typeof schemaOf>>['tables']) => Change, more = '') {
  const [from, dev] = [await schemaOf(base), more === '' ? null : await schemaOf(`${base}${more}`)]
  const { broken, blocking } = await foreseeBroken(driver, from, [change(from.tables)], dev)
  const lines = broken.map((each) => `${describeObject(each)}: ${each.reason}`)
  return { lines, blocking: blocking.map((each) => `${describeObject(each)}: ${each.reason}`) }
}

describe('before changes are drafted', () => {
  test('what stands on a dropped table is named, and nothing else', async () => {
    const { lines } = await foresee(({ audit }) => ({ kind: 'drop-table', table: 'audit', from: audit! }))
    expect(lines).toEqual([
      'view recent: no such table: main.audit',
      'trigger cleared of users: no such table: main.audit',
      'trigger log_users of Users: no such table: main.AUDIT',
    ])
  })

  test('so is what stands on a dropped column, and what somebody made in dev', async () => {
    const drop = (table: string, name: string) => (tables: Awaited<ReturnType<typeof schemaOf>>['tables']) => {
      const from = tables[table]!.columns.find((column) => column.name === name)!
      return { kind: 'drop-column', table, from } as const
    }
    expect((await foresee(drop('audit', 'old'))).lines).toEqual(['trigger cleared of users: no such column: old'])
    expect((await foresee(drop('users', 'nick'))).lines).toEqual(['trigger renamed of users: no such column: nick'])
    const made = 'CREATE TABLE own (x); CREATE VIEW mine AS SELECT LINE FROM Audit, own;'
    expect((await foresee(drop('audit', 'line'), made)).lines).toEqual([
      'view mine: no such column: LINE',
      'view recent: no such column: line',
      'trigger log_users of Users: table AUDIT has no column named line',
    ])
    expect((await foresee(drop('users', 'name'), made)).lines).toEqual([
      'view names: no such column: name',
      'trigger log_users of Users: no such column: new.name',
      'trigger through of names: no such column: name',
    ])
  })

  test('so is what relies on a unique index', async () => {
    const upsert = 'INSERT INTO audit (line) VALUES (new.id) ON CONFLICT (line) DO NOTHING'
    const from = await schemaOf(`${base} CREATE UNIQUE INDEX once ON audit (line);
      CREATE TRIGGER counting AFTER DELETE ON audit BEGIN ${upsert.replace('new', 'old')}; END;
      CREATE TRIGGER adding AFTER UPDATE ON users BEGIN ${upsert}; END;`)
    const index = from.tables.audit!.indexes[0]!
    const { broken } = await foreseeBroken(driver, from, [{ kind: 'drop-index', table: 'audit', from: index }], null)
    const reason = 'ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint'
    expect(broken).toMatchObject([
      { name: 'adding', reason },
      { name: 'counting', reason },
    ])
  })

  test('a rename breaks nothing, and what does not work already stops it', async () => {
    const rename = (): Change => ({ kind: 'rename-table', table: 'audit', to: 'log' })
    expect(await foresee(rename)).toEqual({ lines: [], blocking: [] })
    const stray = 'CREATE TABLE gone (x); CREATE VIEW stray AS SELECT x FROM gone; DROP TABLE gone;'
    expect(await foresee(rename, stray)).toEqual({ lines: [], blocking: ['view stray: no such table: main.gone'] })
    const altered = ({ users }: Awaited<ReturnType<typeof schemaOf>>['tables']): Change => {
      const from = users!.columns[1]!
      return { kind: 'alter-column', table: 'users', from, to: { ...from, nullable: false }, aspects: ['nullable'] }
    }
    expect(await foresee(altered, stray)).toEqual({ lines: [], blocking: [] })
  })
})

describe('in a database', () => {
  test('each that does not work is named by itself, and nothing is changed', async () => {
    const sql = `${base}
      CREATE TABLE docs (id TEXT PRIMARY KEY, body TEXT);
      INSERT INTO docs VALUES ('a', 'apple'), ('b', 'banana');
      CREATE VIRTUAL TABLE five USING fts5(body, content='Docs');
      CREATE VIRTUAL TABLE four USING fts4(content="docs", body);
      CREATE VIRTUAL TABLE own USING fts5(body);
      INSERT INTO five(five) VALUES ('rebuild'); INSERT INTO four(four) VALUES ('rebuild');`
    await inMemory(sql, async (connection) => {
      const namesOf = async (indexed: readonly string[]) =>
        (await findBroken(connection, new Set(indexed))).map(describeObject)
      const before = await connection.all('SELECT type, name, sql FROM sqlite_master')
      expect(await namesOf(['docs', 'five'])).toEqual([])
      await connection.run('UPDATE docs SET rowid = rowid + 5; DROP TABLE audit;')
      expect(await namesOf([])).toEqual(['view recent', 'trigger cleared of users', 'trigger log_users of Users'])
      expect(await namesOf(['DOCS'])).toEqual([
        'full-text index five',
        'full-text index four',
        'view recent',
        'trigger cleared of users',
        'trigger log_users of Users',
      ])
      const after = await connection.all('SELECT type, name, sql FROM sqlite_master')
      expect(after).toEqual(before.filter(({ name }) => name !== 'audit'))
    })
  })
})

test.each([
  ['SQLITE_ERROR: error in view a: b: no such table: main.c', { type: 'view', name: 'a', isBefore: true }],
  ['error in trigger x after drop column: no such column: y', { type: 'trigger', name: 'x', isBefore: false }],
  ['error in index i after drop column: no such column: y', { type: 'index', name: 'i', isBefore: false }],
  ['no such table: view', null],
])('%s blames %j', (message, blamed) => {
  if (blamed === null) expect(blamedObject(message)).toBe(null)
  else expect(blamedObject(message)).toMatchObject(blamed)
})
