import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { copyForge, endOf, type Forge, openWatch, quickFile } from './forge.ts'
import { keySequences, type Terminal, type TerminalOptions } from './terminal.ts'

const { down, enter, ctrlC, pageDown } = keySequences
const eventually = { timeout: 30_000, interval: 25 }
const terminals: Terminal[] = []
const forges: Forge[] = []
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close()
  for (const forge of forges.splice(0)) forge.remove()
})

function newForge(): Forge {
  const forge = copyForge({ isQuick: true })
  forges.push(forge)
  return forge
}

function watch(forge: Forge, options: Partial<TerminalOptions> = {}): Terminal {
  const terminal = openWatch(forge, { ...options, env: { VISUAL: '', EDITOR: '', ...options.env } })
  terminals.push(terminal)
  return terminal
}

/** Waits until the message is asked for, and answers it. */
async function begin(terminal: Terminal, message: string): Promise<void> {
  terminal.type('g')
  await terminal.waitFor(/Message {2}▏/)
  terminal.type(`${message}${enter}`)
}

/** Gives an answer. While a draft is prepared anew none is taken, and the screen says so; a person presses the key again. */
async function answer(terminal: Terminal, key: string, wanted: RegExp): Promise<void> {
  const refused = /the draft is being prepared/
  const either = new RegExp(`${wanted.source}|${refused.source}`)
  for (;;) {
    terminal.type(key)
    const seen = await terminal.waitFor(either)
    if (!refused.test(seen)) break
    await terminal.waitFor(/ {2}upgrade dev first[\s\S]*answer/)
    // Nobody presses a key twice in the same moment; what the screen shows now may be on its way out.
    await sleep(100)
  }
  await terminal.waitFor(wanted)
}

const draftsIn = (forge: Forge): readonly string[] => forge.list('migrations').slice(8)

/** Shows its arguments, reads a line as any program on a terminal does, notes both, and ends as the line says. */
const editor = `#!/bin/sh
echo "editing $*"
read line
echo "$line: $*" >> edited.txt
[ "$line" = good ]
`

