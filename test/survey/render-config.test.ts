/** Whatever is proposed, the file that is written loads, and says the same. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { importConfig } from '../../src/config/import-config.ts'
import { configOf } from '../../src/survey/config-of.ts'
import type { Proposal } from '../../src/survey/proposal.ts'
import { renderConfig } from '../../src/survey/render-config.ts'
import { tempProject } from '../temp-folder.ts'

const least: Proposal = {
  code: { isTypeScript: false, module: 'cjs', ending: '.cjs', usesDotenv: false },
  models: { patterns: ['./models/index.js'], what: 'the file that gathers them' },
  exclude: [],
  afterSync: null,
  loader: null,
  migrations: {
    dir: 'migrations',
    glob: null,
    named: null,
    match: null,
    call: null,
    context: null,
    table: null,
    column: null,
    schema: null,
    timestamps: false,
    sort: null,
  },
  dev: { url: 'sqlite:dev.sqlite', variable: null },
  variables: [],
  steps: [],
  stepsFault: null,
  baseline: null,
  syncFault: null,
}

const most: Proposal = {
  ...least,
  models: { patterns: ['./a.js', "./it's.js"], what: '2 files' },
  migrations: {
    dir: 'db/migrations',
    glob: null,
    named: null,
    match: '\\.ts$',
    call: 'umzug',
    context: '{ sequelize }',
    table: 'applied',
    column: 'file',
    schema: 'own',
    timestamps: true,
    sort: 'semver',
  },
  variables: [
    { name: 'APP_DB', holds: 'url' },
    { name: 'APP_FILE', holds: 'storage' },
  ],
  steps: [
    { kind: 'module', path: 'seeders/1.js' },
    { kind: 'sql', path: 'seeders/2.sql' },
  ],
  baseline: { kind: 'sql', start: './devdb.baseline.sql' },
}

/** What only trying shows. */
const tried: Proposal = {
  ...most,
  exclude: ['tall_users'],
  afterSync: 'db/triggers.sql',
  loader: 'typescript',
  steps: [{ kind: 'run', run: 'sequelize-cli db:seed:all', inputs: ['seeders/**'] }],
  baseline: { kind: 'migration', start: '20240101-squashed' },
  syncFault: "no such function: it's",
}

const kinds: readonly Proposal['code'][] = [
  { isTypeScript: false, module: 'cjs', ending: '.cjs', usesDotenv: false },
  { isTypeScript: false, module: 'esm', ending: '.mjs', usesDotenv: false },
  { isTypeScript: true, module: 'esm', ending: '.ts', usesDotenv: false },
]

test.each(
  kinds.flatMap((code) =>
    [
      least,
      most,
      tried,
      { ...most, stepsFault: 'no such table' },
      { ...least, baseline: { kind: 'git' as const, start: 'abc' } },
    ].map((all) => ({ ...all, code })),
  ),
)('$code.ending, $stepsFault', async (proposal) => {
  const root = tempProject({ 'package.json': '{}' })
  const file = join(root, `devdb.config${proposal.code.ending}`)
  // The hooks that find devdb itself do not reach what Vitest imports.
  const text = renderConfig(proposal).replace(
    "import { defineConfig } from 'devdb'",
    'const defineConfig = (all) => all',
  )
  writeFileSync(file, text)
  expect(await importConfig(file)).toEqual(evaluateConfig(configOf(proposal), file, [file]))
})

test('a variable is read when the configuration is, and what it holds is not written down', async () => {
  const root = tempProject({ 'package.json': '{}' })
  const file = join(root, 'devdb.config.cjs')
  const text = renderConfig({ ...least, dev: { url: 'sqlite:secret.db', variable: 'DEVDB_TEST_DEV' } })
  expect(text).not.toContain('secret')
  writeFileSync(file, text)
  process.env.DEVDB_TEST_DEV = 'sqlite:there.db'
  expect((await importConfig(file)).dev.label).toBe('there.db')
  delete process.env.DEVDB_TEST_DEV
})
