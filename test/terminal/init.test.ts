/** `devdb init` as somebody at a terminal has it: it asks what only they can know, and shows what they are to accept. */
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject } from '../end-to-end/project.ts'
import { keySequences, openTerminal } from './terminal.ts'

const { enter } = keySequences

test('asks for dev, takes an answer of its own kind, shows the differences and accepts them', async () => {
  const project = await makeProject({ files: { 'migrations/20260103-colour.js': null } })
  project.write({ 'devdb.config.json': null })
  const { VITEST: _, ...env } = process.env
  const terminal = openTerminal({
    command: process.execPath,
    args: [resolve(import.meta.dirname, '../../bin/devdb.js'), 'init'],
    cwd: project.root,
    env,
    rows: 40,
    columns: 120,
  })
  try {
    await terminal.waitFor(
      /which one is dev\?\n {2}1 {2}sqlite:dev\.db, the file\n {2}2 .*a new one\n {2}3 {2}another one/,
    )
    terminal.type(`3${enter}`)
    await terminal.waitFor(/^dev:/m)
    terminal.type(`sqlite:other.db${enter}`)
    await terminal.waitFor(/differ in 1 way today\n {4}\+ users\.colour .*\nModels and migrations differ .*\n?.*y\/n/)
    terminal.type(`y${enter}`)
    await terminal.waitFor(
      /accepted 1 difference in devdb\.accepted\.json[\s\S]*✓ the migrations give what the models need/,
    )
    expect(await terminal.exited).toEqual({ code: 0, signal: null })
    expect(project.read('devdb.config.js')).toContain("dev: 'sqlite:other.db'")
  } finally {
    await terminal.close()
    project.remove()
  }
})
