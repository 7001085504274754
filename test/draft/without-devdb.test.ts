/** Drafted files where devdb is not: under plain Umzug 3 and the real sequelize-cli 6, each in a process and a project of its own, over rows. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import type { DraftStyle } from '../../src/migration/draft-style.ts'
import { open, prepare } from './cycle.ts'
import { allRows, connectionState, counters, dump, execute } from './oracle.ts'

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** A parent that is rebuilt under its children, an index, a trigger and a view; and a table and a column that are new. */
const before = [
  'CREATE TABLE teams (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), old VARCHAR(255))',
  'CREATE INDEX by_name ON teams (name) WHERE name IS NOT NULL',
  'CREATE TABLE users (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE, lead_id INTEGER REFERENCES teams (id) ON DELETE SET NULL)',
]
const kept = [
  "CREATE TRIGGER tidy AFTER INSERT ON teams BEGIN UPDATE teams SET name = trim(name) WHERE id = new.id AND name <> ''; END",
  'CREATE VIEW named AS SELECT id, name FROM teams WHERE name IS NOT NULL',
]
const after = [
  "CREATE TABLE teams (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL DEFAULT 'it''s; new', points INTEGER NOT NULL DEFAULT 0)",
  before[1]!,
  before[2]!,
  'CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL UNIQUE, team_id INTEGER REFERENCES teams (id) ON DELETE CASCADE)',
]
const rows = [
  "INSERT INTO teams (name) VALUES (' a; b '), ('it''s'), ('c')",
  "DELETE FROM teams WHERE name = 'c'",
  'INSERT INTO users VALUES (1, 1, 2), (2, 2, NULL), (3, 1, 1)',
]

/** What an application writes that runs its migrations with Umzug: the default resolver, or the one that Umzug's README has for sequelize-cli's. */
const runner = (signature: DraftStyle['signature']): string => `
const { Sequelize } = require('sequelize')
const { SequelizeStorage, Umzug } = require('umzug')
const sequelize = new Sequelize({ dialect: 'sqlite', storage: 'app.db', logging: false })
const resolve = ({ name, path, context }) => ({
  name,
  up: async () => require(path).up(context, Sequelize),
  down: async () => require(path).down(context, Sequelize),
})
const umzug = new Umzug({
  migrations: { glob: 'migrations/*'${signature === 'cli' ? ', resolve' : ''} },
  context: sequelize.getQueryInterface(),
  storage: new SequelizeStorage({ sequelize }),
  logger: undefined,
})
const [, , which, count] = process.argv
umzug[which]({ step: Number(count) }).then(() => sequelize.close())
`

let folder: string
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A project with a first migration and a drafted one. */
async function project(style: DraftStyle): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'devdb-alone-'))
  for (const name of ['node_modules', 'migrations', 'config']) mkdirSync(join(folder, name))
  for (const name of ['sequelize', 'sqlite3', 'umzug'])
    symlinkSync(join(packages, name), join(folder, 'node_modules', name))
  const { db, wantedDb, drafted } = await prepare([...before, ...kept], after, { style })
  await Promise.all([db.close(), wantedDb.close()])
  expect(drafted.text.match(/await rebuildTable\(/g)).toHaveLength(2)
  expect(drafted.text).not.toContain('devdb')
  const statements = JSON.stringify([...before, ...kept], null, 2)
  const context = style.signature === 'cli' ? 'queryInterface' : '{ context: queryInterface }'
  const head = style.module === 'cjs' ? 'exports.up =' : 'export const up ='
  const first = `${head} async (${context}) => {\n  for (const sql of ${statements}) await queryInterface.sequelize.query(sql)\n}\n`
  writeFileSync(join(folder, 'migrations', `20260101000000-first${style.extension}`), first)
  writeFileSync(join(folder, 'migrations', `20260102000000-draft${style.extension}`), drafted.text)
  writeFileSync(join(folder, 'package.json'), '{ "name": "alone", "private": true }')
  writeFileSync(join(folder, 'migrate.cjs'), runner(style.signature))
  const config = { development: { dialect: 'sqlite', storage: 'app.db' } }
  writeFileSync(join(folder, 'config', 'config.json'), JSON.stringify(config))
}

const node = (...words: readonly string[]): Promise<unknown> =>
  promisify(execFile)(process.execPath, words, { cwd: folder, env: { ...process.env, NODE_ENV: 'development' } })

/** The database as it is, read by a connection of this process. */
async function look(storage = join(folder, 'app.db')) {
  const db = open(storage)
  try {
    const [{ tables, objects }, contents] = [await dump(db), await allRows(db)]
    const { SequelizeMeta, ...schema } = tables as Record<string, unknown>
    const { SequelizeMeta: names, ...own } = contents
    return { schema, objects, contents: own, names, counters: await counters(db), state: await connectionState(db) }
  } finally {
    await db.close()
  }
}

async function check(up: (count: number) => Promise<unknown>, down: () => Promise<unknown>): Promise<void> {
  await up(1)
  const db = open(join(folder, 'app.db'))
  await execute(db, rows)
  await db.close()
  const start = await look()
  expect(start.names).toHaveLength(1)

  const fresh = open(join(folder, 'fresh.db'))
  await execute(fresh, [...after, ...kept])
  await fresh.close()
  const wanted = await look(join(folder, 'fresh.db'))
  const isUp = async () => {
    const now = await look()
    expect([now.schema, now.objects]).toEqual([wanted.schema, wanted.objects])
    expect(now.contents).toEqual({
      teams: ["1 | 'a; b' | 0", "2 | 'it''s' | 0"],
      users: start.contents.users,
      tags: [],
    })
    expect(now.counters).toMatchObject({ teams: 3 })
    expect(now.state).toEqual(start.state)
    expect(now.names).toHaveLength(2)
  }
  await up(1)
  await isUp()
  await down()
  expect(await look()).toEqual({ ...start, counters: expect.objectContaining({ teams: 3 }) })
  await up(1)
  await isUp()
}

const umzug = { signature: 'umzug', isTypeScript: false, context: 'queryInterface' } as const
const umzugStyles: readonly (readonly [string, DraftStyle])[] = [
  ['CommonJS', { ...umzug, extension: '.js', module: 'cjs' }],
  ['an ES module', { ...umzug, extension: '.mjs', module: 'esm' }],
  ['sequelize-cli style', { ...umzug, extension: '.js', module: 'cjs', signature: 'cli' }],
]
test.each(umzugStyles)('under plain Umzug: %s', async (_, style) => {
  await project(style)
  await check(
    (count) => node('migrate.cjs', 'up', String(count)),
    () => node('migrate.cjs', 'down', '1'),
  )
})

test('under sequelize-cli: CommonJS', async () => {
  await project({ ...umzug, extension: '.js', module: 'cjs', signature: 'cli' })
  const cli = join(packages, 'sequelize-cli', 'lib', 'sequelize')
  let isFirst = true
  await check(
    () => {
      const to = isFirst ? ['--to', '20260101000000-first.js'] : []
      isFirst = false
      return node(cli, 'db:migrate', ...to)
    },
    () => node(cli, 'db:migrate:undo'),
  )
})
