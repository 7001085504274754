/** A dev database that nobody has to fear for, on the screen: rehearse, re-apply, switch branches, roll back, undo. */
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startApplication } from '../application.ts'
import { execute } from '../end-to-end/database.ts'
import { commitAll, git, initGit } from '../git.ts'
import { copyForge, endOf, type Forge, openWatch, query, quickConfig, quickFile } from './forge.ts'
import type { Terminal } from './terminal.ts'

const terminals: Terminal[] = []
const forges: Forge[] = []
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close()
  for (const forge of forges.splice(0)) forge.remove()
})

/** The forge with all of its own migrations applied, without steps; what is pending is rehearsed. */
async function newForge(): Promise<Forge> {
  const forge = copyForge({ isQuick: true })
  forges.push(forge)
  forge.write(quickFile, quickConfig({ rehearsal: undefined }))
  for (const path of ['20260504154500-repository-visibility.ts', '20260511091000-primary-emails.ts'])
    forge.delete(`migrations/${path}`)
  return forge
}

function watch(forge: Forge): Terminal {
  const terminal = openWatch(forge)
  terminals.push(terminal)
  return terminal
}

const file = 'migrations/20260601000000-nickname.cjs'

const adding = (column: string): string => `exports.up = (queryInterface, Sequelize) =>
  queryInterface.addColumn('users', '${column}', { type: Sequelize.STRING })
exports.down = (queryInterface) => queryInterface.sequelize.query('ALTER TABLE users DROP COLUMN ${column}')
`

const rows = (forge: Forge, columns: string) =>
  query(join(forge.folder, 'dev.db'), `SELECT ${columns} FROM users ORDER BY id`)

const write = (forge: Forge, sql: string): Promise<void> => execute(join(forge.folder, 'dev.db'), sql)

test('a saved migration is rehearsed, applied, edited and re-applied; rows stay, and z takes it back', async () => {
  const forge = await newForge()
  const before = await rows(forge, 'username')
  expect(before.length).toBeGreaterThan(1)
  const terminal = watch(forge)
  await terminal.waitFor(/6 applied · 0 pending/)
  forge.write(file, adding('nickname'))
  await terminal.waitFor(/○ 20260601000000-nickname\.cjs +up ✓ down ✓/)
  terminal.type('u')
  await terminal.waitFor(/7 applied · 0 pending/)
  forge.write(file, adding('nick'))
  await terminal.waitFor(/● 20260601000000-nickname\.cjs +edited\n[\s\S]*a re-apply/)
  terminal.type('a')
  await terminal.waitFor('re-apply 20260601000000-nickname.cjs: no row is lost; y/n')
  terminal.type('y')
  await terminal.waitFor(/✓ re-applied 20260601000000-nickname\.cjs/)
  expect(await rows(forge, 'username, nick')).toEqual(before.map((row) => ({ ...row, nick: null })))

  // What an application wrote since is named before it is discarded.
  await write(forge, "UPDATE users SET nick = 'x' WHERE id = 1")
  terminal.type('z')
  await terminal.waitFor(/undo of reapply 20260601000000-nickname\.cjs[\s\S]*users[\s\S]*y\/n/)
  terminal.type('y')
  await terminal.waitFor(/✓ took back reapply/)
  expect(await rows(forge, 'username, nickname')).toEqual(before.map((row) => ({ ...row, nickname: null })))
  terminal.type('q')
  expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
}, 120_000)

test('switched to another branch and back: rolled back with the stored code, and undone with the rows', async () => {
  const forge = await newForge()
  forge.write('.gitignore', 'node_modules\n.devdb\n*.db\n*.db-*\n')
  initGit(forge.folder)
  git(forge.folder, 'checkout', '--quiet', '-b', 'feature')
  forge.write(file, adding('nickname'))
  commitAll(forge.folder)
  const terminal = watch(forge)
  await terminal.waitFor(/feature · watching[\s\S]*6 applied · 1 pending[\s\S]*up ✓ down ✓/)
  terminal.type('u')
  await terminal.waitFor(/7 applied · 0 pending[\s\S]*✓ upgraded/)
  await write(forge, "UPDATE users SET nickname = 'x' WHERE id = 1")

  git(forge.folder, 'checkout', '--quiet', 'main')
  const switched = await terminal.waitFor(
    /main · watching[\s\S]*! 20260601000000-nickname\.cjs +missing: from branch feature[\s\S]*b roll back/,
  )
  // What was done before is not said of what is there now.
  expect(switched).not.toContain('✓ upgraded')
  terminal.type('b')
  await terminal.waitFor(
    /roll back 20260601000000-nickname\.cjs: drops users\.nickname in 1 row; s\s+restores\s+snapshot[\s\S]*y\/n/,
  )
  terminal.type('y')
  await terminal.waitFor(/6 applied · 0 pending[\s\S]*✓ rolled back 20260601000000-nickname\.cjs/)
  expect(forge.list('migrations').filter((name) => name.includes('nickname'))).toEqual([])

  git(forge.folder, 'checkout', '--quiet', 'feature')
  await terminal.waitFor(/feature · watching[\s\S]*↩ 20260601000000-nickname\.cjs pending again[\s\S]*z undo/)
  terminal.type('z')
  await terminal.waitFor(/undo of roll-back[\s\S]*y\/n/)
  terminal.type('y')
  await terminal.waitFor(/7 applied · 0 pending/)
  expect(await rows(forge, 'nickname')).toContainEqual({ nickname: 'x' })
  expect(terminal.screen()).not.toContain('↩')
  terminal.type('q')
  expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
}, 120_000)

test('rows that an application writes in WAL mode make the rehearsal older, and u does it anew first', async () => {
  const forge = await newForge()
  const application = startApplication(join(forge.folder, 'dev.db'))
  await application.all('PRAGMA journal_mode = WAL')
  await application.all('CREATE TABLE codes (id INTEGER PRIMARY KEY, code TEXT)')
  await application.all("INSERT INTO codes (code) VALUES ('a')")
  forge.write('migrations/20260601000000-codes.sql', 'CREATE UNIQUE INDEX codes_code ON codes (code);\n')
  forge.write('migrations/20260601000000-codes.down.sql', 'DROP INDEX codes_code;\n')
  const terminal = watch(forge)
  await terminal.waitFor(/○ 20260601000000-codes\.sql +up ✓ down ✓/)
  await application.all("INSERT INTO codes (code) VALUES ('a')")
  await terminal.waitFor(/up ✓ down ✓ older/)
  terminal.type('u')
  await terminal.waitFor(/○ 20260601000000-codes\.sql +up ✗[\s\S]*UNIQUE constraint/)
  expect(await forge.applied()).toHaveLength(6)
  await application.all('DELETE FROM codes WHERE id = 2')
  await terminal.waitFor(/up ✗ .*older/)
  terminal.type('u')
  await terminal.waitFor(/\[y\/N\]\s+! up ✗ in its rehearsal: 20260601000000-codes\.sql: SQLITE_CONSTRAINT/)
  terminal.type('y')
  await terminal.waitFor(/7 applied · 0 pending/)
  await application.close()
}, 120_000)
