/** Two branches that each added a migration: what the order of names makes of it, in which everybody else gets them. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { openProject } from '../../src/engine/project.ts'
import { rehearse } from '../../src/engine/rehearse.ts'
import { createStore } from '../../src/event/store.ts'
import { readMigrationFolder } from '../../src/migration/migration-folder.ts'
import { execute } from '../end-to-end/database.ts'
import { tempProject } from '../temp-folder.ts'

/** Applied: 1-users and 3-nick. All others are pending. */
async function rehearsed(pending: Readonly<Record<string, string>>) {
  const files = { '1-users.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY)', '3-nick.sql': addNick, ...pending }
  const root = tempProject(
    Object.fromEntries(Object.entries(files).map(([name, sql]) => [`migrations/${name}`, `${sql};\n`])),
  )
  await execute(
    join(root, 'dev.db'),
    `CREATE TABLE users (id INTEGER PRIMARY KEY); ${addNick}; CREATE TABLE SequelizeMeta (name PRIMARY KEY);
     INSERT INTO SequelizeMeta VALUES ('1-users.sql'), ('3-nick.sql');`,
  )
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), createStore(), 'test', 0)
  const waiting = readMigrationFolder(project.config.migrations).filter(({ name }) => name in pending)
  const found = await rehearse(project, waiting, new AbortController().signal)
  return found.map(({ name, up, mergedOrder }) => ({ name, up: up.result, ...mergedOrder }))
}

const addNick = 'ALTER TABLE users ADD COLUMN nick TEXT'

test('the same, another schema, and a failure are told of each by itself', async () => {
  expect(
    await rehearsed({
      '2-a-tags.sql': 'CREATE TABLE tags (id INTEGER PRIMARY KEY)',
      '2-b-copy.sql': 'CREATE TABLE users_copy AS SELECT * FROM users',
      '2-c-index.sql': 'CREATE INDEX tags_id ON tags (id)',
      '4-last.sql': 'CREATE TABLE last (id INTEGER PRIMARY KEY)',
    }),
  ).toEqual([
    { name: '2-a-tags.sql', up: 'ok', result: 'same', differences: [], problem: null },
    {
      name: '2-b-copy.sql',
      up: 'ok',
      result: 'differs',
      differences: [expect.stringContaining('- users_copy.nick')],
      problem: null,
    },
    { name: '2-c-index.sql', up: 'ok', result: 'same', differences: [], problem: null },
    { name: '4-last.sql', up: 'ok' },
  ])
})

test('what needs a later one fails in name order; what fails in either order is no matter of the order', async () => {
  const [one] = await rehearsed({ '2-needs-nick.sql': 'CREATE INDEX users_nick ON users (nick)' })
  expect(one).toMatchObject({ up: 'ok', result: 'failed', problem: { code: 'shadow-failed' } })
  expect(one!.problem!.message).toContain('2-needs-nick.sql')
  expect(await rehearsed({ '2-broken.sql': 'CREATE INDEX broken ON nothing (nick)' })).toEqual([
    { name: '2-broken.sql', up: 'failed' },
  ])
})
