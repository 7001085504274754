/**
 * Drafts to the letter, since people read them, commit them and format them: `npx vitest run test/draft/golden.test.ts -u` writes them anew.
 * What they do is checked elsewhere.
 */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { DraftStyle } from '../../src/migration/draft-style.ts'
import { type CycleOptions, prepare } from './cycle.ts'

const folder = fileURLToPath(new URL('golden', import.meta.url))
const require = createRequire(import.meta.url)
const run = promisify(execFile)

const cli: DraftStyle = {
  extension: '.js',
  module: 'cjs',
  isTypeScript: false,
  signature: 'cli',
  context: 'queryInterface',
}
const umzug: DraftStyle = { ...cli, extension: '.mjs', module: 'esm', signature: 'umzug' }
const typescript: DraftStyle = { ...umzug, extension: '.ts', isTypeScript: true }

const teams = 'CREATE TABLE teams (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL UNIQUE)'
const users = (columns: string): string => `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, ${columns})`
const before = [
  users('nick VARCHAR(255), email VARCHAR(255), age INTEGER'),
  'CREATE INDEX users_email ON users (email)',
]

interface Golden {
  readonly to: readonly string[]
  readonly options: CycleOptions
}

/** A table, a column, a key and an index: what queryInterface says faithfully. */
const additions = [
  teams,
  users(
    "nick VARCHAR(255), email VARCHAR(255), age INTEGER, state VARCHAR(20) NOT NULL DEFAULT 'it''s new', team_id INTEGER REFERENCES teams (id) ON DELETE SET NULL ON UPDATE CASCADE",
  ),
  'CREATE INDEX users_email ON users (email)',
  'CREATE UNIQUE INDEX users_email_nick ON users (email, nick DESC)',
  'CREATE INDEX users_old ON users (age) WHERE age > 60',
]
/** What takes a rebuild. */
const alterations = [
  users("nick TEXT NOT NULL DEFAULT '', email VARCHAR(255), age INTEGER, active TINYINT(1) NOT NULL DEFAULT 1"),
  'CREATE INDEX users_email ON users (email)',
]

const goldens: Readonly<Record<string, Golden>> = {
  'cli-calls.cjs': { to: additions, options: { style: cli } },
  'umzug-esm.mjs': { to: additions, options: { style: umzug } },
  'cli-calls.ts': { to: additions, options: { style: { ...typescript, signature: 'cli' } } },
  'umzug-rebuild.ts': { to: [teams, ...alterations], options: { style: typescript } },
  'sequelize-context.ts': { to: alterations, options: { style: { ...typescript, context: 'sequelize' } } },
  'sql.cjs': { to: [...additions.slice(0, 1), ...alterations], options: { style: cli, isSql: true } },
  'placeholder.ts': {
    to: [users('nick VARCHAR(255), email VARCHAR(255), age INTEGER, created_at DATETIME NOT NULL'), before[1]!],
    options: { style: typescript },
  },
  'rename-and-drop.cjs': {
    to: [
      'CREATE TABLE members (id INTEGER PRIMARY KEY AUTOINCREMENT, nickname VARCHAR(255), email VARCHAR(255))',
      'CREATE INDEX members_email ON members (email)',
    ],
    options: {
      style: { ...cli, signature: 'umzug' },
      tableRenames: ['users:members'],
      renames: ['members.nick:members.nickname'],
    },
  },
}

for (const [name, { to, options }] of Object.entries(goldens))
  test(name, async () => {
    const { db, wantedDb, drafted } = await prepare(before, to, { ...options, isQuick: true })
    await Promise.all([db.close(), wantedDb.close()])
    await expect(drafted.text).toMatchFileSnapshot(join(folder, name))
  })

test('there is no other file', () => expect(readdirSync(folder).sort()).toEqual(Object.keys(goldens).sort()))

test('a strict TypeScript compiler has nothing to say', async () => {
  const files = Object.keys(goldens).filter((name) => name.endsWith('.ts'))
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc')
  const flags = ['--noEmit', '--strict', '--noUnusedLocals', '--noUnusedParameters', '--noUncheckedIndexedAccess']
  const setting = [...flags, '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck', '--ignoreConfig']
  const { stdout } = await run(process.execPath, [tsc, ...setting, ...files.map((name) => join(folder, name))]).catch(
    (error: { stdout: string }) => error,
  )
  expect(stdout).toBe('')
})

test('a formatter has nothing to change', async () => {
  const biome = join(dirname(require.resolve('@biomejs/biome/package.json')), 'bin', 'biome')
  const failed = await run(process.execPath, [biome, 'format', '--colors=off', folder]).catch(
    (error: { stdout: string; stderr: string }) => error,
  )
  expect(`${failed.stdout}${failed.stderr}`).toMatch(/^Checked \d+ files? in .*No fixes applied\.\s*$/)
})
