import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { keySequences, openTerminal } from './terminal.ts'

const demo = fileURLToPath(new URL('../../fixtures/demo.js', import.meta.url))

test('the demo without a terminal prints its first build and ends', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [demo], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/Try: edit .*user\.ts[\s\S]*14 tables[\s\S]*throwaway ready/)
})

test('the demo on a terminal is a watch, ended by Ctrl-C like any other', async () => {
  const terminal = openTerminal({ command: process.execPath, args: [demo, '--keep'] })
  await terminal.waitFor(/6 applied · 2 pending/)
  terminal.type(keySequences.ctrlC)
  expect(await terminal.exited).toEqual({ code: 130, signal: null })
  expect(terminal.isAlternate()).toBe(false)
  expect(terminal.screen()).toContain('Try: press u')
})
