/** `devdb generate` with the real executable. Dev is the same to the byte throughout. */
import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DraftProject } from './draft-project.ts'

let project: DraftProject
let hash: string
const proven = { up: 'ok', down: 'ok', redo: 'ok' }

beforeAll(async () => {
  project = new DraftProject()
  expect((await project.run('upgrade', '--json')).code).toBe(0)
  await project.dev(
    "INSERT INTO users (nick, email) VALUES ('ann', 'x@y'), ('bo', 'x@y'), (NULL, NULL)",
    'INSERT INTO notes (user_id) VALUES (1), (2)',
  )
  hash = project.devHash
})

afterEach(() => {
  expect(project.devHash).toBe(hash)
  for (const name of project.migrations.slice(1)) rmSync(join(project.folder, 'migrations', name))
  project.models({})
})

afterAll(() => project.remove())

test('nothing to draft, no message, and a message without words', async () => {
  const nothing = await project.generate()
  expect([nothing.code, nothing.json.file, nothing.json.changes]).toEqual([0, null, []])
  const without = await project.run('generate', '--json')
  expect([without.code, without.json.problem.code]).toEqual([2, 'usage'])
})

test('drafts a column, proven, named like its neighbours', async () => {
  project.models({ age: 'age: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 3 }' })
  const { code, json } = await project.generate()
  expect(code).toBe(0)
  expect(json.file).toMatch(/migrations\/\d{14}-change-users\.js$/)
  expect(json).toMatchObject({ questions: [], hazards: [], proof: { ...proven, rowsLost: [] } })
  expect(json.changes).toMatchObject([
    { kind: 'add-column', table: 'users', text: '+ users.age  INTEGER NOT NULL DEFAULT 3' },
  ])
  expect(readFileSync(json.file, 'utf8').replace(/[\da-f]{8}/g, 'f')).toMatchInlineSnapshot(`
    "'use strict'

    // Schema f → f

    module.exports = {
      async up(queryInterface, Sequelize) {
        await queryInterface.addColumn('users', 'age', { type: Sequelize.INTEGER, allowNull: false, defaultValue: 3 })
      },

      async down(queryInterface) {
        // Sequelize's removeColumn rebuilds the table on SQLite and loses what it does not know.
        await queryInterface.sequelize.query('ALTER TABLE "users" DROP COLUMN "age"')
      },
    }
    "
  `)
})

test('asks whether a column was renamed, and each answer works', async () => {
  project.models({ nick: null, nickname: 'nickname: DataTypes.STRING(40)' })
  const asked = await project.generate()
  expect([asked.code, asked.json.file, asked.json.problem.code]).toEqual([4, null, 'question-open'])
  const [question] = asked.json.questions
  expect(question.kind).toBe('rename-column')
  expect(question.options.map(({ flag }: { flag: string }) => flag)).toEqual([
    '--rename users.nick:users.nickname',
    '--no-rename',
  ])
  const renamed = await project.generate('--rename', 'users.nick:users.nickname')
  expect(renamed.json).toMatchObject({ hazards: [], proof: { ...proven, rowsLost: [] } })
  rmSync(renamed.json.file)
  const dropped = await project.generate('--no-rename')
  expect(dropped.json).toMatchObject({
    hazards: [{ rows: 2, message: '2 values of users.nick are lost', change: { kind: 'drop-column' } }],
    proof: { ...proven, rowsLost: [{ table: 'users', column: 'nick', rows: 2 }] },
  })
  expect(readFileSync(dropped.json.file, 'utf8')).toContain('2 values of users.nick are lost')
})

test('one column was renamed and the other was not', async () => {
  project.models({
    nick: null,
    email: null,
    nickname: 'nickname: DataTypes.STRING(40)',
    mail: 'mail: DataTypes.STRING',
  })
  for (const flags of [
    ['--rename', 'users.nick:users.nickname', '--no-rename'],
    ['--no-rename', '--rename', 'users.nick:users.nickname'],
  ]) {
    const { code, json } = await project.generate(...flags)
    expect([code, json.changes.map(({ kind }: { kind: string }) => kind)]).toEqual([
      0,
      ['rename-column', 'add-column', 'drop-column'],
    ])
    rmSync(json.file)
  }
  const unknown = await project.generate('--rename', 'users.nix:users.nickname')
  expect([unknown.code, unknown.json.problem.code]).toEqual([2, 'usage'])
})

test('asks whether a table was renamed; its children follow', async () => {
  project.models({}, { table: 'people' })
  const asked = await project.generate()
  expect([asked.code, asked.json.questions[0].kind]).toEqual([4, 'rename-table'])
  expect(asked.json.questions[0].options[0].flag).toBe('--rename-table users:people')
  const { code, json } = await project.generate('--rename-table', 'users:people')
  expect([code, json.changes.length]).toEqual([0, 1])
  expect(json.proof).toMatchObject(proven)
})

