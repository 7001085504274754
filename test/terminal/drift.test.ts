/** `D` and `R` on a real terminal: drift is taken back, ignored and adopted, and dev is recreated; what is lost is said before. */
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { execute } from '../end-to-end/database.ts'
import { copyForge, endOf, openWatch, query } from './forge.ts'
import { keySequences, type Terminal } from './terminal.ts'

const { enter, down } = keySequences
let terminal: Terminal | null = null
afterEach(() => terminal?.close())

test('drift goes its ways, and dev is recreated', async () => {
  const forge = copyForge({ isQuick: true })
  const dev = join(forge.folder, 'dev.db')
  const count = async (sql: string) => Number((await query(dev, `SELECT count(*) AS n FROM ${sql}`))[0]?.n)
  const users = await count('users')
  await execute(
    dev,
    "ALTER TABLE users ADD COLUMN nick TEXT; UPDATE users SET nick = 'x'; CREATE VIEW v AS SELECT id FROM users",
  )
  terminal = openWatch(forge)
  await terminal.waitFor(/! 2 things differ from what the migrations made: D[\s\S]*D drift/)

  // Escape does nothing of what was chosen.
  terminal.type('D')
  await terminal.waitFor(/2 differ[\s\S]*› \[ \] \+ users\.nick {2}TEXT\n {3}\[ \] \+ v {2}view/)
  terminal.type('t')
  await terminal.waitFor(/› \[t\] \+ users\.nick/)
  terminal.type(keySequences.escape)
  await terminal.waitFor(/things differ/)

  // One is taken back, with what it loses, one ignored. At 40 columns, too.
  terminal.resize(40, 24)
  await terminal.waitFor(/ 2 differ from the migrations: D/)
  terminal.type(`Dt${down}i`)
  await terminal.waitFor(/\[t\] \+ users\.nick[\s\S]*› \[i\] \+ v/)
  terminal.type(enter)
  await terminal.waitFor(
    new RegExp(`take back column:users\\.nick:\\s+loses\\s+users\\.nick\\s+in\\s+${users}\\s+rows[\\s\\S]*y/n`),
  )
  expect(await count('users WHERE nick IS NOT NULL')).toBe(users)
  terminal.type('y')
  terminal.resize(80, 30)
  await terminal.waitFor(/took back column:users\.nick; ignores view:v/)
  expect(await count("pragma_table_info('users') WHERE name = 'nick'")).toBe(0)
  expect(await count('users')).toBe(users)
  expect(JSON.parse(forge.read('devdb.drift.json'))).toEqual({ ignored: ['+ v  view'] })
  await terminal.waitFor(/pending(?![\s\S]*differ)/)

  // Not up to date: both ways out are one key; this one asks, and the draft goes on.
  terminal.type('g')
  await terminal.waitFor(/Message {2}▏/)
  terminal.type(`more${enter}`)
  await terminal.waitFor(/3 {2}recreate dev from its migrations[\s\S]*u upgrade first {2}R recreate dev/)
  terminal.type('R')
  await terminal.waitFor(
    /recreate dev\.db from its migrations: its \d+ rows are lost[\s\S]*kept in a\s+snapshot – go on\? y\/n/,
  )
  expect(await count('users')).toBe(users)
  terminal.type('y')
  await terminal.waitFor(/Draft {2}more +3 drafted/, 60_000)
  expect([await count('users'), (await forge.applied()).length]).toEqual([0, 8])
  terminal.type(keySequences.escape)
  await terminal.waitFor(/8 applied · 0 pending/)

  // What somebody makes meanwhile is seen, and adopted.
  await execute(dev, 'CREATE INDEX by_hand ON users (id, updated_at)')
  await terminal.waitFor(/one thing differs from what the migrations made: D/)
  terminal.type(`Da${down}${enter}`)
  await terminal.waitFor(/9 applied · 0 pending[\s\S]*adopted index:users\.by_hand in/, 60_000)
  expect(forge.list('migrations').at(-1)).toMatch(/adopt-users-by-hand\.ts$/)
  await vi.waitFor(() => expect(terminal?.screen()).not.toContain('differs'), { timeout: 30_000 })
  terminal.type('q')
  expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
  forge.remove()
}, 180_000)
