/** `devdb check --staged` in real repositories, and as the pre-commit hook of one. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ended } from '../application.ts'
import { git } from '../git.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'
import { until } from '../watch-run.ts'
import { migration, model } from './check-project.ts'
import { executable, startDevdb } from './project.ts'

const installed = resolve(import.meta.dirname, '../../node_modules')

/** A workspace whose application takes its models from a package beside it. */
interface Workspace {
  readonly root: string
  readonly app: string
  /** Where temporary files go. */
  readonly temporary: string
  write(files: Readonly<Record<string, string>>): void
  /** Runs `devdb check --staged` in the application. */
  check(
    ...words: readonly string[]
  ): Promise<{ readonly exit: number | null; readonly stdout: string; readonly stderr: string }>
}

const user = (attributes: string): string => model('user', attributes)
const users = migration(
  '01',
  "await q.createTable('users', { id: { type: T.INTEGER, primaryKey: true, autoIncrement: true }, name: T.STRING })",
)
const adds = (name: string): string => migration(name, `await q.addColumn('users', '${name}', { type: T.STRING })`)

function makeWorkspace(): Workspace {
  const root = tempFolder()
  const temporary = tempFolder()
  const app = join(root, 'packages/app')
  const write = (files: Readonly<Record<string, string>>): void => writeFiles(root, files)
  write({
    '.gitignore': 'node_modules/\n*.db\n.env\nran.log\n',
    'packages/models/package.json': '{ "name": "@acme/models", "main": "index.js" }',
    'packages/models/index.js': user('name: DataTypes.STRING'),
    'packages/app/package.json': '{ "name": "app" }',
    'packages/app/.env': 'from the working tree',
    'packages/app/models.js': `if (!require('node:fs').existsSync(__dirname + '/.env')) throw new Error('no settings')
module.exports = require('@acme/models')\n`,
    'packages/app/devdb.config.json':
      '{ "models": "./models.js", "migrations": "./migrations", "dev": "sqlite:dev.db" }',
    'packages/app/migrations/01-users.js': users,
  })
  mkdirSync(join(root, 'node_modules/@acme'), { recursive: true })
  for (const name of ['sequelize', 'sqlite3']) symlinkSync(join(installed, name), join(root, 'node_modules', name))
  symlinkSync('../../packages/models', join(root, 'node_modules/@acme/models'))
  git(root, 'init', '--quiet', '--initial-branch=main')
  const env = { TMPDIR: temporary }
  return {
    root,
    app,
    temporary,
    write,
    async check(...words) {
      const child = startDevdb(app, ['check', '--staged', ...words], { env })
      const output = { stdout: '', stderr: '' }
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
      const exit = await new Promise<number | null>((settle) => child.once('close', settle))
      return { exit, ...output }
    },
  }
}

/** The real hook, in the folder that git keeps it in. */
function installHook({ root, temporary }: Workspace): void {
  const file = join(root, '.git/hooks/pre-commit')
  const command = `cd packages/app && TMPDIR='${temporary}' exec '${process.execPath}' '${executable}' check --staged`
  writeFiles(dirname(file), { 'pre-commit': `#!/bin/sh\n${command}\n` })
  chmodSync(file, 0o755)
}

/** What a commit printed when its hook refused it. */
function refused(root: string, ...words: readonly string[]): string {
  try {
    git(root, 'commit', '--quiet', '--message=x', ...words)
  } catch (error) {
    return (error as { readonly stdout: string }).stdout + (error as { readonly stderr: string }).stderr
  }
  throw new Error('the commit was not refused')
}

const stateOf = (root: string): readonly string[] => [
  createHash('sha1')
    .update(readFileSync(join(root, '.git/index')))
    .digest('hex'),
  git(root, 'status', '--porcelain', '--untracked-files=all'),
]

test('as a hook it lets model and migration in together only: the first commit, a part of what is staged, a merge, a worktree', async () => {
  const made = makeWorkspace()
  const { root, app, temporary, write } = made
  installHook(made)
  git(root, 'add', '--all', '--', ':!packages/app/migrations')
  expect(refused(root)).toContain('+ users  table')
  git(root, 'add', '--all')
  git(root, 'commit', '--quiet', '--message=first')

  git(root, 'switch', '--quiet', '--create=nick')
  write({
    'packages/models/index.js': user('name: DataTypes.STRING, nick: DataTypes.STRING'),
    'packages/app/migrations/02-nick.js': adds('nick'),
  })
  git(root, 'add', 'packages/models')
  expect(refused(root)).toBe(`Staged models need a migration that is not staged
  + users.nick  VARCHAR(255)
changed, but not staged: migrations/02-nick.js
  → git add migrations/02-nick.js
`)
  git(root, 'add', '--all')
  // Git makes another index for a part of it.
  expect(refused(root, '--', 'packages/models')).toContain('→ git add migrations/02-nick.js')
  git(root, 'commit', '--quiet', '--message=nick')

  const linked = join(tempFolder(), 'linked')
  git(root, 'worktree', 'add', '--quiet', '-b', 'age', linked, 'main')
  symlinkSync(join(root, 'node_modules'), join(linked, 'node_modules'))
  writeFiles(linked, {
    'packages/app/.env': '',
    'packages/app/models.js': `require('@acme/models')\nmodule.exports = ${user('name: DataTypes.STRING, age: DataTypes.STRING').replace('module.exports = ', '')}`,
  })
  git(linked, 'add', 'packages')
  expect(refused(linked)).toContain('+ users.age  VARCHAR(255)')
  writeFiles(linked, { 'packages/app/migrations/03-age.js': adds('age') })
  git(linked, 'add', 'packages')
  git(linked, 'commit', '--quiet', '--message=age')

  // Both together: what the models of one branch say is not what both migrations make.
  git(root, 'merge', '--quiet', '--no-commit', 'age')
  expect(refused(root)).toContain('users.nick')
  write({ 'packages/app/models.js': user('name: DataTypes.STRING, nick: DataTypes.STRING, age: DataTypes.STRING') })
  git(root, 'add', 'packages')
  git(root, 'commit', '--quiet', '--message=merged')
  expect([readdirSync(temporary), readdirSync(app).includes('.devdb')]).toEqual([[], false])
}, 120_000)

