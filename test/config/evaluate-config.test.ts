import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { variablesFor } from '../../src/config/config.ts'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { refusalOf } from '../../src/config/guard.ts'
import { fileTarget } from '../../src/dialect/sqlite/sqlite-target.ts'
import { DevdbError } from '../../src/error.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const good = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' } as const

const evaluate = (exported: unknown, root = '/project') => evaluateConfig(exported, join(root, 'devdb.config.ts'), [])

function faultsOf(exported: unknown, root?: string) {
  try {
    evaluate(exported, root)
    return { code: 'none', message: '', hint: '', details: [] as readonly string[] }
  } catch (error) {
    if (!(error instanceof DevdbError)) throw error
    const { hint = '', details = [] } = error.parts
    return { code: error.code, message: error.message, hint, details }
  }
}

test('the smallest configuration gets every default', () => {
  expect(evaluate(good)).toMatchObject({
    root: '/project',
    project: 'project',
    folder: '/project/.devdb',
    models: { patterns: ['./models'], exclude: [], timeoutMs: 30_000, beforeSync: null, afterSync: null },
    builtFrom: 'models',
    loader: 'tsx',
    migrations: {
      dir: '/project/migrations',
      match: null,
      call: 'auto',
      sort: 'name',
      meta: { table: 'SequelizeMeta', column: 'name', schema: null, timestamps: false },
    },
    baseline: null,
    dev: { storage: '/project/dev.db', label: 'dev.db' },
    throwaway: { storage: '/project/.devdb/throwaway.db', label: '.devdb/throwaway.db' },
    build: { storage: '/project/.devdb/build/build.db' },
    work: { storage: '/project/.devdb/work/work.db' },
    steps: [],
    hooks: { afterBuild: [], afterUpgrade: [] },
    unsetEnv: [],
    cwd: '/project',
    keepSnapshots: 10,
    rehearsalMaxBytes: 200_000_000,
    maxSnapshotBytes: 2_000_000_000,
    waitMs: 5000,
  })
})

test('what Umzug gives its migrations may be said until one of them shows it', () => {
  const migrations = { dir: './migrations', context: '{ sequelize }' }
  expect(evaluate({ ...good, migrations }).migrations).toMatchObject({ context: '{ sequelize }' })
  expect(evaluate(good).migrations).not.toHaveProperty('context')
  expect(faultsOf({ ...good, migrations: { ...migrations, context: 'mine' } }).details).toHaveLength(1)
})

test('a baseline is a file, or a file and names; it may not be a migration itself', () => {
  const sql = '/project/schema.sql'
  expect(evaluate({ ...good, baseline: './schema.sql' }).baseline).toEqual({ sql, names: [] })
  expect(evaluate({ ...good, baseline: { sql: 'schema.sql', names: ['a'] } }).baseline).toEqual({ sql, names: ['a'] })
  const among = faultsOf({ ...good, baseline: './migrations/00.sql' })
  expect(among.details).toEqual(['baseline: 00.sql would be a migration itself; keep it outside the migrations folder'])
  const migrations = { dir: './migrations', match: '\\.js$' }
  expect(evaluate({ ...good, migrations, baseline: './migrations/00.sql' }).baseline).not.toBeNull()
  expect(faultsOf({ ...good, baseline: { sql: '', names: [], more: 1 } }).details).toEqual([
    'baseline.sql: must not be empty',
    'baseline.names: must not be an empty list',
    'baseline.more: is not an option',
  ])
  expect(faultsOf({ ...good, baseline: 1 }).details).toEqual([
    'baseline: must be a SQL file, or { sql, names }, { run, inputs, names }, { git, names } or { migration }',
  ])
  expect(faultsOf({ ...good, baseline: { sql: 'a.sql', git: 'v1' } }).details).toEqual([
    'baseline: must have exactly one of sql, run, git and migration',
  ])
  expect(evaluate({ ...good, baseline: { run: 'make db', inputs: ['db/a.rb'] } }).baseline).toEqual({
    run: 'make db',
    inputs: ['/project/db/a.rb'],
    names: [],
  })
})

