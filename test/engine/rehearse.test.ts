/** Migrations as people write them, and what a rehearsal says of each, to the row. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { openProject, type Project } from '../../src/engine/project.ts'
import { rehearse } from '../../src/engine/rehearse.ts'
import { describeLoss, type Rehearsed } from '../../src/event/rehearsal.ts'
import { createStore } from '../../src/event/store.ts'
import { readMigrationFolder } from '../../src/migration/migration-folder.ts'
import { execute, query } from '../end-to-end/database.ts'
import { tempFolder } from '../temp-folder.ts'

const traps = resolve(import.meta.dirname, '../../fixtures/trap')
const { signal } = new AbortController()

const dev = `
  CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT, motto VARCHAR(255));
  CREATE TABLE users (id INTEGER PRIMARY KEY, team_id INTEGER REFERENCES teams (id) ON DELETE CASCADE,
    email TEXT, first VARCHAR(255), last VARCHAR(255));
  CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, title VARCHAR(255), body TEXT);
  CREATE TABLE log (line TEXT);
  CREATE INDEX posts_drafts ON posts (body) WHERE title = 'draft';
  CREATE TRIGGER posts_log AFTER DELETE ON posts BEGIN INSERT INTO log VALUES (old.title); END;
  INSERT INTO teams VALUES (1, 'red', 'go'), (2, 'blue', NULL);
  INSERT INTO users VALUES (1, 1, 'a@x', 'Ann', 'A'), (2, 1, 'b@x', 'Bo', 'B'), (3, 2, 'a@x', 'Cy', NULL);
  INSERT INTO posts (title, body) VALUES ('draft', 'x'), ('draft', 'y'), ('news', 'z');
`

async function project(...names: readonly string[]): Promise<Project> {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  for (const [index, name] of names.entries())
    copyFileSync(join(traps, `${name}.cjs`), join(root, 'migrations', `${index + 1}-${name}.cjs`))
  await execute(join(root, 'dev.db'), dev)
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }
  return openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), createStore(), 'test', 0)
}

async function tryOut(...names: readonly string[]): Promise<readonly Rehearsed[]> {
  const made = await project(...names)
  const before = await dumpOf(made)
  const rehearsed = await rehearse(made, readMigrationFolder(made.config.migrations), signal)
  expect(await dumpOf(made)).toEqual(before)
  return rehearsed
}

const dumpOf = async ({ config }: Project) => [
  await query(join(config.root, 'dev.db'), 'SELECT * FROM sqlite_master'),
  ...(await Promise.all(
    ['teams', 'users', 'posts', 'log'].map((table) => query(join(config.root, 'dev.db'), `SELECT * FROM ${table}`)),
  )),
]

const brief = ({ up, down, redo, schemaRestored, lost, changed, lints, leftovers }: Rehearsed) => ({
  stages: [up.result, down.result, redo.result],
  schemaRestored,
  leftovers,
  lost: [...lost, ...(changed ?? [])].map(describeLoss),
  lints: lints.map(({ code }) => code),
})

describe('the traps', () => {
  test('removeColumn of a parent with cascading children', async () => {
    const [one] = await tryOut('remove-column-of-a-parent')
    expect(brief(one!)).toEqual({
      stages: ['ok', 'ok', 'ok'],
      schemaRestored: true,
      leftovers: [],
      lost: ['up dropped teams.motto in 1 row', 'up deleted 3 rows of users'],
      lints: ['sequelize-rebuild', 'drops-column'],
    })
    expect(one!.lints[0]!.message).toMatch(/rebuilds teams .* devdb generate/)
  })

  test('changeColumn of a table with a trigger and a partial index', async () => {
    const [one] = await tryOut('change-column-with-triggers')
    expect(brief(one!)).toEqual({
      stages: ['ok', 'ok', 'ok'],
      schemaRestored: false,
      leftovers: [
        "- posts  index (body) WHERE title = 'draft'",
        '~ posts.id  AUTOINCREMENT dropped',
        '- posts  trigger posts_log',
      ],
      lost: [],
      lints: ['sequelize-rebuild'],
    })
  })

  test('a down that drops the wrong column', async () => {
    const [one] = await tryOut('down-drops-the-wrong-column')
    expect(brief(one!)).toEqual({
      stages: ['ok', 'ok', 'failed'],
      schemaRestored: false,
      leftovers: ['+ users.nickname  VARCHAR(255)', '- users.email  TEXT'],
      lost: ['down dropped users.email in 3 rows'],
      lints: [],
    })
    expect(one!.redo.problem?.message).toContain('duplicate column name: nickname')
  })

  test('data that a down cannot give back', async () => {
    const [one] = await tryOut('data-that-cannot-come-back')
    expect(brief(one!)).toEqual({
      stages: ['ok', 'ok', 'ok'],
      schemaRestored: true,
      leftovers: [],
      lost: [
        'up dropped users.first in 3 rows',
        'up dropped users.last in 2 rows',
        'down dropped users.name in 2 rows',
      ],
      lints: ['drops-column', 'drops-column'],
    })
  })

  test('a transaction of its own', async () => {
    const [one] = await tryOut('own-transaction')
    expect(brief(one!)).toMatchObject({
      stages: ['ok', 'ok', 'ok'],
      schemaRestored: true,
      lost: ['up deleted 2 rows of posts'],
      lints: [],
    })
    expect(one!.statements.map(({ sql }) => sql)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^DELETE FROM `posts`/), expect.stringMatching(/^BEGIN/)]),
    )
  })

  test('one that throws half-way, and what comes after it', async () => {
    const [one, next] = await tryOut('throws-half-way', 'own-transaction')
    expect(brief(one!)).toEqual({
      stages: ['failed', 'skipped', 'skipped'],
      schemaRestored: null,
      leftovers: [],
      lost: [],
      lints: ['unique-over-duplicates'],
    })
    expect(one!.lints[0]!.message).toContain('2 rows of users share their values')
    expect(brief(next!).stages).toEqual(['skipped', 'skipped', 'skipped'])
  })

  test('a rebuild by hand with foreign keys on, then one that keeps a column', async () => {
    const [one, next] = await tryOut('rename-and-rebuild-by-hand', 'keeps-a-column')
    expect(brief(one!)).toEqual({
      stages: ['ok', 'ok', 'ok'],
      schemaRestored: true,
      leftovers: [],
      lost: ['up deleted 3 rows of users'],
      lints: ['rebuild-with-foreign-keys'],
    })
    expect(brief(next!)).toEqual({
      stages: ['ok', 'ok', 'ok'],
      schemaRestored: true,
      leftovers: [],
      lost: [],
      lints: [],
    })
  })
})

test('a migration that ends the process takes no other with it: what was told before counts, and the next one is tried', async () => {
  const made = await project('keeps-a-column')
  const write = (name: string, down: string): void =>
    writeFileSync(
      join(made.config.root, 'migrations', `${name}.cjs`),
      `module.exports = { up: (q) => q.sequelize.query('CREATE TABLE t${name} (a)'), down: () => ${down} }`,
    )
  write('2', 'process.exit(3)')
  write('3', "process.kill(process.pid, 'SIGKILL')")
  write('4', 'undefined')
  const told: string[] = []
  const files = readMigrationFolder(made.config.migrations)
  const all = await rehearse(made, files, signal, ({ name }) => void told.push(name))
  expect(told).toEqual(files.map(({ name }) => name))
  expect(all.map(brief).map(({ stages }) => stages)).toEqual([
    ['ok', 'ok', 'ok'],
    ['ok', 'failed', 'skipped'],
    ['ok', 'failed', 'skipped'],
    ['ok', 'ok', 'failed'],
  ])
  expect(all.map(({ down }) => down.problem?.code)).toEqual([undefined, 'model-exit', 'worker-died', undefined])
})

test('each starts from right after the up of the one before, whatever a down, a failed redo or the end of the process left', async () => {
  const made = await project()
  const write = (name: string, up: string, down: string): void =>
    writeFileSync(
      join(made.config.root, 'migrations', `${name}.cjs`),
      `const send = (q, ...all) => all.reduce((last, sql) => last.then(() => q.sequelize.query(sql)), Promise.resolve())
       module.exports = { up: (q) => send(q, ${up}), down: async (q) => { ${down} } }`,
    )
  write('1', "'CREATE INDEX by_first ON users (first)'", "await send(q, 'DROP INDEX by_first', 'DELETE FROM users')")
  write('2', "'DELETE FROM users WHERE id > 1'", '')
  write('3', "'CREATE TABLE a (x)'", "await send(q, 'DELETE FROM teams')")
  write('4', "'DELETE FROM teams WHERE id = 2'", "await send(q, 'DELETE FROM posts'); process.exit(3)")
  write('5', "'DELETE FROM posts WHERE id > 1'", "process.kill(process.pid, 'SIGKILL')")
  write('6', "'UPDATE posts SET body = NULL'", '')
  const all = await rehearse(made, readMigrationFolder(made.config.migrations), signal)
  expect(all.map(brief).map(({ stages, lost }) => [stages.join(' '), ...lost])).toEqual([
    ['ok ok ok', 'down deleted 3 rows of users'],
    ['ok ok ok', 'up deleted 2 rows of users'],
    ['ok ok failed', 'down deleted 2 rows of teams', 'down deleted 1 row of users'],
    ['ok failed skipped', 'up deleted 1 row of teams'],
    ['ok failed skipped', 'up deleted 2 rows of posts'],
    ['ok ok ok', 'up emptied posts.body in 1 row'],
  ])
})
