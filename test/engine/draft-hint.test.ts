/** What is said of a draft whose test failed. */
import { expect, test } from 'vitest'
import { obstacleIn, withDraftHint } from '../../src/engine/draft-hint.ts'
import { inMemory, schemaOf } from '../dialect/sqlite/memory.ts'

const dev = `CREATE TABLE t (a, b); INSERT INTO t VALUES (NULL, 1), (2, 1); CREATE TABLE other (x); CREATE VIEW broken AS SELECT x FROM other;
  CREATE TRIGGER logs AFTER INSERT ON t BEGIN INSERT INTO other VALUES (new.a); END; DROP TABLE other`

/** What SQLite itself says of a statement. */
const messageOf = (statement: string): Promise<string> =>
  inMemory(dev, (connection) =>
    connection.run(statement).then(
      () => 'nothing',
      (error: Error) => error.message,
    ),
  )

const statements = {
  'ALTER TABLE t RENAME TO u': 'view:broken of dev refers to what is not there: devdb drift --take-back view:broken',
  'DROP VIEW broken; ALTER TABLE t RENAME TO u':
    'trigger:t.logs of dev refers to what is not there: devdb drift --take-back trigger:t.logs',
  'CREATE TABLE s (a VARCHAR(30)) STRICT':
    "the table is STRICT, which takes INTEGER, REAL, TEXT, BLOB and ANY, and not VARCHAR(30): give the model's attribute such a type",
  'CREATE TABLE new_t (a NOT NULL); INSERT INTO new_t SELECT a FROM t':
    'rows have NULL in t.a: give them a value first',
  'CREATE UNIQUE INDEX i ON t (b)': 'rows have the same t.b: make them differ first',
  'CREATE TABLE t (a)': null,
}

test.each(Object.entries(statements))('%s', async (statement, obstacle) => {
  const problem = { code: 'migration-failed', message: `2-x.js: ${await messageOf(statement)}` } as const
  expect(obstacleIn(problem, await schemaOf(dev))).toBe(obstacle)
})

test('the next step fits whether the file is there', () => {
  const problem = { code: 'migration-failed', message: 'no', hint: 'devdb upgrade' } as const
  expect(withDraftHint(problem, null, '/p/2-x.js', true, '').hint).toBe('edit 2-x.js, then try it: devdb rehearse')
  expect(withDraftHint(problem, 'it stands', '/p/2-x.js', false, 'repeat').hint).toBe(
    'it stands; the file was removed: repeat',
  )
})
