/** `init` and `doctor` in projects as other people have them: what is found, what is written, and whether it works from then on. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { initGit } from '../git.ts'
import { query } from './database.ts'
import { copyProject, devAtTwo, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

// Each of them starts devdb many times over.
vi.setConfig({ maxConcurrency: 3, testTimeout: 180_000 })

const projects: TinyProject[] = []
afterAll(() => {
  for (const project of projects) project.remove()
})

function copyOf(folder: string): TinyProject {
  const project = copyProject(folder)
  projects.push(project)
  return project
}

/** A tiny project that has no configuration. */
async function bare(setting?: ProjectSetting): Promise<TinyProject> {
  const project = await makeProject(setting)
  projects.push(project)
  project.write({ 'devdb.config.json': null })
  return project
}

async function done(project: TinyProject, command: string, setting = {}) {
  const run = await project.devdb(command, setting)
  expect(run, `${command}: ${run.stdout}`).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

/** What a new user does next, with the throwaway that `init` has built: the models get a column, and dev gets the migration that is drafted for it. */
async function work({ devdb, write, read, ...rest }: TinyProject, model: string, from: string, to: string) {
  const project = { devdb, write, read, ...rest }
  expect(await done(project, 'status')).toMatchObject({ throwaway: { state: 'ready' }, models: { state: 'known' } })
  expect(read(model)).toContain(from)
  write({ [model]: read(model).replace(from, to) })
  const { file, proof } = await done(project, 'generate -m added')
  expect(proof).toMatchObject({ up: 'ok', down: 'ok', redo: 'ok' })
  return file as string
}

/** What plain Umzug, or sequelize-cli, says to what was drafted. */
const runPlain = async ({ root }: TinyProject, code: string): Promise<string> =>
  (await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', '-e', code], { cwd: root })).stdout
    .trim()
    .split('\n')
    .at(-1) ?? ''

/** Applies what is pending. @returns the names of all that is applied */
const applyAll = (load: string): string =>
  `Promise.resolve(${load}).then(async ({ migrator }) => {
    migrator.options.logger = undefined
    await migrator.up()
    console.log(JSON.stringify((await migrator.executed()).map(({ name }) => name)))
  })`

describe('layouts of other people', () => {
  test.concurrent('definers, a file that calls them, and no migrations', async () => {
    const project = copyOf('fixtures/project/orchestra')
    expect(await done(project, 'init')).toMatchObject({
      models: { tables: 3, problem: null },
      migrations: { count: 0 },
      differences: [{}, {}, {}],
      offers: [],
    })
    expect(project.read('devdb.config.js')).toContain("models: './sequelize/index.js'")
    const { checks } = await done(project, 'doctor')
    expect(checks).toContainEqual(expect.objectContaining({ name: 'environment', state: 'ok' }))
    expect(await done(project, 'reset')).toMatchObject({ throwaway: { tables: 3 } })
    await work(
      project,
      'sequelize/models/player.model.js',
      'unique: true },',
      'unique: true },\n    chair: DataTypes.INTEGER,',
    )
    expect(await done(project, 'upgrade')).toMatchObject({ applied: [expect.stringContaining('added')] })
    expect(await done(project, 'check')).toMatchObject({ changes: [] })
    expect(
      await query(project.file('example-database/orchestra.sqlite'), 'SELECT count(chair) AS n FROM players'),
    ).toEqual([{ n: 0 }])
  })

  test.concurrent('Umzug, TypeScript and seeders: what was drafted suits its context', async () => {
    const project = copyOf('fixtures/project/umzug-typescript')
    expect(await done(project, 'init')).toMatchObject({
      models: { tables: 2 },
      steps: { done: 1, problem: null },
      migrations: { count: 2, problem: null },
      differences: [],
    })
    expect(project.read('devdb.config.ts')).toContain("meta: { table: 'migration_logs' }")
    const drafted = await work(
      project,
      'models.ts',
      'allowNull: false } },',
      'allowNull: false }, town: DataTypes.STRING },',
    )
    expect(await done(project, 'upgrade')).toMatchObject({ applied: [{}, {}, {}].map(() => expect.any(String)) })
    // What Umzug calls, with the context that it gives; Umzug 3 cannot import TypeScript on Node 20 without ts-node.
    const again = `const { migrator } = require('./umzug.ts')
      const { up, down } = require(${JSON.stringify(drafted)})
      const parameters = { context: migrator.options.context }
      down(parameters).then(() => up(parameters)).then(() => console.log('both'))`
    expect(await runPlain(project, again)).toBe('both')
  })

  test.concurrent('Umzug in ES modules, whose context is an object: Umzug itself applies what was drafted', async () => {
    const project = copyOf('fixtures/project/umzug-esm')
    expect(await done(project, 'init')).toMatchObject({ migrations: { count: 2, problem: null }, differences: [] })
    expect(project.read('devdb.config.mjs')).toContain('env: ({ storage }) => ({ HARBOUR_DB: storage })')
    const drafted = await work(
      project,
      'database.mjs',
      'length: DataTypes.INTEGER',
      'length: DataTypes.INTEGER, depth: DataTypes.INTEGER',
    )
    expect(JSON.parse(await runPlain(project, applyAll("import('./umzug.mjs')")))).toContain(drafted.split('/').at(-1))
  })

  test.concurrent('SQL with its way back in a folder, and a storage of its own: Umzug itself knows what devdb applied', async () => {
    const project = copyOf('fixtures/project/umzug-raw-sql')
    expect(await done(project, 'init')).toMatchObject({ migrations: { count: 1, problem: null }, differences: [] })
    expect(project.read('devdb.config.ts')).toContain("meta: { table: 'workshop_migrations' }")
    const drafted = await work(
      project,
      'models.ts',
      'allowNull: false } }',
      'allowNull: false }, weight: DataTypes.INTEGER }',
    )
    const name = drafted.split('/').at(-1) ?? ''
    expect(readdirSync(project.file('migrations/down'))).toContain(name)
    expect(await done(project, 'upgrade')).toMatchObject({ applied: [{}, {}].map(() => expect.any(String)) })
    expect(JSON.parse(await runPlain(project, applyAll("require('./umzug.ts')")))).toContain(name)
    expect(await done(project, 'downgrade --yes')).toMatchObject({ reverted: [name] })
  })

  test.concurrent.each([
    ['a file beside the migrations that gathers them', 'umzug-barrel', 'sort', "match: '^\\\\d'"],
    ['a template for new migrations, and events', 'umzug-template', 'grams', "migrations: './migrations'"],
  ])('Umzug with %s', async (_, folder, attribute, said) => {
    const project = copyOf(`fixtures/project/${folder}`)
    expect(await done(project, 'init')).toMatchObject({ migrations: { count: 1, problem: null }, differences: [] })
    expect(project.read('devdb.config.ts')).toContain(said)
    project.write({
      'models.ts': project.read('models.ts').replace(`${attribute}: `, `colour: DataTypes.STRING, ${attribute}: `),
    })
    const { file, proof } = await done(project, 'generate -m added --on-top')
    expect(proof).toMatchObject({ up: 'ok', down: 'ok', redo: 'ok' })
    expect(project.read(`migrations/${file.split('/').at(-1)}`)).toContain('context: sequelize')
  })

  test.concurrent("sequelize-cli's, and nothing is ever overwritten", async () => {
    const project = copyOf('fixtures/cli-layout')
    project.write({ 'devdb.config.json': null })
    expect(await done(project, 'init')).toMatchObject({ steps: { done: 2 }, differences: [], offers: [] })
    const text = project.read('devdb.config.js')
    expect(text).toContain("dev: 'sqlite:dev.sqlite'")
    expect(await project.devdb('init --yes')).toMatchObject({
      exit: 2,
      json: { problem: { code: 'usage', hint: 'devdb doctor' } },
    })
    expect(project.read('devdb.config.js')).toBe(text)
    const { checks } = await done(project, 'doctor')
    expect(checks.filter(({ state }: { state: string }) => state === 'failed')).toEqual([])
    expect(checks.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining([
        'node',
        'configuration',
        'sequelize',
        'sqlite3',
        'models',
        'replay',
        'dev',
        'drift',
        'locks',
      ]),
    )
  })
})

describe('what only a person can say', () => {
  const secret = 'hush-hush'
  const mysql = JSON.stringify({
    development: { dialect: 'mysql', username: 'me', password: secret, host: 'localhost' },
  })

  test.concurrent('a database that devdb cannot open is named, and asked for; its password goes nowhere', async () => {
    const project = await bare({ files: { 'config/config.json': mysql }, dev: null })
    const run = await project.devdb('init')
    expect(run).toMatchObject({ exit: 4, json: { problem: { code: 'question-open' }, questions: [{ id: 'dev' }] } })
    expect(run.json.questions[0].text).toContain('mysql')
    expect(run.json.questions[0].options[0]).toMatchObject({ flag: '--dev sqlite:dev.sqlite' })
    expect(readdirSync(project.root).filter((name) => /devdb/.test(name))).toEqual([])
    const assumed = (await done(project, 'init --yes --models ./models/*.js')).missing
    expect(assumed.join()).toContain('which one is dev? sqlite:dev.sqlite, as --yes asks nothing; another with --dev')
    project.write({ 'devdb.config.js': null })
    const { text, missing } = await done(project, 'init --dev sqlite:mine.db')
    expect(text).toContain("dev: 'sqlite:mine.db'")
    expect(missing.join()).toContain('password')
    expect(JSON.stringify([run.json, text, missing])).not.toContain(secret)
  })

  test.concurrent('without models, migrations and database everything is asked at once, or nothing is written', async () => {
    const project = await bare({ files: { models: null, migrations: null }, dev: null })
    const { json } = await project.devdb('init')
    expect(json.questions.map(({ id }: { id: string }) => id)).toEqual(['models', 'dev'])
    expect(json.problem.hint).toBe('devdb init --models PATH --dev sqlite:dev.sqlite')
  })

  test.concurrent('a variable of the environment is named, and what it holds stays where it is', async () => {
    const config = `module.exports = { development: { use_env_variable: 'SHOP_DB', dialect: 'sqlite' } }`
    const project = await bare({ files: { 'config/config.js': config } })
    const env = { SHOP_DB: `sqlite:${project.file('dev.db')}` }
    const { text } = await done(project, 'init', { env })
    expect(text).toContain("dev: (env) => env.SHOP_DB ?? ''")
    expect(text).toContain('env: ({ url }) => ({ SHOP_DB: url })')
    expect(text).not.toContain(project.root)
    expect(await done(project, 'upgrade', { env })).toMatchObject({ applied: ['20260103-colour.js'] })
  })

  test.concurrent('--dry-run prints the file, and leaves nothing behind', async () => {
    const project = await bare()
    const run = await project.plain('init --dry-run --dev sqlite:dev.db')
    expect(run).toMatchObject({ exit: 0 })
    expect(run.stdout).toContain("models: './models/*.js'")
    expect(readdirSync(project.root).sort()).toEqual(['dev.db', 'migrations', 'models', 'node_modules', 'package.json'])
  })
})

describe('what does not work', () => {
  test.concurrent('migrations that do not start from empty get a baseline from dev', async () => {
    const project = await bare({
      files: {
        'migrations/20260101-users.js': null,
        'migrations/20260101-users-email.js':
          "exports.up = (q) => q.sequelize.query('UPDATE users SET name = upper(name)')\nexports.down = async () => {}\n",
      },
      dev: devAtTwo.replace("('20260101-users.js')", "('20260101-users-email.js')"),
    })
    const offered = await done(project, 'init --dev sqlite:dev.db')
    expect(offered).toMatchObject({
      migrations: { problem: { code: 'shadow-failed' } },
      offers: [{ id: 'baseline', command: 'devdb baseline' }],
    })
    project.write({ 'devdb.config.js': null })
    const taken = await done(project, 'init --dev sqlite:dev.db --yes')
    expect(taken).toMatchObject({ migrations: { problem: null }, differences: [], offers: [] })
    expect(taken.text).toContain("baseline: './devdb.baseline.sql'")
    expect(await done(project, 'check')).toMatchObject({ changes: [] })
  })

  test.concurrent('differences of today are told, and can be accepted; a dev that sync() made can be adopted', async () => {
    const project = await bare({ files: { 'migrations/20260103-colour.js': null } })
    const { differences, offers } = await done(project, 'init --dev sqlite:dev.db')
    expect(differences).toMatchObject([{ kind: 'add-column', table: 'users' }])
    expect(offers).toMatchObject([{ id: 'accept', command: 'devdb check --accept' }])

    const synced = await bare({ files: { migrations: null }, dev: devAtTwo.replace(/^.*SequelizeMeta.*$/gm, '') })
    const [adoption] = (await done(synced, 'init --dev sqlite:dev.db')).offers
    expect(adoption).toMatchObject({ id: 'adopt' })
    expect(adoption.command).toMatch(/^devdb drift --adopt table:\S+ table:\S+ -m/)
    expect(existsSync(synced.file('migrations'))).toBe(true)
  })

  test.concurrent('more seeders than anybody reads are one step, where sequelize-cli runs them', async () => {
    const names = Array.from({ length: 13 }, (_, index) => `seeders/202601${10 + index}-demo.js`)
    const seeder = 'exports.up = async (queryInterface) => {}\n'
    const config = '{ "development": { "dialect": "sqlite", "storage": "dev.db" } }'
    const project = await bare({
      files: { 'config/config.json': config, ...Object.fromEntries(names.map((name) => [name, seeder])) },
    })
    const { missing } = await done(project, 'init')
    expect(missing.join()).toContain(
      "13 seeders in seeders: name those that you need as steps, or all as { run: 'npx sequelize-cli",
    )
  })

  test.concurrent('a seeder that fails is left as a comment', async () => {
    const seeder = "exports.up = (q) => q.bulkInsert('absent', [{ a: 1 }])\n"
    const project = await bare({ files: { 'seeders/20260101-demo.js': seeder } })
    const { text, steps } = await done(project, 'init --dev sqlite:dev.db')
    expect(steps).toMatchObject({ done: 0, problem: expect.stringContaining('absent') })
    expect(text).toMatch(/\/\/ {3}\{ module: '\.\/seeders\/20260101-demo\.js' \}/)
  })

  test.concurrent('doctor tells of models that share a table, and of a dev database that git tracks', async () => {
    const project = await bare({
      files: {
        'models/memo.js': `module.exports = (sequelize, DataTypes) =>
  sequelize.define('memo', { text: DataTypes.TEXT }, { tableName: 'notes', timestamps: false })
`,
      },
    })
    expect(await project.devdb('init --dev sqlite:dev.db')).toMatchObject({ exit: 0 })
    initGit(project.root)
    const run = await project.devdb('doctor')
    const told = (name: string) => run.json.checks.find((check: { readonly name: string }) => check.name === name)
    expect(told('shared')).toMatchObject({
      state: 'attention',
      message: 'memo and note describe the same table: notes gets the columns of both',
    })
    expect(told('tracked')).toMatchObject({
      state: 'attention',
      hint: "git rm --cached dev.db && echo '/dev.db*' >> .gitignore",
    })
  })

  test.concurrent('what sequelize-cli generates into a package of ES modules loads for nobody: doctor says what to do', async () => {
    const project = await bare({ files: { 'package.json': '{ "type": "module" }' } })
    const hint = 'mv models/note.js models/note.cjs'
    expect(await project.devdb('init --dev sqlite:dev.db')).toMatchObject({
      exit: 1,
      json: { written: true, problem: { code: 'model-failed', file: project.file('models/note.js'), hint } },
    })
    const run = await project.devdb('doctor')
    expect(run.exit).toBe(1)
    expect(run.json.checks).toContainEqual(expect.objectContaining({ name: 'models', state: 'failed', hint }))
    expect(run.json.checks).toContainEqual(expect.objectContaining({ name: 'replay', state: 'failed' }))
  })
})
