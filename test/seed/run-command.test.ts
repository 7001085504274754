import { chmodSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type CommandSetting, runCommand } from '../../src/seed/run-command.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'
import { isAlive, until } from '../watch-run.ts'

const program = (name: string): string => resolve(import.meta.dirname, '../../fixtures/step-program', name)

function start(run: string | readonly string[], more: Partial<CommandSetting> = {}, timeoutMs = 30_000) {
  const lines: string[] = []
  const stop = new AbortController()
  const setting = {
    cwd: tempFolder(),
    env: { PATH: process.env.PATH },
    signal: stop.signal,
    onLine: (line: string) => lines.push(line),
    ...more,
  }
  const running = runCommand({ name: 'step', run, timeoutMs }, setting)
  running.catch(() => undefined)
  const pidOf = async (word: string): Promise<number> => {
    const found = (): string | undefined => lines.find((line) => line.startsWith(`${word} `))
    await until(() => found() !== undefined, `${word} of ${String(run)}`)
    return Number(found()!.split(' ')[1])
  }
  return { running, lines, stop, setting, pidOf }
}

test('a string runs in a shell, a list does not; both get the folder and exactly the environment', async () => {
  const env = { PATH: process.env.PATH, DATABASE_URL: 'sqlite:/x.db' }
  const list = start([process.execPath, program('print-environment.js'), 'DATABASE_URL,HOME', '$HOME', 'a b', '*'], {
    env,
  })
  await list.running
  expect(list.lines).toEqual(['DATABASE_URL=sqlite:/x.db', 'HOME=absent', `["$HOME","a b","*"] in ${list.setting.cwd}`])
  const shell = start('echo "$DATABASE_URL" && echo one | tr o O; echo two >&2', { env })
  await shell.running
  expect(shell.lines.sort()).toEqual(['One', 'sqlite:/x.db', 'two'].sort())
})

test("programs of the project's own packages are found", async () => {
  const cwd = tempFolder()
  writeFiles(cwd, { 'node_modules/.bin/own-program': '#!/bin/sh\necho "own $1"\n' })
  chmodSync(join(cwd, 'node_modules/.bin/own-program'), 0o755)
  for (const run of ['own-program 1', ['own-program', '1']]) {
    const { running, lines } = start(run, { cwd })
    await running
    expect(lines).toEqual(['own 1'])
  }
})

test('an exit code, a signal and the last lines are told', async () => {
  await expect(start([process.execPath, program('flood.js'), '30', '3']).running).rejects.toMatchObject({
    code: 'step-failed',
    message: 'step "step" ended with exit code 3',
    parts: { details: expect.arrayContaining([expect.stringContaining('line 30 ')]) },
  })
  await expect(start([process.execPath, program('die-by-signal.js')]).running).rejects.toMatchObject({
    code: 'step-failed',
    message: expect.stringContaining('SIGSEGV'),
    parts: { details: ['about to crash'] },
  })
})

test.each([
  ['a program that is not there', ['no-such-program', 'x']],
  ['a command that is not there', 'no-such-program x'],
  ['a file that is no program', [program('flood.js')]],
])('%s is told by its name', async (_, run) => {
  await expect(start(run as string | string[]).running).rejects.toMatchObject({
    code: 'step-not-found',
    message: expect.stringContaining(typeof run === 'string' ? 'no-such-program' : run[0]!.split('/').at(-1)!),
  })
})

test('a folder that is not there is told as what it is', async () => {
  const cwd = join(tempFolder(), 'absent')
  await expect(start('true', { cwd }).running).rejects.toMatchObject({
    code: 'step-not-found',
    parts: { hint: expect.stringContaining(cwd) },
  })
})

test('a time-out ends it with all it started', async () => {
  const { running, pidOf } = start([process.execPath, program('spawn-grandchild.js')], {}, 1500)
  const pids = [await pidOf('leader'), await pidOf('pid')]
  await expect(running).rejects.toMatchObject({ code: 'step-timeout', message: expect.stringContaining('1500 ms') })
  await until(() => !pids.some(isAlive), 'both are gone')
})

test('cancelling ends it with all it started, also what does not want to', async () => {
  for (const name of ['spawn-grandchild.js', 'ignore-sigterm.js']) {
    const { running, stop, pidOf, lines } = start(`${process.execPath} ${program(name)}; echo never`)
    const pid = await pidOf('pid')
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'interrupted' })
    await until(() => !isAlive(pid), `${name} is gone`)
    expect(lines).not.toContain('never')
  }
})

test('one that is cancelled before it starts runs to no effect', async () => {
  const stop = new AbortController()
  stop.abort()
  const cwd = tempFolder()
  await expect(start('sleep 5; touch done', { signal: stop.signal, cwd }).running).rejects.toMatchObject({
    code: 'interrupted',
  })
  expect(existsSync(join(cwd, 'done'))).toBe(false)
})

test('what a command leaves in the background ends with it, and does not hold it up', async () => {
  const startedAt = Date.now()
  const { running, pidOf } = start([process.execPath, program('spawn-grandchild.js'), 'leave'])
  await running
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  await until(async () => !isAlive(await pidOf('leader')), 'the leader is gone')
  const shell = start(`${process.execPath} ${program('forever.js')} & sleep 1; echo done`)
  const pid = await shell.pidOf('pid')
  await shell.running
  expect(shell.lines).toContain('done')
  await until(() => !isAlive(pid), 'the background program is gone')
})

test('what leaves the process group does not hold it up either', async () => {
  const { running, pidOf } = start([process.execPath, program('spawn-daemon.js')])
  const pid = await pidOf('pid')
  onTestFinished(() => void process.kill(pid, 'SIGKILL'))
  await running
  expect(isAlive(pid)).toBe(true)
})

test('a flood is survived', async () => {
  const { running, lines } = start([process.execPath, program('flood.js'), '60000'])
  await running
  expect(lines.at(-1)).toBe('… more lines are not shown')
})
