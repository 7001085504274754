import { readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { sharedFolder } from '../temp-folder.ts'
import { keySequences, openTerminal, type Terminal } from '../terminal/terminal.ts'

const opened: Terminal[] = []
afterEach(async () => {
  for (const terminal of opened.splice(0)) await terminal.close()
})

const folder = sharedFolder()
const program = join(folder, 'play-session.mjs')
// Through tsx it would take two seconds to start, each time.
beforeAll(async () => {
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  const settings = { bundle: true, packages: 'external', format: 'esm', platform: 'node', jsx: 'automatic' } as const
  await build({ ...settings, entryPoints: ['test/ui/play-session.ts'], outfile: program })
})

/** Shows a recorded session, or its first lines, on a terminal. */
async function play(lines = 'Infinity', fault = '', env: Record<string, string> = {}): Promise<Terminal> {
  const args = [program, 'fixtures/session/first-day.ndjson', lines, fault]
  const terminal = openTerminal({ command: process.execPath, args, env: { ...process.env, TZ: 'UTC', ...env } })
  opened.push(terminal)
  await terminal.waitFor('q quit')
  return terminal
}

/** The terminal is as it was before. */
function expectGivenBack(terminal: Terminal): void {
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true])
  expect(terminal.screen()).not.toContain('Throwaway')
}

test('takes the alternate screen, and gives it back on q; what a library printed comes then', async () => {
  const terminal = await play()
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([true, false])
  expect(terminal.screen()).toContain('migrations/20261121-audit-log.ts:5')
  expect(terminal.screen()).not.toContain('said by a library')
  terminal.type('q')
  expect(await terminal.exited).toEqual({ code: 0, signal: null })
  expectGivenBack(terminal)
  expect(terminal.screen()).toBe('said by a library')
})

test.each([
  ['exit', 7],
  ['throw', 1],
  ['draw', 1],
])('gives the terminal back when the program ends by %s', async (fault, code) => {
  const terminal = await play('5', fault)
  expect(await terminal.exited).toEqual({ code, signal: null })
  expectGivenBack(terminal)
})

test.each(['SIGTERM', 'SIGHUP'] as const)(
  'gives the terminal back on %s, whether the caller listens or not',
  async (signal) => {
    const terminal = await play()
    terminal.kill(signal)
    await terminal.exited
    expectGivenBack(terminal)
  },
)

test('keys reach the daemon, and a downgrade is asked for first', async () => {
  const terminal = await play('5')
  terminal.type('u')
  await terminal.waitFor('Upgrade dev with 20261120-cool-feature? [y/N]')
  terminal.type('yd')
  await terminal.waitFor('Downgrade 20261118-users-email? y/n')
  terminal.type('y')
  terminal.type(keySequences.down)
  await terminal.waitFor('› ○ 20261121-audit-log')
  terminal.type(keySequences.enter)
  terminal.type('yl')
  const log = await terminal.waitFor('asked: upgrade 20261121-audit-log')
  expect(log.match(/asked: .*/g)).toEqual([
    'asked: upgrade +1',
    'asked: downgrade -1',
    'asked: upgrade 20261121-audit-log',
  ])
  terminal.type(keySequences.escape)
  await terminal.waitFor('Throwaway')
})

test('Ctrl-Z gives the terminal to the shell, and fg takes it again with every key', async () => {
  const terminal = openTerminal({
    command: 'bash',
    args: ['--norc', '--noprofile', '-i'],
    env: { ...process.env, TZ: 'UTC', PS1: 'shell> ' },
  })
  opened.push(terminal)
  await terminal.waitFor('shell>')
  terminal.type(`${process.execPath} ${program} fixtures/session/first-day.ndjson 5\r`)
  await terminal.waitFor('q quit')
  for (const round of [1, 2]) {
    terminal.type('\x1a')
    await terminal.waitFor(/Stopped[\s\S]*shell>/)
    expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true])
    terminal.type(`clear; stty -a | grep -o ' icanon'; echo round ${round}\r`)
    await terminal.waitFor(new RegExp(`icanon\n+round ${round}`))
    terminal.type('fg\r')
    await terminal.waitFor('Throwaway')
    expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([true, false])
  }
  terminal.type('?')
  await terminal.waitFor('downgrade dev by one migration')
  terminal.type('q')
  await terminal.waitFor(/shell> $|shell>$/)
  expect(terminal.isAlternate()).toBe(false)
})

test('follows the size of the terminal', async () => {
  const terminal = await play()
  terminal.resize(40, 20)
  const narrow = await terminal.waitFor(/\n q quit$/)
  expect(Math.max(...narrow.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40)
  terminal.resize(100, 30)
  const wide = await terminal.waitFor(/ {60}watching 14 files/)
  expect(wide.match(/Throwaway/g)).toHaveLength(1)
})

test('draws without colour when NO_COLOR is set, and draws at all when CI is', async () => {
  const plain = await play('Infinity', '', { NO_COLOR: '1', FORCE_COLOR: '1' })
  expect(plain.raw()).not.toMatch(/\x1b\[[\d;]*[1-9]m/)
  const colored = await play('Infinity', '', { CI: 'true', FORCE_COLOR: '1', NO_COLOR: '' })
  expect(colored.raw()).toMatch(/\x1b\[3\dm/)
})

test('nothing is drawn and no processor time is used at rest; work turns a spinner', async () => {
  const resting = await play()
  await sleep(500)
  const before = [resting.raw().length, processorTicks(resting.pid)]
  await sleep(1_500)
  const [drawn, ticks] = [resting.raw().length, processorTicks(resting.pid)]
  expect(drawn).toBe(before[0])
  expect(ticks - before[1]!).toBeLessThanOrEqual(2)

  const building = await play('8')
  const start = building.raw().length
  await vi.waitFor(() => expect(building.raw().length).toBeGreaterThan(start), { timeout: 10_000 })
})

/** Processor time that a process used, in ticks of 10 ms; 0 where there is no /proc. */
function processorTicks(pid: number): number {
  if (process.platform !== 'linux') return 0
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}
