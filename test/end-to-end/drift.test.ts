/** `devdb drift` on a project as sequelize-cli lays it out: the list, the four ways, names, questions without a terminal, exit codes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from './database.ts'
import { DraftProject } from './draft-project.ts'

let project: DraftProject
beforeAll(async () => {
  project = new DraftProject()
  await project.run('upgrade')
  await project.dev(
    "INSERT INTO users (nick) VALUES ('ann'), ('bo')",
    'ALTER TABLE users ADD COLUMN age INT',
    'UPDATE users SET age = 30',
    'CREATE INDEX by_age ON users (age)',
    'CREATE INDEX by_nick ON users (nick)',
    'CREATE VIEW elders AS SELECT nick FROM users',
  )
}, 60_000)
afterAll(() => project.remove())

test('all four ways, one after the other', async () => {
  const before = project.devHash
  const list = await project.run('drift')
  expect(list.stdout).toBe(`dev.sqlite differs from its migrations
  column:users.age
      + users.age  INT
  index:users.by_age
      + users  index (age)
  index:users.by_nick
      + users  index (nick)
  view:elders
      + elders  view
devdb drift --adopt, --take-back or --ignore column:users.age
`)
  const { json, code } = await project.run('drift', '--json')
  expect([json.ignored, json.stale, code]).toEqual([[], [], 0])
  expect(json.drift[0]).toMatchObject({
    name: 'column:users.age',
    changes: [{ kind: 'add-column', text: '+ users.age  INT' }],
  })
  expect((await project.run('status', '--json')).json.drift).toMatchObject({
    state: 'known',
    objects: expect.any(Array),
  })
  expect((await project.run('status')).stdout).toContain(
    'Dev differs from its migrations: devdb drift\n  + users.age  INT',
  )
  expect((await project.run('diff')).stdout).toContain('devdb drift names each')

  // Nobody can be asked, and what is asked for must be there.
  const asked = await project.run('drift', '--take-back', 'users.age', '--json')
  expect(asked).toMatchObject({ code: 2, json: { problem: { code: 'confirmation-needed' } } })
  expect(asked.json.problem.message).toContain(
    'with it goes - users  index (age): drops users.age in 2 rows; dev.sqlite as it is now',
  )
  expect(asked.json.problem.hint).toBe('devdb drift --take-back column:users.age --yes')
  const unknown = await project.run('drift', '--ignore', 'elder', '--json')
  expect(unknown).toMatchObject({
    code: 2,
    json: { problem: { code: 'drift-unknown', hint: 'did you mean view:elders?' } },
  })
  const twice = await project.run('drift', '--ignore', 'elders', '--adopt', 'view:elders')
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('view:elders cannot go two ways')])
  expect(project.devHash).toBe(before)

  expect((await project.run('drift', '--ignore', 'users.by_nick', '--json')).json).toEqual({
    ...{ adopted: [], takenBack: [], ignored: ['index:users.by_nick'], file: null, proof: null, lost: [], saved: null },
  })
  expect(project.devHash).toBe(before)
  expect(JSON.parse(readFileSync(join(project.folder, 'devdb.drift.json'), 'utf8'))).toEqual({
    ignored: ['+ users  index (nick)'],
  })

  const taken = await project.run('drift', '--take-back', 'users.age', '--yes', '--json')
  expect(taken).toMatchObject({
    code: 0,
    json: { takenBack: ['column:users.age'], lost: ['drops users.age in 2 rows'] },
  })
  expect(taken.json.saved).toEqual(expect.any(String))

  const adopted = await project.run('drift', '--adopt', 'elders', '-m', 'elders', '--json')
  expect(adopted).toMatchObject({
    code: 0,
    json: {
      adopted: ['view:elders'],
      proof: { up: 'ok', down: 'ok', redo: 'ok' },
      file: expect.stringMatching(/-elders\.js$/),
    },
  })
  expect((await project.run('drift')).stdout).toBe(
    'dev.sqlite is what its migrations made.\n1 ignored in devdb.drift.json\n',
  )
  const dev = join(project.folder, 'dev.sqlite')
  expect(await query(dev, 'SELECT nick FROM elders')).toEqual([{ nick: 'ann' }, { nick: 'bo' }])
  expect(await query(dev, 'SELECT name FROM SequelizeMeta ORDER BY rowid')).toHaveLength(2)

  // Applied like any other: its down takes the view away.
  expect((await project.run('downgrade', '--yes', '--json')).code).toBe(0)
  expect(await query(dev, "SELECT name FROM sqlite_master WHERE type = 'view'")).toEqual([])
}, 120_000)

test('dev is absent: nothing can be said, and that is no failure', async () => {
  const empty = new DraftProject()
  expect(await empty.run('drift', '--json')).toMatchObject({ code: 0, json: { drift: null, ignored: [], stale: [] } })
  expect((await empty.run('drift', '--adopt', 'users', '--json')).json.problem.code).toBe('drift-unknown')
  empty.remove()
}, 60_000)
