import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { readAccepted } from '../../src/engine/accepted-file.ts'
import {
  baseFiles,
  type CheckProject,
  type Files,
  fileAppears,
  makeProject,
  migration,
  model,
} from './check-project.ts'

const projects: CheckProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})
const make = (files: Files = {}): CheckProject => {
  const project = makeProject(files)
  projects.push(project)
  return project
}

const textsOf = (changes: readonly { readonly text: string }[]): readonly string[] => changes.map(({ text }) => text)
const userWith = (attributes: string): string =>
  baseFiles['models/user.js']!.replace('{ name: DataTypes.STRING,', `{ name: DataTypes.STRING, ${attributes},`)

describe('check', () => {
  test('ends with 0 and an empty list where the migrations give what the models need; makes no dev database', async () => {
    const project = make()
    const { exit, json, stderr } = await project.run('check', '--json')
    expect([exit, json, stderr]).toEqual([0, { changes: [], accepted: 0, stale: [] }, ''])
    expect(readdirSync(project.root).sort()).toEqual(
      ['.devdb', 'devdb.config.json', 'lib', 'migrations', 'models', 'package.json', 'ran.log'].sort(),
    )
  })

  test('ends with 3 and the changes; accepts them; then shows exactly what is new, and what is no longer true', async () => {
    const project = make({ 'models/user.js': userWith('nick: DataTypes.STRING') })
    const found = await project.run('check', '--json')
    expect(found.exit).toBe(3)
    expect(found.json).toEqual({
      changes: [expect.objectContaining({ kind: 'add-column', table: 'users', text: '+ users.nick  VARCHAR(255)' })],
      accepted: 0,
      stale: [],
    })
    const people = await project.run('check')
    expect([people.exit, people.stdout]).toEqual([3, 'Models need a migration\n  + users.nick  VARCHAR(255)\n'])

    const accepting = await project.run('check', '--accept', '--json')
    expect([accepting.exit, accepting.json]).toEqual([0, { changes: [], accepted: 1, stale: [] }])
    expect(project.read('devdb.accepted.json')).toBe('{\n  "accepted": [\n    "+ users.nick  VARCHAR(255)"\n  ]\n}\n')

    project.write({ 'models/user.js': userWith('nick: DataTypes.STRING, age: DataTypes.INTEGER') })
    const next = await project.run('check', '--json')
    expect([next.exit, textsOf(next.json.changes), next.json.accepted]).toEqual([3, ['+ users.age  INTEGER'], 1])

    project.write({ 'models/user.js': baseFiles['models/user.js']! })
    const stale = await project.run('check', '--json')
    expect([stale.exit, stale.json]).toEqual([0, { changes: [], accepted: 0, stale: ['+ users.nick  VARCHAR(255)'] }])

    expect((await project.run('check', '--accept')).exit).toBe(0)
    expect(project.has('devdb.accepted.json')).toBe(false)
  })

  test.each([
    ['no JSON', '{ "accepted": ['],
    ['null', 'null'],
    ['a list', '["+ users.nick  VARCHAR(255)"]'],
    ['no lines', '{ "accepted": [1] }'],
  ])('says so when the accepted differences are %s', (_, content) => {
    const { root } = make({ 'devdb.accepted.json': content })
    const file = `${root}/devdb.accepted.json`
    expect(() => readAccepted({ root } as Config)).toThrow(
      expect.objectContaining({ code: 'config-invalid', parts: expect.objectContaining({ file }) }),
    )
  })

  test('says what it cannot compare', async () => {
    const project = make({
      'migrations/04-search.sql': 'CREATE VIRTUAL TABLE docs USING fts5(title);',
    })
    const { exit, stdout } = await project.run('check')
    expect([exit, stdout]).toEqual([
      0,
      'The migrations give what the models need.\nnot compared: table docs, a virtual table\n',
    ])
  })
})

describe('a migration that cannot be replayed from empty is named', () => {
  test.each([
    ['that fails', migration('02', "await q.sequelize.query('UPDATE nobody SET a = 1')"), 'no such table: nobody'],
    ['that ends the process', migration('02', 'process.exit(0)'), 'process.exit'],
    ['that is killed', migration('02', "process.kill(process.pid, 'SIGKILL')"), '02-posts.js'],
  ])('one %s', async (_, content, message) => {
    const project = make({ 'migrations/02-posts.js': content })
    const { exit, json } = await project.run('check', '--json')
    expect([exit, json.problem.code, json.problem.migration]).toEqual([1, 'shadow-failed', '02-posts.js'])
    expect(json.problem.message).toContain('02-posts.js')
    expect(json.problem.message).toContain(message)
  })
})

