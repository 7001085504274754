/** `devdb generate` and `diff` over several runs of the real executable: what is remembered, kept, recognised, and written as SQL. */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { query } from './database.ts'
import { type Answer, DraftProject, firstMigration } from './draft-project.ts'

const projects: DraftProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

const proven = { up: 'ok', down: 'ok', redo: 'ok', rowsLost: [] }
const texts = (changes: readonly { readonly text: string }[]): readonly string[] => changes.map(({ text }) => text)

interface Start {
  readonly migration?: string
  readonly rows?: readonly string[]
}

/** Has a dev database at the usual migration, for all that begin with it. */
const usual = new DraftProject()
beforeAll(() => succeed(usual, 'upgrade'))
afterAll(() => usual.remove())

/** A project whose dev is at head. */
async function start({
  migration = firstMigration,
  rows = ["INSERT INTO users (nick, email) VALUES ('ann', 'a@b'), ('bo', NULL)"],
}: Start = {}) {
  const project = new DraftProject()
  projects.push(project)
  project.write('migrations/20260101000000-first.js', migration)
  if (migration === firstMigration) copyFileSync(join(usual.folder, 'dev.sqlite'), join(project.folder, 'dev.sqlite'))
  else await succeed(project, 'upgrade')
  await project.dev(...rows)
  return project
}

async function succeed(project: DraftProject, ...words: readonly string[]): Promise<Answer['json']> {
  const { code, json, stdout } = await project.run(...words, '--json')
  expect(code, stdout).toBe(0)
  return json
}

const inDev = (project: DraftProject, sql: string) => query(join(project.folder, 'dev.sqlite'), sql)

test('an answer is remembered and used without asking, by diff --sql too; what that prints gives what the models need', async () => {
  const project = await start()
  project.models({
    nick: null,
    email: null,
    nickname: 'nickname: DataTypes.STRING(60)',
    mail: 'mail: { type: DataTypes.STRING, allowNull: false, defaultValue: "none" }',
  })
  const first = await project.generate('--rename', 'users.nick:users.nickname', '--no-rename')
  expect([first.code, first.json.proof.redo]).toEqual([0, 'ok'])
  const remembered = join(project.folder, 'devdb.renames.json')
  expect(JSON.parse(readFileSync(remembered, 'utf8'))).toEqual({
    renames: ['users.nick:users.nickname'],
    notRenamed: ['users.email'],
  })
  rmSync(first.json.file)

  const again = await project.generate()
  expect([again.code, again.json.questions, texts(again.json.changes)]).toEqual([0, [], texts(first.json.changes)])
  rmSync(again.json.file)

  // What is left out is not asked about, and its answers stay.
  const only = await project.generate('--only', 'users.mail')
  expect([only.code, texts(only.json.changes)]).toEqual([0, ["+ users.mail  VARCHAR(255) NOT NULL DEFAULT 'none'"]])
  rmSync(only.json.file)
  expect(JSON.parse(readFileSync(remembered, 'utf8')).renames).toEqual(['users.nick:users.nickname'])

  const { code, stdout } = await project.run('diff', '--sql')
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^PRAGMA foreign_keys = OFF;\n[\s\S]*RENAME COLUMN "nick" TO "nickname";/),
  ])
  writeFileSync(join(project.folder, 'migrations', '20260102000000-by-hand.sql'), stdout)
  await succeed(project, 'upgrade')
  expect(await inDev(project, 'SELECT * FROM users')).toEqual([
    { id: 1, nickname: 'ann', mail: 'none' },
    { id: 2, nickname: 'bo', mail: 'none' },
  ])
  expect(await succeed(project, 'diff', '--sql')).toEqual({ models: [], drift: [], sql: '' })
  // An answer that fits nothing any more goes with the next draft.
  project.models({
    nick: null,
    email: null,
    nickname: 'nickname: DataTypes.STRING(60)',
    mail: 'mail: { type: DataTypes.STRING, allowNull: false, defaultValue: "none" }',
    age: 'age: DataTypes.INTEGER',
  })
  expect((await project.generate()).json.proof).toEqual(proven)
  expect(existsSync(remembered)).toBe(false)
})

test('--underscored answers one question about all names that are joined otherwise', async () => {
  const migration = firstMigration.replace('nick:', 'nickName:').replace('email:', 'eMail:')
  const project = await start({ migration, rows: ["INSERT INTO users (nickName, eMail) VALUES ('ann', 'a@b')"] })
  project.models({ nick: 'nick_name: DataTypes.STRING(40)', email: 'e_mail: DataTypes.STRING' })
  const asked = await project.generate()
  expect([asked.code, asked.json.file, asked.json.questions.length, asked.json.questions[0].kind]).toEqual([
    4,
    null,
    1,
    'underscored',
  ])
  const [{ flag }] = asked.json.questions[0].options
  const { code, json } = await project.generate(flag)
  expect([code, texts(json.changes), json.proof]).toEqual([
    0,
    ['> users.nickName  renamed to nick_name', '> users.eMail  renamed to e_mail'],
    proven,
  ])
})