test('only, except, and a draft on top of a pending migration', async () => {
  project.models({ age: 'age: DataTypes.INTEGER', size: 'size: DataTypes.INTEGER' })
  const texts = ({ json }: { json: { changes: { text: string }[] } }) => json.changes.map(({ text }) => text)
  const only = await project.generate('--only', 'users.age')
  expect(texts(only)).toEqual(['+ users.age  INTEGER'])
  const pending = await project.generate()
  expect([pending.code, pending.json.questions.map(({ kind }: { kind: string }) => kind)]).toEqual([
    4,
    ['not-up-to-date'],
  ])
  const onTop = await project.generate('--on-top', '--except', 'users.nothing')
  expect([onTop.code, texts(onTop)]).toEqual([0, ['+ users.size  INTEGER']])
  expect(onTop.json.proof).toMatchObject(proven)
})

test('a draft that fails on the rows of dev is not kept, unless it is wanted', async () => {
  project.models({}, { indexes: ", indexes: [{ fields: ['email'], unique: true }]" })
  const failed = await project.generate()
  expect([failed.code, failed.json.file, failed.json.problem.code]).toEqual([1, null, 'migration-failed'])
  expect(failed.json).toMatchObject({
    hazards: [{ rows: 2 }],
    proof: { up: 'failed', down: 'unproven', redo: 'unproven' },
  })
  expect(project.migrations).toHaveLength(1)
  expect(failed.json.problem.hint).toMatch(
    /^rows have the same users\.email: make them differ first; the file was removed: to look at it, devdb generate .* --keep-failed$/,
  )
  const kept = await project.generate('--keep-failed')
  expect(kept.code).toBe(1)
  expect(kept.json.problem.hint).toMatch(/^rows have the same .*; edit \S+\.js, then try it: devdb rehearse$/)
  expect(readFileSync(kept.json.file, 'utf8')).toMatch(/^\/\/ NOT PROVEN: /)
})

test('a draft that needs an edit is written and not proven; SQL throughout', async () => {
  project.models({ age: 'age: { type: DataTypes.INTEGER, allowNull: false }' })
  const { code, json } = await project.generate('--style', 'sql')
  expect([code, json.proof.up, json.hazards[0].rows]).toEqual([0, 'unproven', 3])
  const lines = readFileSync(json.file, 'utf8').split('\n')
  const line = lines.findIndex((each) => each.includes("const usersAge = fillIn('users.age')")) + 1
  expect(lines[line - 2]).toContain('// TODO: instead of fillIn()')
  // Until it is edited, one message names it, and the line to edit.
  const next = await project.generate()
  expect([next.code, next.json.problem]).toMatchObject([
    1,
    { message: `${basename(json.file)} needs a value for users.age`, file: json.file, line },
  ])
  expect(next.json.problem.hint).toMatch(/^edit that line/)
})

test('without a dev database the proof runs on the migrations alone', async () => {
  const fresh = new DraftProject()
  try {
    fresh.models({ age: 'age: DataTypes.INTEGER' })
    const { code, json } = await fresh.generate()
    expect([code, json.proof]).toEqual([0, { ...proven, rowsLost: [] }])
  } finally {
    fresh.remove()
  }
})

test('what dev has beyond its migrations does not fail the proof', async () => {
  await project.dev('CREATE INDEX hand ON users (nick)', 'CREATE TABLE mine (x)', "INSERT INTO mine VALUES ('x')")
  hash = project.devHash
  project.models({ nick: 'nick: DataTypes.STRING(60)' })
  const { code, json } = await project.generate()
  expect([code, json.proof]).toEqual([0, { ...proven, rowsLost: [] }])
})

test('what would break is named before the draft is written, and what is broken stops renames by its name', async () => {
  await project.dev(
    'CREATE INDEX IF NOT EXISTS hand ON users (nick)',
    'CREATE VIEW nicks AS SELECT nick FROM users',
    'CREATE TRIGGER noted AFTER INSERT ON notes BEGIN UPDATE Users SET Nick = 1 WHERE id = new.user_id; END',
  )
  hash = project.devHash
  project.models({ nick: null })
  expect((await project.generate('--no-rename')).json.problem.hint).toMatch(
    /^index hand uses what goes: let the draft drop or change it first/,
  )
  await project.dev('DROP INDEX hand')
  hash = project.devHash
  const dropped = await project.generate('--no-rename')
  expect(dropped.json.hazards.map(({ message }: { message: string }) => message)).toEqual(
    expect.arrayContaining([
      'view nicks would not work any more: no such column: nick',
      'trigger noted of notes would not work any more: no such column: Nick',
    ]),
  )
  expect([dropped.code, project.migrations.length]).toEqual([1, 1])
  expect(JSON.stringify(dropped.json.problem)).toMatch(/(?:view nicks|trigger noted)/)
  await project.dev('DROP TRIGGER noted', 'DROP VIEW nicks', 'CREATE VIEW stray AS SELECT 1 AS x FROM gone')
  hash = project.devHash
  project.models({ nick: null, alias: 'alias: DataTypes.STRING(40)' })
  const { code, json } = await project.generate('--rename', 'users.nick:users.alias')
  const reason = 'view stray does not work (no such table: main.gone), and while it is there nothing can be renamed'
  expect(json.hazards[0].message).toContain(reason)
  expect(json.problem).toMatchObject({
    message: expect.stringContaining(reason),
    hint: expect.stringContaining('devdb drift --take-back view:stray'),
  })
  expect(code).toBe(1)
})
