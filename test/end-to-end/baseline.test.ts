import { once } from 'node:events'
import { rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { type CheckProject, type Files, makeProject, migration, model } from './check-project.ts'
import { dump, query } from './database.ts'

const projects: CheckProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

/** Its first migration changes a table that `sync()` once made. */
const make = (files: Files = {}): CheckProject => {
  const first = { 'migrations/01-users.js': migration('01', "await q.addColumn('users', 'name', { type: T.STRING })") }
  const project = makeProject({ ...first, ...files })
  projects.push(project)
  return project
}

const configWith = (baseline: unknown): Files => ({
  'devdb.config.json': JSON.stringify({
    models: './models',
    migrations: './migrations',
    dev: 'sqlite:dev.db',
    baseline,
  }),
})

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255));'
const logged = ({ root }: CheckProject): Promise<readonly unknown[]> =>
  query(join(root, 'dev.db'), 'SELECT name FROM SequelizeMeta ORDER BY rowid').then((rows) =>
    rows.map(({ name }) => name),
  )

test('migrations that do not start from empty: devdb baseline is the way out, for every command', async () => {
  const project = make()
  await project.sql(`${users} INSERT INTO users VALUES (7, 'secret');
    CREATE VIEW names AS SELECT name FROM users; CREATE INDEX by_name ON users (lower(name)) WHERE name <> '';
    CREATE TRIGGER tidy AFTER INSERT ON users BEGIN UPDATE users SET name = trim(name); END;
    CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, title VARCHAR(255));
    CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
    INSERT INTO SequelizeMeta VALUES ('02-posts.js'), ('01-users.js')`)
  const stuck = await project.run('check', '--json')
  expect([stuck.exit, stuck.json.problem.code, stuck.json.problem.migration]).toEqual([
    1,
    'shadow-failed',
    '01-users.js',
  ])
  expect(stuck.json.problem.hint).toContain('devdb baseline')

  const written = await project.run('baseline')
  expect([written.exit, written.stdout]).toEqual([
    0,
    'devdb.baseline.sql  2 tables, 2 migrations\nadd to devdb.config.json:  "baseline": "./devdb.baseline.sql",\n',
  ])
  const text = project.read('devdb.baseline.sql')
  expect(text).toMatch(/^-- A baseline.*\n-- It is the schema of dev\.db on \d{4}-.*\n-- .*: 2 migrations\.\n/)
  expect(text).toMatch(/TRIGGER tidy[\s\S]*'02-posts\.js'[\s\S]*'01-users\.js'/)
  expect(text).not.toContain('secret')
  const refused = await project.run('baseline', '--json')
  expect([refused.exit, refused.json.problem.hint]).toEqual([2, 'devdb baseline --yes'])
  expect(project.read('devdb.baseline.sql')).toBe(text)

  const onDev = await project.run('baseline', '--out', 'dev.db', '--yes', '--json')
  expect([onDev.exit, onDev.json.problem.code]).toEqual([2, 'usage'])

  project.write(configWith('./devdb.baseline.sql'))
  project.ran()
  expect((await project.run('check', '--json')).json).toEqual({ changes: [], accepted: 0, stale: [] })
  expect(project.ran()).toEqual(['03'])
  expect((await project.run('diff', '--json')).json).toEqual({ models: [], drift: [] })
  expect((await project.run('upgrade', '--json')).json.applied).toEqual(['03-points.js'])
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(project.root, 'node_modules'))
  project.write({ 'models/post.js': model('post', 'title: DataTypes.STRING, body: DataTypes.TEXT') })
  const { json } = await project.run('generate', '-m', 'bodies', '--json')
  expect(json.proof).toEqual({ up: 'ok', down: 'ok', redo: 'ok', rowsLost: [] })

  // What it stands for may be gone, and is neither drift nor replayed.
  project.write({ 'migrations/01-users.js': null, 'migrations/02-posts.js': null })
  expect((await project.run('diff', '--json')).json).toEqual({ models: [], drift: [] })
  const before = await dump(join(project.root, 'dev.db'))
  const reset = await project.run('reset', '--dev', '--yes', '--json')
  expect([reset.exit, reset.json.dev.applied.length, reset.json.saved]).toEqual([0, 2, expect.any(String)])
  expect((await logged(project)).slice(0, 3)).toEqual(['02-posts.js', '01-users.js', '03-points.js'])
  expect(before).toContain("users(7,'secret',0)")
  const after = await dump(join(project.root, 'dev.db'))
  expect(after[0]).toBe('application_id=0')
  const objects = (lines: readonly string[]) => lines.filter((line) => /^(?:names|by_name|tidy)/.test(line)).sort()
  expect(objects(after)).toEqual(objects(before))
  const again = await project.run('baseline', '--yes', '--json')
  expect(again.json).toEqual({
    file: join(project.root, 'devdb.baseline.sql'),
    names: await logged(project),
    tables: 2,
  })
}, 120_000)

test('a changed baseline is noticed; names are compared without endings; a new dev database starts from it', async () => {
  const baseline = { sql: './schema.sql', names: ['00-gone.js', '01-users.ts'] }
  const project = make({ ...configWith(baseline), 'schema.sql': users })
  const check = async (files: Files = {}): Promise<readonly unknown[]> => {
    project.write(files)
    const { exit } = await project.run('check', '--json')
    return [exit, ...project.ran()]
  }
  expect(await check()).toEqual([0, '02', '03'])
  expect(await check()).toEqual([0])
  expect(await check({ 'schema.sql': users.replace('name', 'nick') })).toEqual([3, '02', '03'])
  const posts = 'CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, title VARCHAR(255));'
  const more = configWith({ ...baseline, names: [...baseline.names, '02-posts'] })
  expect(await check({ 'schema.sql': `${users}${posts}`, ...more })).toEqual([0, '03'])
  project.write({ 'schema.sql': users, ...configWith(baseline) })

  const { json } = await project.run('upgrade', '+1', '--json')
  expect(json).toEqual({ applied: ['02-posts.js'], saved: null })
  expect(await logged(project)).toEqual(['00-gone.js', '01-users.ts', '02-posts.js'])
  expect((await project.run('diff', '--json')).json).toEqual({ models: [], drift: [] })

  // All that is to be applied is there already: the new dev database is the baseline and no more.
  project.write({ 'migrations/02-posts.js': null, 'migrations/03-points.js': null })
  rmSync(join(project.root, 'dev.db'))
  expect((await project.run('upgrade', '--json')).json).toEqual({ applied: [], saved: null })
  expect(await logged(project)).toEqual(['00-gone.js', '01-users.ts'])
}, 120_000)

test('watch compares again when the baseline is saved, and shows what is wrong with it', async () => {
  const project = make({ ...configWith({ sql: './schema.sql', names: ['01-users'] }), 'schema.sql': users })
  const watching = project.start('watch', '--reporter', 'ndjson')
  const seen: unknown[] = []
  for await (const line of createInterface(watching.stdout!)) {
    const event = JSON.parse(line)
    if (event.kind === 'models-compared') {
      seen.push(event.changes)
      const nick = users.replace(', name', ', nick TEXT, name')
      project.write({ 'schema.sql': seen.length === 1 ? nick : `${users}\n\nCREATE TABEL x (y)` })
    }
    if (event.kind === 'models-compare-failed') {
      seen.push([event.problem.code, event.problem.line])
      break
    }
  }
  watching.kill('SIGINT')
  await once(watching, 'close')
  expect(seen).toEqual([[], ['- users.nick  TEXT'], ['baseline-failed', 3]])
})
