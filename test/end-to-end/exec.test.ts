/** `devdb exec`, and hooks: commands of the user's that run on a database of devdb's. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ended } from '../application.ts'
import { openTerminal } from '../terminal/terminal.ts'
import { startWatch, until } from '../watch-run.ts'
import { query } from './database.ts'
import { executable, type Files, makeProject, startDevdb, type TinyProject } from './project.ts'

/** Shows where it runs, and what it was given; ends with the code that its first argument names. */
const show = `const { DATABASE_URL, FILE, SECRET, OWN } = process.env
console.log(JSON.stringify({ DATABASE_URL, FILE, SECRET, OWN, cwd: process.cwd(), words: process.argv.slice(2) }))
process.exitCode = Number(process.argv[2])
`

/** Waits until a file is there. */
const wait = `const { existsSync } = require('node:fs')
const timer = setInterval(() => { if (existsSync(process.argv[2])) clearInterval(timer) }, 5)
`

async function make(config: Readonly<Record<string, unknown>> = {}, files: Files = {}): Promise<TinyProject> {
  const project = await makeProject({ config, files: { 'show.cjs': show, 'wait.cjs': wait, ...files } })
  onTestFinished(() => project.remove())
  return project
}

const userWith = (column: string): Files => ({
  'models/user.js': `module.exports = (sequelize, DataTypes) =>
  sequelize.define('user', { name: DataTypes.STRING, ${column}: DataTypes.STRING }, { timestamps: false })\n`,
})

const columnsOf = async ({ file }: TinyProject): Promise<readonly unknown[]> =>
  (await query(file('.devdb/throwaway.db'), 'PRAGMA table_info(users)')).map(({ name }) => name)

describe('exec', () => {
  test('builds what is absent or stale, and nothing else; the output and the exit code are those of the command', async () => {
    const config = { env: { OWN: 'mine' }, unsetEnv: ['SECRET'], cwd: 'models' }
    const project = await make(config)
    const env = { SECRET: 'x', DATABASE_URL: 'sqlite:elsewhere.db' }
    const first = await project.plain('exec -- node ../show.cjs 7 --json -- --config=x', { env })
    expect([first.exit, JSON.parse(first.stdout)]).toEqual([
      7,
      {
        DATABASE_URL: `sqlite:${project.file('.devdb/throwaway.db')}`,
        OWN: 'mine',
        cwd: project.file('models'),
        words: ['7', '--json', '--', '--config=x'],
      },
    ])
    expect(first.stderr).toContain('throwaway ready')

    const fresh = await project.plain('exec node ../show.cjs 0', { env })
    expect([fresh.exit, fresh.stderr]).toEqual([0, ''])

    // A program that names dev itself gets the throwaway, too.
    project.write({
      'stray.cjs': "new (require('sqlite3').Database)('../dev.db').exec(\"INSERT INTO users (name) VALUES ('x')\")",
    })
    const stray = await project.plain('exec node ../stray.cjs')
    expect([stray.exit, stray.stderr]).toEqual([0, ''])
    const renamed = `SELECT count(*) > 0 AS some FROM users WHERE name = 'x'`
    expect(await query(project.file('dev.db'), renamed)).toEqual([{ some: 0 }])
    expect(await query(project.file('.devdb/throwaway.db'), renamed)).toEqual([{ some: 1 }])

    const absent = await project.plain('exec no-such-program x')
    expect([absent.exit, absent.stderr]).toEqual([
      127,
      'no-such-program: there is no such program\n  → look whether it is installed, and whether PATH has its folder; what is in node_modules/.bin starts with: devdb exec -- npx no-such-program\n',
    ])
    const line = startDevdb(project.root, ['exec', 'echo 1 | cat'])
    const [told] = (await once(line.stderr!, 'data')) as [Buffer]
    expect(String(told)).toBe("echo 1 | cat: there is no such program\n  → devdb exec -- sh -c 'echo 1 | cat'\n")
    await ended(line)

    project.write(userWith('nick'))
    expect((await project.plain('exec node ../show.cjs 0')).stderr).toContain('build started (exec)')
    expect(await columnsOf(project)).toEqual(['id', 'name', 'nick'])
  })

  test('what cannot be built is told, and the command does not run', async () => {
    const project = await make({}, { 'models/user.js': 'nothing(' })
    const { exit, stdout, stderr } = await project.plain('exec -- node show.cjs 0')
    expect([exit, stdout]).toEqual([1, ''])
    expect(stderr).toContain('models/user.js')
  })

  test('reads its own input, and gets the signals that devdb gets', async () => {
    const project = await make(
      {},
      {
        'signals.cjs': `process.stdin.once('data', (text) => console.log('read ' + text))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
  console.log(signal)
  if (signal === 'SIGTERM') process.exit(9)
})
`,
      },
    )
    const child = spawn(process.execPath, [executable, 'exec', 'node', 'signals.cjs'], { cwd: project.root })
    onTestFinished(() => void child.kill('SIGKILL'))
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
    child.stdin.write('hello\n')
    await until(() => printed.includes('read hello'), 'the input')
    child.kill('SIGINT')
    await until(() => printed.includes('SIGINT'), 'the first signal')
    child.kill('SIGTERM')
    await ended(child)
    expect([child.exitCode, printed]).toEqual([9, 'read hello\n\nSIGINT\nSIGTERM\n'])
    const killed = await project.plain(`exec -- node -e process.kill(process.pid,'SIGKILL')`)
    expect(killed.exit).toBe(128 + 9)
  })

  test('on a terminal Ctrl-C comes to the command once', async () => {
    const project = await make(
      {},
      {
        'count.cjs': `let count = 0
process.on('SIGINT', () => { console.log('interrupted', ++count); setTimeout(() => process.exit(count), 100) })
setInterval(() => undefined, 1000)
console.log('waiting', process.stdin.isTTY)
`,
      },
    )
    const words = [executable, 'exec', '--', 'node', 'count.cjs']
    const terminal = openTerminal({ command: process.execPath, args: words, cwd: project.root })
    onTestFinished(() => terminal.close())
    await terminal.waitFor('waiting true')
    terminal.type('\x03')
    expect(await terminal.exited).toEqual({ code: 1, signal: null })
    expect(terminal.screen()).toContain('interrupted 1')
  })

  test('waits for what a watch builds, and builds nothing itself; Ctrl-C ends the waiting', async () => {
    const steps = [{ name: 'slow', run: ['node', 'wait.cjs', 'go'] }]
    const project = await make({ steps })
    const watch = startWatch(project.root)
    await watch.next('step-started')
    const [child, other] = [1, 2].map(() => {
      const started = startDevdb(project.root, ['exec', 'node', 'show.cjs', '0'])
      const run = { started, stdout: '', stderr: '' }
      started.stdout?.on('data', (chunk) => (run.stdout += chunk))
      started.stderr?.on('data', (chunk) => (run.stderr += chunk))
      return run
    })
    await until(() => [child, other].every((run) => run!.stderr.includes('waiting for devdb watch')), 'both wait')
    other!.started.kill('SIGINT')
    await ended(other!.started)
    expect([other!.started.exitCode, other!.stdout]).toEqual([130, ''])
    expect([child!.started.exitCode, child!.stdout]).toEqual([null, ''])
    project.write({ go: '' })
    await once(child!.started, 'close')
    expect([child!.started.exitCode, JSON.parse(child!.stdout).words]).toEqual([0, ['0']])
    expect(child!.stderr).not.toContain('build started')
  })
})

