/** What somebody did to dev by hand, and no migration: CHECKs, triggers, views and options of tables, which devdb drafts never and tells all the same. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { findDrift } from '../../src/engine/find-drift.ts'
import { openProject } from '../../src/engine/project.ts'
import { createStore } from '../../src/event/store.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import { schemaOf } from '../dialect/sqlite/memory.ts'
import { execute } from '../end-to-end/database.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const { signal } = new AbortController()

/** The drift between what a baseline makes, which needs no child process, and a dev database. */
async function drift(made: string, dev: string, models = ''): Promise<readonly string[]> {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  writeFiles(root, { 'schema.sql': made })
  const baseline = { sql: './schema.sql', names: ['01'] }
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', baseline }
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), createStore(), 'test', 0)
  await execute(
    project.config.dev.storage!,
    `${dev}; CREATE TABLE SequelizeMeta (name); INSERT INTO SequelizeMeta VALUES ('01')`,
  )
  const found = await findDrift(project, await schemaOf(models), signal)
  return found!.changes.map(describeChange)
}

const t = (columns: string, options = ''): string => `CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})${options}`
const trigger = (work: string): string => `CREATE TRIGGER g AFTER INSERT ON t BEGIN ${work}; END`

test.each([
  ['a CHECK is new', t('a INT'), t('a INT CHECK (a > 0)'), ['+ t  CHECK (a > 0)']],
  ['a CHECK is gone', t('a INT, CONSTRAINT c CHECK (a > 0)'), t('a INT'), ['- t  CHECK (a > 0)']],
  [
    'a CHECK demands something else',
    t('a INT CHECK (a > 0)'),
    t('a INT CHECK (a > 1)'),
    ['- t  CHECK (a > 0)', '+ t  CHECK (a > 1)'],
  ],
  [
    'a string in a CHECK has other capitals',
    t("a CHECK (a <> 'x')"),
    t("a CHECK (a <> 'X')"),
    ["- t  CHECK (a <> 'x')", "+ t  CHECK (a <> 'X')"],
  ],
  ['a trigger is new', t('a'), `${t('a')}; ${trigger('SELECT 1')}`, ['+ t  trigger g']],
  ['a trigger is gone', `${t('a')}; ${trigger('SELECT 1')}`, t('a'), ['- t  trigger g']],
  [
    'a trigger does something else',
    `${t('a')}; ${trigger('SELECT 1')}`,
    `${t('a')}; ${trigger('SELECT 2')}`,
    ['- t  trigger g', '+ t  trigger g'],
  ],
  ['a view is new', t('a'), `${t('a')}; CREATE VIEW v AS SELECT a FROM t`, ['+ v  view']],
  [
    'a view is gone, another one changed',
    `${t('a')}; CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT 1`,
    `${t('a')}; CREATE VIEW w AS SELECT 2`,
    ['- v  view', '- w  view', '+ w  view'],
  ],
  ['a table is STRICT', t('a INT'), t('a INT', ' STRICT'), ['+ t  STRICT']],
  ['a table has a rowid again', t('a INT', ' WITHOUT ROWID, STRICT'), t('a INT', ' STRICT'), ['- t  WITHOUT ROWID']],
  [
    'all of it at once, beside a column',
    t('a INT'),
    `${t('a INT CHECK (a), b TEXT', ' STRICT')}; ${trigger('SELECT 1')}`,
    ['+ t.b  TEXT', '+ t  CHECK (a)', '+ t  trigger g', '+ t  STRICT'],
  ],
])('%s', async (_, made, dev, lines) => {
  expect(await drift(made, dev)).toEqual(lines)
  // Nothing of it is seen from dev to dev.
  expect(await drift(dev, dev)).toEqual([])
})

test('the same in other words is none: capitals, spaces, comments, quotes, the name of a CHECK, the order of all', async () => {
  const made = `${t("a INT CHECK (a > 0), b TEXT, CONSTRAINT c CHECK (b <> 'X  y')", ' STRICT, WITHOUT ROWID')};
    ${trigger('UPDATE t SET a = 1 WHERE id = new.id')}; CREATE VIEW v AS SELECT a FROM t`
  const dev = `create table T (id integer PRIMARY KEY, a int, b text, check ( b<>'X  y' ), constraint other check("a">0)) without rowid, strict;
    create trigger g after insert on T begin update "t" set a=1 /* at once */ where id = NEW.id; end; create view v as select  a from t`
  expect(await drift(made, dev)).toEqual([])
})

test("tables and views that neither models nor migrations make: the tables are somebody else's, also where they have triggers", async () => {
  const theirs = 'CREATE TABLE theirs (x CHECK (x)); CREATE TRIGGER h AFTER INSERT ON theirs BEGIN SELECT 1; END'
  expect(await drift(t('a'), `${t('a')}; ${theirs}`)).toEqual([])
  expect(await drift(t('a'), `${t('a')}; ${theirs}`, 'CREATE TABLE theirs (x)')).toEqual([
    '+ theirs  table with 1 column',
  ])
})
