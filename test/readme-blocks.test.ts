/** Every block of code in the README does what the text around it says: each is run, in a project as it needs it, from the README's own text. */
import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Config } from '../src/config/config.ts'
import { evaluateConfig } from '../src/config/evaluate-config.ts'
import { openProject } from '../src/engine/project.ts'
import { tryProject } from '../src/engine/try-project.ts'
import { tryConfig } from '../src/engine/try-proposal.ts'
import { createStore } from '../src/event/store.ts'
import { execute, query } from './end-to-end/database.ts'
import { git, initGit } from './git.ts'
import { readReadme } from './readme.ts'
import { tempProject, writeFiles } from './temp-folder.ts'
import { copyForge, devdb, type Forge, quickConfig, quickFile } from './terminal/forge.ts'

// Some of them start devdb many times over.
vi.setConfig({ testTimeout: 180_000 })

const repository = fileURLToPath(new URL('..', import.meta.url))

/** A block, named by the heading above it and its language. */
interface Block {
  readonly name: string
  readonly text: string
}

function blocksOf(readme: string): readonly Block[] {
  let heading = ''
  return [...readme.matchAll(/^#+ (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, title, language, text]) => {
    if (title !== undefined) heading = title
    return title === undefined ? [{ name: `${heading}: ${language}`, text: text ?? '' }] : []
  })
}

let forge: Forge
let bin: string
beforeAll(() => {
  forge = copyForge({ isQuick: true })
  bin = mkdtempSync(join(tmpdir(), 'devdb-bin-'))
  symlinkSync(devdb, join(bin, 'devdb'))
  // In a project that has devdb installed it runs that one.
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  // A script of the project's, without all that npm itself loads: `npm test`, `npm run NAME`.
  writeFileSync(join(bin, 'npm'), npm, { mode: 0o755 })
})
afterAll(() => {
  forge.remove()
  rmSync(bin, { recursive: true, force: true })
})

/** As a shell runs it, with devdb on the path. */
const environment = () => ({
  ...process.env,
  NODE_ENV: 'test',
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'doe'],
      [`GIT_${who}_EMAIL`, 'doe@example.com'],
    ]),
  ),
})
const runIn = (cwd: string, command: string) =>
  promisify(execFile)('/bin/sh', ['-c', command], { cwd, env: environment() })
const run = (command: string) => runIn(forge.folder, command)
const jsonOf = async (command: string, cwd = forge.folder) => JSON.parse((await runIn(cwd, command)).stdout)

/** Ends a watch after its first build. */
const watchOnce = (command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `exec ${command}`], { cwd: forge.folder, env: environment() })
    let printed = ''
    child.stdout.on('data', (chunk) => {
      printed += chunk
      if (/throwaway ready|build failed/.test(printed)) child.kill('SIGTERM')
    })
    child.on('error', reject)
    child.on('close', () => resolve(printed))
  })

/** An npm that knows the scripts of a project, and fails where there is no such script. */
const npm = `#!/bin/sh
[ "$1" = run ] && shift
script=$(sed -n 's/.*"'"$1"'": "\\([^"]*\\)".*/\\1/p' package.json)
[ -n "$script" ] && exec sh -c "$script"
`

const commandsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^(?:\$ )?([a-z].*?)(?:\s+#.*)?$/gm)].map(([, command = '']) => command)

/** A configuration with a few lines of the README, evaluated in this process. */
function configWith(root: string, lines: string, more: Readonly<Record<string, unknown>> = {}): Config {
  const setting = new Function(`return { ${lines}\n}`)() as Record<string, unknown>
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', ...more, ...setting }
  return evaluateConfig(exported, join(root, 'devdb.config.js'), [])
}

const { signal } = new AbortController()

/** Builds the throwaway of such a configuration, and replays its migrations. */
async function tryLines(root: string, lines: string, more: Readonly<Record<string, unknown>> = {}) {
  const { report, trial } = await tryConfig(configWith(root, lines, more), signal)
  expect([report.problem, trial.modelsProblem, trial.replayProblem], lines).toEqual([null, null, null])
  return trial
}

/** In a checkout, for which `npm ci` has run: that there are such scripts. What they do, the tests that are named here show. */
function expectScripts(text: string, tests: readonly string[]): void {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: object }
  for (const [, name = ''] of text.matchAll(/npm (?:run )?(demo|test|build)\b/g)) expect(scripts).toHaveProperty(name)
  for (const file of tests) expect(existsSync(join(repository, file)), file).toBe(true)
}

const user = (columns: string): string =>
  `module.exports = (sequelize, { STRING }) => sequelize.define('user', { ${columns} }, { timestamps: false })\n`
const idColumn = 'id INTEGER PRIMARY KEY AUTOINCREMENT'