test('from what the models need to a proven file, and on in the editor', async () => {
  const forge = newForge()
  forge.write('edit.sh', editor)
  chmodSync(join(forge.folder, 'edit.sh'), 0o755)
  const terminal = watch(forge, { env: { EDITOR: './edit.sh --wait' } })
  await terminal.waitFor(/Models need a migration[\s\S]*g generate/)

  // The message takes every key, those of the board too.
  terminal.type('g')
  await terminal.waitFor(/Message {2}▏/)
  terminal.type('quU')
  await terminal.waitFor('Message  quU▏')
  terminal.type('\x7f\x7f\x7fadd cool feature')
  await terminal.waitFor('Message  add cool feature▏')
  terminal.type(enter)

  // Two migrations are pending.
  await terminal.waitFor(/dev has 2 pending[\s\S]*1 {2}draft on top of them[\s\S]*2 {2}upgrade dev first/)
  terminal.type('1')
  const preview = await terminal.waitFor(/3 drafted[\s\S]*File {2}migrations\/\d+-add-cool-feature\.ts/)
  expect(preview.match(/\[x\] .*/g)).toEqual([
    '[x] + audit_events  table with 6 columns',
    '[x] + users.cool_feature  TINYINT(1) NOT NULL DEFAULT 0',
    '[x] + pull_requests  index (author_id, status)',
  ])
  terminal.type(pageDown)
  await terminal.waitFor(/File .* (?!1–)\d+–\d+ of \d+/)

  // One is left, one is accepted; the order stays.
  terminal.type(' ')
  await terminal.waitFor(/› \[ \] \+ audit_events/)
  terminal.type(`${down}${down} `)
  await terminal.waitFor(/› \[ \] \+ pull_requests/)
  terminal.type('a')
  await terminal.waitFor(
    /1 drafted · 1 left · 1 accepted\n.*\[ \] \+ audit_events.*\n.*\[x\] \+ users\.cool_feature.*\n › \[a\] \+ pull_requests/,
  )
  expect(draftsIn(forge)).toEqual([])
  terminal.type(enter)
  await terminal.waitFor(/proving migrations\/.* up, down, up/)

  // The editor has the terminal: keys, line breaks and Ctrl-C are its own.
  const [name] = await vi.waitFor(() => {
    expect(draftsIn(forge)).toHaveLength(1)
    return draftsIn(forge)
  }, eventually)
  const path = join(forge.folder, 'migrations', name!)
  await terminal.waitFor(`editing --wait ${forge.folder.slice(0, 20)}`)
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true])
  terminal.type(`good${enter}`)
  await terminal.waitFor(
    /6 applied · 3 pending[\s\S]*✓ migrations\/.* up ok, down ok, up again ok; 1\s+difference accepted/,
  )
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([true, false])
  expect(forge.read('edited.txt')).toBe(`good: --wait ${path}\n`)
  const text = forge.read(`migrations/${name}`)
  expect(text).toContain('cool_feature')
  expect(text).not.toMatch(/audit_events|author_id/)
  expect(JSON.parse(forge.read('devdb.accepted.json'))).toEqual({
    accepted: ['+ pull_requests  index (author_id, status)'],
  })

  // What is left is all that is needed still, also after dev was upgraded by the answer to the question.
  terminal.type('x')
  await terminal.waitFor(/Models need a migration\n {3}\+ audit_events.*\n\n u upgrade/)
  forge.edit('src/models/user.ts', 'fullName: { type: types.STRING', 'givenName: { type: types.STRING')
  await terminal.waitFor(/- users\.full_name/)
  await begin(terminal, 'names')
  await terminal.waitFor(/users\.full_name is gone: was it renamed\?[\s\S]*1 {2}renamed to users\.given_name/)
  terminal.type('1')
  await terminal.waitFor(/dev has 3 pending/)
  terminal.type(`${down}${enter}`)
  await terminal.waitFor(/2 drafted\n › \[x\] > users\.full_name {2}renamed to given_name[\s\S]*File/)
  expect(await forge.applied()).toHaveLength(9)
  terminal.type(enter)
  await terminal.waitFor(`editing --wait ${forge.folder.slice(0, 20)}`)
  // A process that is being started just now would still get the Ctrl-C of its parent's group.
  await vi.waitFor(() => {
    const log = forge.read('.devdb/devdb.log')
    expect(log.lastIndexOf('"models-compared"')).toBeGreaterThan(log.lastIndexOf('"draft-finished"'))
  }, eventually)
  terminal.type(ctrlC)
  const failed = await terminal.waitFor(/✓ migrations\/\d+-names\.ts up ok[\s\S]*the editor edit\.sh ended with SIGINT/)
  expect(failed).toContain('9 applied · 1 pending')

  // Nothing is needed now. The key goes on from what became of the draft, and is taken.
  terminal.type('g')
  expect(await terminal.waitFor(/the models need no migration\n u upgrade/)).not.toContain('goes on')
  terminal.type('q')
  // The shell around it took that Ctrl-C, too, and has nothing more to say.
  await terminal.exited
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true])
  expect(forge.exists('.devdb/watch.lock')).toBe(false)
}, 120_000)

test('40 columns, no colour: a proof that fails, and a draft that follows the models', async () => {
  const forge = newForge()
  forge.edit('src/models/user.ts', 'indexes: [', "indexes: [{ fields: ['active'], unique: true }, ")
  const terminal = watch(forge, { columns: 40, rows: 20, env: { NO_COLOR: '1' } })
  await terminal.waitFor(/g generate/)
  await begin(terminal, 'one active user')
  await terminal.waitFor(/2 {2}upgrade dev first/)
  await answer(terminal, '1', /4 drafted[\s\S]*File/)
  expect(
    terminal
      .screen()
      .split('\n')
      .every((line) => line.length <= 40),
  ).toBe(true)
  terminal.type(enter)
  await terminal.waitFor(/not proven[\s\S]*UNIQUE constraint[\s\S]*Keep .*, marked as not proven\? y\/n/)
  expect(draftsIn(forge)).toHaveLength(1)
  terminal.type('n')
  await terminal.waitFor(/g generate/)
  expect(draftsIn(forge)).toEqual([])

  // A save while it is looked at.
  await begin(terminal, 'no index')
  await terminal.waitFor(/2 {2}upgrade dev first/)
  await answer(terminal, '1', /4 drafted[\s\S]*File/)
  forge.edit('src/models/user.ts', "{ fields: ['active'], unique: true }, ", '')
  await terminal.waitFor(/3 drafted[\s\S]*File/)
  // And a configuration that breaks takes it away.
  forge.edit(quickFile, '{', '{{')
  await terminal.waitFor(/Configuration/)
  expect(terminal.screen()).not.toContain('Draft')
  terminal.type(ctrlC)
  expect(await endOf(terminal)).toEqual({ code: 130, isUsable: true })
  expect(terminal.raw().match(/\x1b\[[0-9;]*m/g)).toEqual(['\x1b[0m'])
}, 120_000)