describe('hooks', () => {
  /** Notes that it runs, and waits while it is told to. */
  const noting = `const { appendFileSync, existsSync } = require('node:fs')
appendFileSync('hook.log', process.argv[2] + ' ' + process.env.DATABASE_URL.split('/').at(-1) + '\\n')
const timer = setInterval(() => { if (!existsSync('hold')) clearInterval(timer) }, 5)
`

  test('run after a build and after an upgrade, each on its database; one that fails breaks nothing', async () => {
    const project = await make(
      {
        hooks: {
          afterBuild: [{ name: 'bad', run: 'echo oops; exit 3' }, { run: ['node', 'note.cjs', 'build'] }],
          afterUpgrade: 'node note.cjs upgrade',
        },
      },
      { 'note.cjs': noting },
    )
    const reset = await project.plain('reset')
    expect([reset.exit, project.read('hook.log')]).toEqual([0, 'build throwaway.db\n'])
    expect(reset.stderr).toMatch(/✗ bad, [\s\S]*hooks\.afterBuild: "bad" ended with exit code 3\n +oops/)
    const { exit, stderr, json } = await project.devdb('upgrade')
    expect([exit, stderr, json.applied]).toEqual([0, '', ['20260103-colour.js']])
    expect((await project.devdb('upgrade')).json.applied).toEqual([])
    expect(project.read('hook.log')).toBe('build throwaway.db\nupgrade dev.db\n')
  })

  test('in a watch a newer build ends them, and they run again; after one that changed nothing they do not', async () => {
    const hooks = { afterBuild: ['node', 'note.cjs', 'build'] }
    const project = await make({ hooks }, { 'note.cjs': noting, hold: '' })
    const watch = startWatch(project.root)
    await watch.next('hook-started')
    await until(() => existsSync(project.file('hook.log')), 'the hook runs')
    project.write(userWith('nick'))
    await watch.next('hook-cancelled')
    await watch.next('build-finished', () => watch.of('build-finished').length === 2)
    await watch.next('hook-started', () => watch.of('hook-started').length === 2)

    // A failed build ends it, too; the throwaway is still the one that it did not see to its end.
    project.write({ 'models/note.js': 'nothing(' })
    await watch.next('build-failed')
    project.write({ hold: null })
    await watch.next('hook-finished')
    expect(watch.of('hook-cancelled')).toHaveLength(2)
    expect(watch.of('hook-started')).toHaveLength(3)

    watch.mark()
    project.write({ 'models/note.js': null, 'models/user.js': `${project.read('models/user.js')}// the same\n` })
    await watch.next('hook-finished')
    watch.mark()
    project.write({ 'models/user.js': `${project.read('models/user.js')}// and again\n` })
    expect(await watch.next('build-finished')).toMatchObject({ unchanged: true })
    await watch.next('models-compared')
    expect(watch.of('hook-started')).toEqual([])
  })
})