test('--json; what is staged counts, and not what lies there; nothing is changed', async () => {
  const { root, temporary, write, check } = makeWorkspace()
  git(root, 'add', '--all')
  write({ 'packages/models/index.js': 'nothing(', 'packages/app/migrations/01-users.js': 'nothing(' })
  const before = stateOf(root)
  const clean = await check('--json')
  expect([clean.exit, JSON.parse(clean.stdout), clean.stderr]).toEqual([
    0,
    { changes: [], accepted: 0, stale: [], unstaged: [] },
    '',
  ])
  expect(stateOf(root)).toEqual(before)

  write({
    'packages/models/index.js': user('name: DataTypes.STRING, nick: DataTypes.STRING'),
    'packages/app/migrations/01-users.js': users,
  })
  git(root, 'add', '--all')
  write({ 'packages/app/migrations/02-nick.js': adds('nick'), 'packages/app/other.js': '' })
  // Announced is not staged.
  git(root, 'add', '--intent-to-add', '--all')
  const found = await check('--json')
  expect([found.exit, JSON.parse(found.stdout)]).toMatchObject([
    3,
    { changes: [{ text: '+ users.nick  VARCHAR(255)' }], unstaged: ['migrations/02-nick.js'] },
  ])

  // A file that was forgotten: the Problem speaks of the project.
  write({ 'packages/app/models.js': "module.exports = require('./forgotten.js')", 'packages/app/forgotten.js': '' })
  git(root, 'add', 'packages/app/models.js')
  const failed = await check('--json')
  const { problem } = JSON.parse(failed.stdout)
  expect([failed.exit, problem.code, problem.file]).toEqual([1, 'model-failed', join(root, 'packages/app/models.js')])
  expect(problem.details).toContain('changed, but not staged: packages/app/forgotten.js'.replace('packages/app/', ''))
  expect(failed.stdout).not.toContain(temporary)
  expect(readdirSync(temporary)).toEqual([])
})

test('what cannot be looked at is told; Ctrl-C leaves nothing behind', async () => {
  const { root, app, temporary, write, check } = makeWorkspace()
  const unstaged = await check()
  expect([unstaged.exit, unstaged.stderr]).toEqual([2, expect.stringContaining('→ git add devdb.config.json')])
  const accepting = await check('--accept', '--json')
  expect([accepting.exit, JSON.parse(accepting.stdout).problem.code]).toEqual([2, 'usage'])

  write({
    'packages/app/models.js': 'setInterval(() => undefined, 1000)\nmodule.exports = () => new Promise(() => undefined)',
  })
  git(root, 'add', '--all')
  // What a killed one left, in the same namespace of process ids.
  const killed = startDevdb(app, ['check', '--staged'], { env: { TMPDIR: temporary } })
  await until(() => readdirSync(temporary).length > 0, 'the checkout of one that is killed')
  killed.kill('SIGKILL')
  await ended(killed)
  const [left] = readdirSync(temporary)
  const child = startDevdb(app, ['check', '--staged'], { env: { TMPDIR: temporary } })
  await until(() => readdirSync(temporary).some((name) => name !== left), 'its own checkout')
  expect(readdirSync(temporary)).not.toContain(left)
  await until(() => readdirSync(temporary).some((name) => name.startsWith('devdb-staged-')), 'the checkout')
  child.kill('SIGINT')
  await ended(child)
  expect([child.exitCode, readdirSync(temporary)]).toEqual([130, []])

  const bare = startDevdb(app, ['check', '--staged', '--json'], { env: { TMPDIR: temporary, PATH: '' } })
  let printed = ''
  bare.stdout?.on('data', (chunk) => (printed += chunk))
  await new Promise((settle) => bare.once('close', settle))
  expect(JSON.parse(printed).problem).toMatchObject({ code: 'git-failed', message: 'git is not installed' })
})