test('--keep-columns: values survive a downgrade, what was kept is no drift, and what somebody adds by hand is', async () => {
  const project = await start()
  project.models(
    { age: 'age: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 3 }' },
    { indexes: ", indexes: [{ fields: ['age'] }]" },
  )
  const { code, json } = await project.generate('--keep-columns')
  expect([code, json.proof]).toEqual([0, proven])
  expect(readFileSync(json.file, 'utf8')).toContain("keeps: ['users.age']")
  await succeed(project, 'upgrade')
  await project.dev('UPDATE users SET age = 40 + id')
  expect((await succeed(project, 'downgrade', '--yes')).reverted).toEqual([basename(json.file)])
  expect(await inDev(project, 'SELECT age FROM users')).toEqual([{ age: 41 }, { age: 42 }])
  expect(await succeed(project, 'diff')).toEqual({ models: [], drift: [] })
  await project.dev('ALTER TABLE users ADD COLUMN hand TEXT')
  expect(texts((await succeed(project, 'diff')).drift)).toEqual(['+ users.hand  TEXT'])
  await succeed(project, 'upgrade')
  expect(await inDev(project, 'SELECT age FROM users')).toEqual([{ age: 41 }, { age: 42 }])
  expect(await inDev(project, "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'users'")).toEqual([
    { name: 'users_age' },
  ])
})

test('--empty needs no models, and dev that sync() has changed is recognised: the proof runs on an empty database', async () => {
  const project = await start()
  project.write('models/user.js', 'this is no JavaScript')
  const { code, json } = await project.generate('--empty')
  expect([code, json.changes, json.proof.up]).toEqual([0, [], 'unproven'])
  const text = readFileSync(json.file, 'utf8')
  expect(text.match(/\/\/ TODO: write what it does\./g)).toHaveLength(2)
  rmSync(json.file)

  await project.dev('ALTER TABLE users ADD COLUMN age INTEGER')
  project.models({ age: 'age: DataTypes.INTEGER', size: 'size: DataTypes.INTEGER' })
  const synced = await project.generate()
  expect([synced.code, synced.json.notes, synced.json.proof]).toEqual([
    0,
    [
      expect.stringContaining('holds users.age already, as sync() makes it'),
      expect.stringContaining('devdb reset --dev'),
    ],
    proven,
  ])
})

test('beside .sql migrations a draft is NAME.sql and NAME.down.sql; both run, and both go when the proof fails', async () => {
  const project = new DraftProject()
  projects.push(project)
  rmSync(join(project.folder, 'migrations/20260101000000-first.js'))
  project.write(
    'migrations/01_first.sql',
    `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, nick VARCHAR(40), email VARCHAR(255));
     CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);`,
  )
  await succeed(project, 'upgrade')
  await project.dev("INSERT INTO users (nick) VALUES ('ann'), ('ann')", 'INSERT INTO notes (user_id) VALUES (1)')
  const before = await inDev(project, 'SELECT * FROM users JOIN notes ON user_id = users.id')

  project.models({ nick: 'nick: { type: DataTypes.STRING(40), unique: true }' })
  const failed = await project.generate()
  expect([failed.code, failed.json.file, project.migrations]).toEqual([1, null, ['01_first.sql']])

  project.models({ nick: "nick: { type: DataTypes.STRING(60), allowNull: false, defaultValue: 'x' }" })
  const { code, json } = await project.generate()
  expect([code, json.proof]).toEqual([0, proven])
  expect(project.migrations).toEqual(['01_first.sql', '02_change-users.down.sql', '02_change-users.sql'])
  expect((await succeed(project, 'upgrade')).applied).toEqual(['02_change-users.sql'])
  expect(await inDev(project, "SELECT type FROM pragma_table_info('users') WHERE name = 'nick'")).toEqual([
    { type: 'VARCHAR(60)' },
  ])
  await succeed(project, 'downgrade', '--yes')
  expect(await inDev(project, "SELECT type FROM pragma_table_info('users') WHERE name = 'nick'")).toEqual([
    { type: 'VARCHAR(40)' },
  ])
  expect(await inDev(project, 'SELECT * FROM users JOIN notes ON user_id = users.id')).toEqual(before)
})
