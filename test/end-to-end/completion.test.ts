/** What the scripts of `devdb completion` complete, in a real shell. */
import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createProgram } from '../../src/command/main.ts'
import { executable, makeProject } from './project.ts'

const run = promisify(execFile)

const complete = `eval "$(devdb completion bash)"
try() { COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMPREPLY=(); _devdb; echo "\${COMPREPLY[*]}"; }
`

test('bash completes commands, options, their values, and migrations; every shell knows every command and option', async () => {
  const project = await makeProject()
  onTestFinished(() => project.remove())
  project.write({ 'bin/devdb': `#!/bin/sh\nexec '${process.execPath}' '${executable}' "$@"\n` })
  chmodSync(project.file('bin/devdb'), 0o755)
  const env = { ...process.env, PATH: `${project.file('bin')}${delimiter}${process.env.PATH}` }
  const expected = [
    ['devdb up', 'upgrade'],
    ['devdb snapshot re', 'restore'],
    ['devdb snapshot restore --y', '--yes'],
    ['devdb upgrade 2026', '20260101-users 20260102-notes 20260103-colour'],
    ['devdb downgrade b', 'base'],
    ['devdb watch --reporter p', 'plain'],
    ['devdb status --config devdb.c', 'devdb.config.json'],
    ['devdb exec -- show', ''],
    ["devdb completion ''", 'bash zsh fish'],
  ] as const
  const script = `${complete}${expected.map(([line]) => `try ${line}`).join('\n')}`
  const [bash, zsh, fish] = await Promise.all([
    run('bash', ['--norc', '-c', script], { cwd: project.root, env }),
    run('devdb', ['completion', 'zsh'], { env }),
    run('devdb', ['completion', 'fish'], { env }),
  ])
  expect(bash.stdout.split('\n').slice(0, -1)).toEqual(expected.map(([, words]) => words))

  const commands = createProgram(() => undefined).commands.filter((command) => command.name() !== 'completion-targets')
  for (const command of commands.flatMap((one) => [one, ...one.commands])) {
    expect(zsh.stdout).toContain(`'${command.name()}:`)
    expect(fish.stdout).toContain(` -a ${command.name()} `)
    for (const { long } of command.options) {
      expect(zsh.stdout).toContain(`'${long}:`)
      expect(fish.stdout).toContain(` -l ${long?.slice(2)} `)
    }
  }
})