test('the largest one is taken as it is, and is plain JSON', () => {
  const config = evaluate({
    models: {
      path: ['a.ts', 'b/*.ts'],
      exclude: ['b/x.ts'],
      timeoutMs: 9,
      beforeSync: 'db/a.sql',
      afterSync: './b.ts',
    },
    migrations: { dir: 'm', match: '^\\d', call: 'cli', meta: { table: 't', column: 'c', schema: 's' } },
    dev: { dialect: 'sqlite', storage: 'd.db' },
    throwaway: { url: 'sqlite:t.db', from: 'migrations' },
    steps: [
      { run: 'echo a' },
      { run: ['echo', 'b'], name: 'b', inputs: ['x/**'], env: { A: '1' }, timeoutMs: 5 },
      { module: 'seed/c.js' },
      { sql: 'seed/d.sql' },
    ],
    env: ({ storage, url }: { storage: string; url: string }) => ({ FILE: storage, URL: url }),
    hooks: {
      afterBuild: ['npm', 'test'],
      afterUpgrade: [{ name: 'types', run: 'gen', env: { B: '2' }, timeoutMs: 3 }],
    },
    unsetEnv: ['SECRET'],
    cwd: '/',
    snapshots: { keep: 3 },
    waitMs: 7,
    allow: ['d'],
  })
  expect(JSON.parse(JSON.stringify(config))).toEqual(config)
  expect(config.models).toMatchObject({ beforeSync: '/project/db/a.sql', afterSync: '/project/b.ts' })
  expect([config.builtFrom, config.throwaway.label]).toEqual(['migrations', 't.db'])
  expect(config.steps).toEqual([
    { name: 'echo a', run: 'echo a', timeoutMs: 300_000 },
    { name: 'b', run: ['echo', 'b'], inputs: ['x/**'], env: { A: '1' }, timeoutMs: 5 },
    { name: 'c.js', module: '/project/seed/c.js', timeoutMs: 300_000 },
    { name: 'd.sql', sql: '/project/seed/d.sql', timeoutMs: 300_000 },
  ])
  expect(config.hooks).toEqual({
    afterBuild: [{ name: 'npm test', run: ['npm', 'test'], timeoutMs: 300_000 }],
    afterUpgrade: [{ name: 'types', run: 'gen', env: { B: '2' }, timeoutMs: 3 }],
  })
  const own = { SECRET: 'x', PATH: '/bin', DATABASE_URL: 'sqlite:mine.db' }
  expect(variablesFor(config, config.build, own)).toEqual({
    PATH: '/bin',
    DATABASE_URL: 'sqlite:/project/.devdb/build/build.db',
    FILE: '/project/.devdb/build/build.db',
    URL: 'sqlite:/project/.devdb/build/build.db',
  })
})

test('dev may be a function of the environment', () => {
  expect(
    evaluate({ ...good, dev: (env: NodeJS.ProcessEnv) => `sqlite:${env.PATH === undefined ? 'no' : 'yes'}.db` }).dev
      .label,
  ).toBe('yes.db')
})

test('all faults come at once, each with its path', () => {
  const { code, details } = faultsOf({
    models: [],
    migrations: { dir: '', match: '(' },
    dev: 7,
    throwaway: 'nonsense',
    steps: [{ run: 'a', sql: 'b' }, { name: 'nothing' }, { run: 'x', timeoutMs: -1 }],
    waitMs: 'long',
    colour: 'red',
  })
  expect(code).toBe('config-invalid')
  for (const path of ['models', 'migrations', 'dev', 'steps[0]', 'steps[1]', 'steps[2].timeoutMs', 'waitMs', 'colour'])
    expect(details.map((fault) => fault.slice(0, path.length))).toContain(path)
})

test.each([
  ['modles', { ...good, modles: 'x' }, 'modles: is not an option; did you mean models?'],
  [
    'models.exlude',
    { ...good, models: { path: 'm', exlude: ['x'] } },
    'models.exlude: is not an option; did you mean exclude?',
  ],
  [
    'steps[0].timeout',
    { ...good, steps: [{ run: 'x', timeoutM: 1 }] },
    'steps[0].timeoutM: is not an option; did you mean timeoutMs?',
  ],
  [
    'hooks.afterbuild',
    { ...good, hooks: { afterbuild: 'x' } },
    'hooks.afterbuild: is not an option; did you mean afterBuild?',
  ],
  [
    'hooks.afterBuild[0].runs',
    { ...good, hooks: { afterBuild: [{ run: 'x', nmae: 'y' }] } },
    'hooks.afterBuild[0].nmae: is not an option; did you mean name?',
  ],
  ['colour', { ...good, colour: 'x' }, 'colour: is not an option'],
])('%s: what was meant', (_, exported, fault) => {
  expect(faultsOf(exported).details).toEqual([fault])
})

