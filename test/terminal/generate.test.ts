/** `devdb generate` as somebody at a terminal has it: everything that it does not know, it asks. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DraftProject } from '../end-to-end/draft-project.ts'
import { query } from './forge.ts'
import { keySequences, openTerminal, type Terminal } from './terminal.ts'

const { enter } = keySequences
let project: DraftProject

beforeAll(async () => {
  project = new DraftProject()
  expect((await project.run('upgrade', '--json')).code).toBe(0)
  await project.dev("INSERT INTO users (nick, email) VALUES ('ann', 'x@y'), ('bo', 'x@y')")
})

afterAll(() => project.remove())

function generate(...words: readonly string[]): Terminal {
  const devdb = resolve(import.meta.dirname, '../../bin/devdb.js')
  const { VITEST: _, ...env } = process.env
  return openTerminal({
    command: process.execPath,
    args: [devdb, 'generate', ...words],
    cwd: project.folder,
    env,
    rows: 40,
    columns: 120,
  })
}

test('asks for the message, for a rename by number, and whether dev is upgraded first; a wrong entry is asked again', async () => {
  project.write(
    'migrations/20260102000000-size.js',
    `module.exports = {
      up: (queryInterface, Sequelize) => queryInterface.addColumn('users', 'size', Sequelize.INTEGER),
      down: (queryInterface) => queryInterface.sequelize.query('ALTER TABLE users DROP COLUMN size'),
    }`,
  )
  project.models({ nick: null, nickname: 'nickname: DataTypes.STRING(40)', size: 'size: DataTypes.INTEGER' })
  const terminal = generate()
  try {
    await terminal.waitFor('What does the migration do?')
    terminal.type(`Names in full${enter}`)
    const asked = await terminal.waitFor(
      /users\.nick is gone: was it renamed\?\n {2}1 {2}renamed to users\.nickname\n {2}2 {2}no, .*\n1 to 2, or q to leave it:/,
    )
    expect(asked).not.toContain('pending')
    for (const wrong of ['3', '0', 'yes', '1.5', '']) {
      terminal.type(`${wrong}${enter}`)
      await terminal.waitFor(new RegExp(`to leave it: ?${wrong.replace('.', '\\.')}\n1 to 2, or q to leave it:$`))
    }
    terminal.type(`1${enter}`)
    await terminal.waitFor(
      /dev has 1 pending: 20260102000000-size\.js[\s\S]*1 {2}draft on top of them.*\n {2}2 {2}upgrade dev first, now\n {2}3 {2}recreate dev from its migrations\n1 to 3/,
    )
    terminal.type(`2${enter}`)
    await terminal.waitFor(
      /> users\.nick {2}renamed to nickname\nmigrations\/\d+-names-in-full\.js {2}up ok, down ok, up again ok/,
    )
    expect(await terminal.exited).toEqual({ code: 0, signal: null })
  } finally {
    await terminal.close()
  }
  expect(project.migrations).toHaveLength(3)
  expect(await query(join(project.folder, 'dev.sqlite'), 'SELECT count(*) AS applied FROM SequelizeMeta')).toEqual([
    { applied: 2 },
  ])
  expect(JSON.parse(readFileSync(join(project.folder, 'devdb.renames.json'), 'utf8'))).toEqual({
    renames: ['users.nick:users.nickname'],
  })
})

test('a question that nobody wants to answer stays open, and nothing is written', async () => {
  project.models({
    nick: null,
    nickname: 'nickname: DataTypes.STRING(40)',
    size: 'size: DataTypes.INTEGER',
    email: null,
    mail: 'mail: DataTypes.STRING',
  })
  const before = project.migrations
  const terminal = generate('-m', 'left', '--on-top')
  try {
    await terminal.waitFor('users.email is gone: was it renamed?')
    terminal.type(`q${enter}`)
    await terminal.waitFor('--rename users.email:users.mail')
    expect((await terminal.exited).code).toBe(4)
  } finally {
    await terminal.close()
  }
  expect(project.migrations).toEqual(before)
})

test('asks whether a file stays whose proof failed: y keeps it marked, n removes it', async () => {
  project.models(
    { nick: null, nickname: 'nickname: DataTypes.STRING(40)', size: 'size: DataTypes.INTEGER' },
    { indexes: ", indexes: [{ fields: ['email'], unique: true }]" },
  )
  const before = project.migrations
  for (const [answer, kept] of [
    ['n', 0],
    ['y', 1],
  ] as const) {
    const terminal = generate('-m', 'unique emails', '--on-top')
    try {
      await terminal.waitFor(/The proof failed: [\s\S]*UNIQUE[\s\S]*Keep the file, marked as not proven\? y\/n/)
      terminal.type(`${answer}${enter}`)
      expect((await terminal.exited).code).toBe(1)
    } finally {
      await terminal.close()
    }
    const added = project.migrations.filter((name) => !before.includes(name))
    expect(added).toHaveLength(kept)
    for (const name of added)
      expect(readFileSync(join(project.folder, 'migrations', name), 'utf8')).toMatch(
        /^\/\/ NOT PROVEN: .*UNIQUE.*\n'use strict'/,
      )
  }
})