describe('the shadow is kept', () => {
  test('only migrations after the first changed one are replayed, and all of them when what they import has changed', async () => {
    const project = make({ 'migrations/sql/names.sql': '-- one' })
    const check = async (files: Files = {}): Promise<readonly [number | null, ...string[]]> => {
      project.write(files)
      const { exit } = await project.run('check', '--json')
      return [exit, ...project.ran()]
    }
    expect(await check()).toEqual([0, '01', '02', '03'])
    expect(await check()).toEqual([0])
    expect(await check({ 'migrations/04-more.js': migration('04', '') })).toEqual([0, '04'])
    expect(await check({ 'migrations/03-points.js': `${baseFiles['migrations/03-points.js']}// same\n` })).toEqual([
      0,
      '03',
      '04',
    ])
    expect(await check({ 'lib/columns.js': "exports.title = 'headline'\n" })).toEqual([3, '01', '02', '03', '04'])
    expect(await check({ 'lib/columns.js': baseFiles['lib/columns.js']! })).toEqual([0, '01', '02', '03', '04'])
    expect(await check({ 'migrations/sql/names.sql': '-- two' })).toEqual([0, '01', '02', '03', '04'])
    expect(await check({ 'migrations/04-more.js': null })).toEqual([0])
    const migrations = { dir: './migrations', meta: { table: 'done' } }
    const config = JSON.stringify({ models: './models', migrations, dev: 'sqlite:dev.db' })
    expect(await check({ 'devdb.config.json': config })).toEqual([0, '01', '02', '03'])
  })

  test('a replay that was killed half-way leaves nothing that is not true', async () => {
    const wait = `if (require('node:fs').existsSync('hold')) {
      appendFileSync('holding', '')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    }`
    const project = make({
      'migrations/01-users.js': baseFiles['migrations/02-posts.js']!.replace("'02\\n'", "'01\\n'"),
      'migrations/02-posts.js': baseFiles['migrations/01-users.js']!.replace('await q.', `${wait}\n  await q.`),
    })
    expect((await project.run('upgrade', '+1', '--json')).exit).toBe(0)
    expect((await project.run('check', '--json')).exit).toBe(0)
    project.write({ 'lib/columns.js': "exports.title = 'headline'\n", hold: '' })
    const killed = project.start('check', '--json')
    await fileAppears(project.root, 'holding')
    killed.kill('SIGKILL')
    await once(killed, 'close')
    project.write({ 'lib/columns.js': baseFiles['lib/columns.js']!, hold: null })
    const { exit, json } = await project.run('diff', '--json')
    expect([exit, json]).toEqual([0, { models: [], drift: [] }])
  })
})

describe('diff', () => {
  test('drift is null without dev, empty after an upgrade, and then what was changed by hand', async () => {
    const project = make()
    expect((await project.run('diff', '--json')).json).toEqual({ models: [], drift: null })
    expect(project.has('dev.db')).toBe(false)
    expect((await project.run('upgrade', '+2', '--json')).exit).toBe(0)
    // The third is pending: neither the models nor the drift want it.
    expect((await project.run('diff', '--json')).json).toEqual({ models: [], drift: [] })
    await project.sql(`
      ALTER TABLE users ADD COLUMN note TEXT; CREATE INDEX by_title ON posts (title);
      ALTER TABLE users ADD COLUMN loud TEXT AS (upper(name)) VIRTUAL;
      CREATE TABLE SequelizeData (name TEXT); CREATE TABLE other_app (a INT)`)
    project.write({ 'models/post.js': model('post', 'title: DataTypes.STRING, body: DataTypes.TEXT') })
    const { exit, json } = await project.run('diff', '--json')
    expect([exit, textsOf(json.models), textsOf(json.drift)]).toEqual([
      0,
      ['+ posts.body  TEXT'],
      ['+ users.note  TEXT', '+ users.loud  TEXT GENERATED AS (upper(name)) VIRTUAL', '+ posts  index (title)'],
    ])
    const people = await project.run('diff')
    expect(people.stdout.split('\n').slice(0, 4)).toEqual([
      'Models need a migration',
      '  + posts.body  TEXT',
      'dev.db differs from its migrations',
      '  + users.note  TEXT',
    ])
  })

  test('a table that a later migration or a model makes is drift when it is there already', async () => {
    const project = make({ 'models/tag.js': model('tag', 'name: DataTypes.STRING') })
    expect((await project.run('upgrade', '+1', '--json')).exit).toBe(0)
    await project.sql('CREATE TABLE posts (id INTEGER PRIMARY KEY); CREATE TABLE Tags (id INTEGER PRIMARY KEY)')
    const { json } = await project.run('diff', '--json')
    expect(textsOf(json.drift)).toEqual(['+ Tags  table with 1 column', '+ posts  table with 1 column'])
  })
})