test.each<[string, unknown, string]>([
  ['nothing exported', undefined, 'the file'],
  ['a list', [], 'the file'],
  ['a text', 'x', 'the file'],
  ['no models', { ...good, models: undefined }, 'models'],
  ['no dev', { models: 'm', migrations: 'm' }, 'dev'],
  ['an option of models that is none', { ...good, models: { path: 'm', extra: 1 } }, 'models.extra'],
  ['an option of a step that is none', { ...good, steps: [{ run: 'x', shell: true }] }, 'steps[0].shell'],
  ['two steps of one name', { ...good, steps: [{ run: 'x' }, { name: 'x', run: 'y' }] }, 'steps[1].name'],
  ['a step of three kinds', { ...good, steps: [{ run: 'x', module: 'y', sql: 'z' }] }, 'steps[0]'],
  ['an empty command', { ...good, steps: [{ run: [] }] }, 'steps[0].run'],
  ['a database in memory', { ...good, dev: 'sqlite::memory:' }, 'dev'],
  ['a throwaway in memory', { ...good, throwaway: 'sqlite::memory:' }, 'throwaway'],
  ['a database that is a folder', { ...good, dev: 'sqlite:./' }, 'dev'],
  ['another dialect', { ...good, dev: 'oracle://x' }, 'dev'],
  ['env of numbers', { ...good, env: () => ({ A: 1 }) }, 'env.A'],
  ['snapshots of none', { ...good, snapshots: { keep: 0 } }, 'snapshots.keep'],
])('%s', (_, exported, path) => {
  const { code, details } = faultsOf(exported)
  expect([code, details]).toEqual([
    expect.stringMatching(/^(config-invalid|dialect-unknown)$/),
    expect.arrayContaining([expect.stringMatching(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}`))]),
  ])
})

test.each([
  {
    ...good,
    dev: () => {
      throw new Error('no')
    },
  },
  {
    ...good,
    env: () => {
      throw new Error('no')
    },
  },
])('a function that throws is told', (exported) => {
  expect(faultsOf(exported).code).toBe('config-failed')
})

describe('what is refused', () => {
  const refused =
    'prod.db my-prod.db live.db production.db app.production.db app_prod.db PROD.db prd.db myproduction.db app-live.db appLive.db proddb.db production2.db productiondata.db livedb.db dump.production data.prod data/live/a.db srv/production/data.db'
  test.each(refused.split(' '))('dev %s looks like production', (name) => {
    const problem = faultsOf({ ...good, dev: `sqlite:${name}` })
    expect(problem.code).toBe('dev-refused')
    const [, allowed] = /allow: \['(.*)'\]/.exec(problem.hint) ?? []
    expect(faultsOf({ ...good, dev: `sqlite:${name}`, allow: [allowed] }).code).toBe('none')
  })

  const accepted =
    'product.db products/x.db producer.db delivery.db deliveries.db reproduce.db reproduction.db coproduction.db alive.db olive.db livestock.db live-chat.db livestream.db relive.db prodigy.db productivity.db dev.db'
  test.each(accepted.split(' '))('dev %s does not', (name) => {
    expect(faultsOf({ ...good, dev: `sqlite:${name}` }).code).toBe('none')
  })

  test('where links lead counts, and so do folders outside the project, but not those around it', () => {
    const base = tempFolder()
    const root = join(base, 'live/app')
    mkdirSync(join(root, 'files'), { recursive: true })
    mkdirSync(join(base, 'production'))
    symlinkSync('app-production.sqlite', join(root, 'dev.db'))
    symlinkSync('../../production', join(root, 'shared'))
    const read = (dev: string, more: object = {}) => faultsOf({ ...good, dev, ...more }, root)
    expect(read('sqlite:files/dev.db').code).toBe('none')
    expect(read('sqlite:dev.db')).toMatchObject({ code: 'dev-refused', message: expect.stringContaining('leads to') })
    expect(read('sqlite:dev.db', { allow: ['app-production'] }).code).toBe('none')
    for (const dev of ['sqlite:shared/dev.db', `sqlite:${join(base, 'production/dev.db')}`]) {
      expect(read(dev)).toMatchObject({ code: 'dev-refused', message: expect.stringContaining('its folder') })
      expect(read(dev, { allow: [join(base, 'production/dev.db')] }).code).toBe('none')
    }
  })

  test('another host, and a production environment', () => {
    const dev = { ...fileTarget('/x/dev.db', '/x'), host: 'db.example.com' }
    expect(refusalOf(dev, [], [], {})?.reason).toContain('db.example.com')
    expect(refusalOf({ ...dev, host: 'localhost' }, [], [], {})).toBeNull()
    expect(refusalOf({ ...dev, host: null }, [], [], { NODE_ENV: 'production' })?.reason).toContain('NODE_ENV')
    expect(refusalOf(dev, [], ['dev'], { NODE_ENV: 'production' })).toBeNull()
  })

  test('a throwaway that is dev under any spelling', () => {
    const root = tempFolder()
    writeFiles(root, { 'dev.db': '' })
    symlinkSync('dev.db', join(root, 'link.db'))
    linkSync(join(root, 'dev.db'), join(root, 'hard.db'))
    for (const throwaway of [
      'sqlite:dev.db',
      'sqlite:./x/../dev.db',
      'sqlite:DEV.db',
      'sqlite:link.db',
      'sqlite:hard.db',
      `sqlite:${root}/dev.db`,
    ])
      expect(() => evaluate({ ...good, throwaway }, root)).toThrow(
        expect.objectContaining({ code: 'throwaway-is-dev' }),
      )
  })
})

test('the project is called as its package, or its folder', () => {
  const root = tempFolder()
  writeFiles(root, { 'package.json': '{"name":"forge"}' })
  expect(evaluate(good, root).project).toBe('forge')
  writeFiles(root, { 'package.json': 'torn' })
  expect(evaluate(good, root).project).toBe(root.split('/').at(-1))
})