/** What each block must do; in order, for those in the forge go on where the one before has ended. */
const plays: Readonly<Record<string, (text: string) => Promise<void>>> = {
  'devdb: sh': async (text) => expectScripts(text, ['test/terminal/demo.test.ts']),

  'A session: console': async (text) => {
    forge.write(quickFile, quickConfig({ steps: [{ name: 'note', run: 'echo noted > noted.txt' }] }))
    const session = commandsOf(text)
    expect(session.length).toBeGreaterThan(7)
    let printed = ''
    for (const command of session) {
      if (command === 'devdb watch') expect(await watchOnce(command)).toContain('throwaway ready')
      else printed = (await run(command)).stdout
    }
    expect(session.at(-1)).toBe('devdb status --json')
    expect(JSON.parse(printed)).toMatchObject({ throwaway: { state: 'ready' } })
    // Eight, and the drafted one.
    expect(await forge.applied()).toHaveLength(9)
    expect(forge.exists('noted.txt')).toBe(true)
    forge.write(quickFile, quickConfig())
  },

  // Packed and installed: npm run test:consumer, npm run test:node.
  'Your project: sh': async (text) => expectScripts(text, ['test/build-once.ts', 'test/package/package.test.ts']),

  'Your project: ts': async (text) => {
    const before = forge.read(quickFile)
    forge.delete(quickFile)
    forge.write('devdb.config.ts', text)
    writeFiles(forge.folder, {
      'scripts/db-create.js': 'if (!process.argv.includes("--user=doe")) process.exit(1)\n',
      'scripts/repo-scan.js': 'import { accessSync } from "node:fs"\naccessSync(process.env.FORGE_DB)\n',
      'seeders/demo-users.js': 'export const up = (q) => q.sequelize.query("SELECT 1")\n',
      'seed/settings.sql': 'DELETE FROM settings;\n',
    })
    const { throwaway } = await jsonOf('devdb reset --json')
    expect(throwaway.steps).toMatchObject(
      ['create admin', 'scan repositories', 'demo users', 'settings'].map((name) => ({ name, state: 'done' })),
    )
    forge.delete('devdb.config.ts')
    forge.write(quickFile, before)
  },

  'Your project: json': async (text) => {
    const root = cliLayout()
    writeFileSync(join(root, 'devdb.config.json'), text)
    expect(await jsonOf('devdb reset --json', root)).toMatchObject({
      throwaway: { steps: [{ name: 'demo users', state: 'done' }] },
    })
  },

  'Start in an existing project: sh': async (text) => {
    const root = cliLayout()
    expect((await runIn(root, text)).stdout).toContain('wrote devdb.config.js')
  },

  'sequelize-typescript: js': async (text) => {
    const root = tempProject({
      'package.json': '{ "devDependencies": { "typescript-5": "npm:typescript@5" } }',
      'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
      'src/models/user.ts':
        "import { Column, Model, Table } from 'sequelize-typescript'\n@Table({ timestamps: false })\nexport class User extends Model {\n  @Column\n  born!: Date\n}\n",
      'migrations/1.sql': `CREATE TABLE Users (${idColumn}, born DATETIME);`,
    })
    expect((await tryLines(root, text, { models: './src/models' })).differences).toEqual([])
  },

  'Schemas that models cannot give: js': async (text) => {
    const root = tempProject({
      'package.json': '{}',
      'models/user.js': user('name: STRING'),
      'migrations/1.sql': `CREATE TABLE users (${idColumn}, name VARCHAR(255));`,
      'db/extensions.sql': 'CREATE TABLE words (word TEXT);',
      'db/triggers.js': `module.exports = (q) =>
        q.sequelize.query('CREATE TRIGGER counted AFTER INSERT ON users BEGIN INSERT INTO words VALUES (new.name); END')`,
    })
    const { tables } = (await tryLines(root, text)).models!
    expect([Object.keys(tables).sort(), tables.users?.triggers.length]).toEqual([['users', 'words'], 1])
  },

  'A baseline: js': async (text) => {
    const lines = text.trim().split('\n')
    expect(lines.length).toBeGreaterThan(4)
    const made = `CREATE TABLE users (${idColumn}, name VARCHAR(255));`
    const root = tempProject({
      'package.json': '{}',
      '.gitignore': 'node_modules\n.devdb\n',
      'models/user.js': user('name: STRING'),
      'migrations/20190101-init.js': "exports.up = () => { throw new Error('a copy of production, please') }",
    })
    initGit(root)
    git(root, 'tag', 'v1.0.0')
    writeFiles(root, {
      'models/user.js': user('name: STRING, town: STRING'),
      'migrations/20240101-squashed.sql':
        'CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255));',
      'migrations/20240102-town.sql': 'ALTER TABLE users ADD COLUMN town VARCHAR(255);',
      'devdb.baseline.sql': `${made}\nCREATE TABLE SequelizeMeta (name TEXT);\nINSERT INTO SequelizeMeta VALUES ('20190101-init.js');`,
      'schema.sql': made,
      'db/schema.sql': made,
      'db/load.js': `const { Sequelize } = require('sequelize')
        const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false })
        sequelize.query(require('node:fs').readFileSync('db/schema.sql', 'utf8'))
          .then(() => sequelize.query("CREATE TABLE SequelizeMeta (name TEXT)"))
          .then(() => sequelize.query("INSERT INTO SequelizeMeta VALUES ('20190101-init.js')"))`,
    })
    const [first = '', ...others] = lines
    const { models, differences } = await tryLines(root, first)
    expect(differences).toEqual([])
    for (const line of others) {
      const project = openProject(configWith(root, line), createStore(), 'test', 0)
      const trial = await tryProject(project, async () => models!, signal).finally(() => project.pool.close())
      expect(trial, line).toMatchObject({ replayProblem: null, differences: [] })
    }
  },

  'Your tests and your application: console': async (text) => {
    forge.edit('package.json', '"scripts": {', '"scripts": { "test": "node test.cjs",')
    forge.write('test.cjs', "if (!process.env.DATABASE_URL.endsWith('/throwaway.db')) process.exit(1)")
    forge.write('server.js', 'console.log(process.argv[2])')
    const printed: string[] = []
    for (const command of commandsOf(text)) printed.push((await run(command)).stdout)
    expect(printed.at(-1)).toContain('--port=3000')
  },

  'Your tests and your application: js': async (text) => {
    const root = tempProject({
      'package.json': '{ "scripts": { "generate-types": "node generate.js" } }',
      'generate.js': "require('node:fs').appendFileSync('told', process.env.DATABASE_URL.replace(/.*[/]/, '') + ' ')",
      'models/user.js': user('name: STRING'),
      'migrations/1.sql': `CREATE TABLE users (${idColumn}, name VARCHAR(255));`,
      'devdb.config.js': `module.exports = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', ${text} }`,
    })
    await runIn(root, 'devdb reset && devdb upgrade')
    expect(readFileSync(join(root, 'told'), 'utf8')).toBe('throwaway.db dev.db ')
  },

  'Model and migration in one commit: sh': async (text) => {
    forge.write('.gitignore', 'node_modules\n*.db\n')
    initGit(forge.folder)
    await run(text)
    // That it lets good ones in: test/end-to-end/check-staged.test.ts.
    forge.edit('src/models/setting.ts', 'name: { type', 'extra: types.STRING, name: { type')
    await expect(run('git add . && git commit --quiet -m bad')).rejects.toMatchObject({
      stderr: expect.stringContaining('.extra  VARCHAR(255)'),
    })
    await run('git reset --quiet --hard')
  },

  'Model and migration in one commit: yaml': async (text) => {
    const commands = [...text.matchAll(/- run: (npx .*)$/gm)].map(([, command = '']) => command)
    expect(commands.length).toBeGreaterThan(1)
    // As a runner has it: without any dev database.
    rmSync(join(forge.folder, 'dev.db'))
    for (const command of commands) await run(command)
  },

  'Drift: console': async (text) => {
    const root = tempProject({
      'package.json': '{}',
      'models/user.js': user('name: STRING'),
      'migrations/1.sql': `CREATE TABLE users (${idColumn}, name VARCHAR(255));`,
      'devdb.config.json': '{ "models": "./models", "migrations": "./migrations", "dev": "sqlite:dev.db" }',
    })
    await runIn(root, 'devdb upgrade')
    await execute(
      join(root, 'dev.db'),
      `ALTER TABLE users ADD COLUMN nick TEXT; CREATE INDEX users_nick ON users (name);
       CREATE VIEW admins AS SELECT id FROM users;`,
    )
    for (const command of commandsOf(text)) await runIn(root, command)
    expect(await jsonOf('devdb diff --json', root)).toMatchObject({ drift: [] })
    const names = await query(
      join(root, 'dev.db'),
      "SELECT name FROM sqlite_master WHERE name IN ('admins', 'users_nick') ORDER BY 1",
    )
    expect(names).toEqual([{ name: 'admins' }, { name: 'users_nick' }])
  },
}

/** A copy of the project that sequelize-cli's layout has. */
function cliLayout(): string {
  const root = tempProject({})
  cpSync(join(repository, 'fixtures/cli-layout'), root, { recursive: true })
  rmSync(join(root, 'devdb.config.json'))
  return root
}

test.each(blocksOf(readReadme()))('$name', async ({ name, text }) => {
  expect(Object.keys(plays), 'a block that nobody runs').toContain(name)
  await plays[name]?.(text)
})