describe('status', () => {
  test('tells what the models need as long as that is known', async () => {
    const project = make({ 'models/user.js': userWith('nick: DataTypes.STRING') })
    const models = async (...words: readonly string[]): Promise<readonly string[]> => {
      const { json } = await project.run('status', ...words, '--json')
      return [json.models.state, ...textsOf(json.models.changes)]
    }
    expect(await models()).toEqual(['unknown'])
    expect((await project.run('reset', '--json')).exit).toBe(0)
    expect((await project.run('check', '--json')).exit).toBe(3)
    const known = ['known', '+ users.nick  VARCHAR(255)']
    expect(await models()).toEqual(known)
    // An edited model: what was found is not true of it, and what is found of it is not true of the build.
    project.write({ 'models/user.js': userWith('age: DataTypes.INTEGER') })
    expect(await models()).toEqual(['unknown'])
    expect(await models('--fresh')).toEqual(['known', '+ users.age  INTEGER'])
    expect(await models()).toEqual(['unknown'])
    project.write({ 'models/user.js': userWith('nick: DataTypes.STRING') })
    expect(await models()).toEqual(known)
    // An edited import of a migration.
    project.write({ 'lib/columns.js': "exports.title = 'headline'\n" })
    expect(await models()).toEqual(['unknown'])
    expect(await models('--fresh')).toEqual([
      'known',
      '+ posts.title  VARCHAR(255)',
      '+ users.nick  VARCHAR(255)',
      '- posts.headline  VARCHAR(255)',
    ])
    project.write({ 'lib/columns.js': baseFiles['lib/columns.js']! })
    expect((await project.run('check', '--accept', '--json')).exit).toBe(0)
    expect(await models()).toEqual(['known'])
  })

  test('knows it from a session of watch, too', async () => {
    const project = make({ 'models/user.js': userWith('nick: DataTypes.STRING') })
    const watching = project.start('watch', '--reporter', 'ndjson')
    for await (const line of createInterface(watching.stdout!)) {
      const event = JSON.parse(line) as { readonly kind: string }
      if (event.kind === 'models-compared') {
        expect(event).toMatchObject({ changes: ['+ users.nick  VARCHAR(255)'], accepted: 0, stale: [] })
        break
      }
      expect(event.kind).not.toMatch(/failed$/)
    }
    watching.kill('SIGINT')
    await once(watching, 'close')
    const { json } = await project.run('status', '--json')
    expect([json.models.state, textsOf(json.models.changes)]).toEqual(['known', ['+ users.nick  VARCHAR(255)']])
  })
})

test('a project with old differences: when they are accepted, one new column is one change', async () => {
  const columns = Array.from({ length: 20 }, (_, n) => `c${n}`)
  const declared = (type: string): string => columns.map((name) => `${name}: ${type}.INTEGER`).join(', ')
  const thing = (more: string): string =>
    `module.exports = (sequelize, DataTypes) => {
      const Thing = sequelize.define('thing', { ${declared('DataTypes')} ${more} })
      Thing.belongsTo(sequelize.define('owner', { name: DataTypes.STRING }, { timestamps: false }), { onDelete: 'CASCADE' })
      return Thing
    }`
  const project = make({
    'models/thing.js': thing(''),
    'migrations/04-old.js': migration(
      '04',
      `const id = { type: T.INTEGER, primaryKey: true, autoIncrement: true }
      await q.createTable('owners', { id, name: T.STRING })
      await q.createTable('things', {
        id, ${declared('T')}, stray: T.TEXT,
        createdAt: T.DATE, updatedAt: { type: T.DATE, allowNull: false },
        ownerId: { type: T.INTEGER, references: { model: 'owners', key: 'id' }, onDelete: 'SET NULL', onUpdate: 'CASCADE' }
      })
      for (const name of ${JSON.stringify(columns)}) await q.addIndex('things', [name])
      await q.sequelize.query('CREATE TRIGGER noisy AFTER INSERT ON things BEGIN SELECT 1; END')
      await q.sequelize.query('CREATE VIEW all_things AS SELECT * FROM things')
      await q.sequelize.query('CREATE INDEX lower_stray ON things (lower(stray))')`,
    ),
  })
  const found = await project.run('check', '--json')
  expect([found.exit, found.json.changes.length]).toEqual([3, 20 + 2 + 1 + 1])
  expect((await project.run('check', '--accept', '--json')).json).toEqual({ changes: [], accepted: 24, stale: [] })
  const lines = JSON.parse(project.read('devdb.accepted.json')).accepted as string[]
  expect(lines).toEqual([...lines].sort())
  expect(lines).toContain('- things.stray  TEXT')
  expect(lines).toContain('~ things.createdAt  NOT NULL')
  project.write({
    'models/thing.js': thing(', coolness: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 }'),
  })
  const next = await project.run('check', '--json')
  expect(textsOf(next.json.changes)).toEqual(['+ things.coolness  INTEGER NOT NULL DEFAULT 0'])
  expect([next.exit, next.json.accepted, next.json.stale]).toEqual([3, 24, []])
})
