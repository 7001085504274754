/** What is proposed of what was found, before anything is tried. */
import { describe, expect, test } from 'vitest'
import type { CliDatabase } from '../../src/survey/cli-settings.ts'
import { listingOf } from '../../src/survey/listing.ts'
import { proposeConfig } from '../../src/survey/proposal.ts'
import { takeSurvey } from '../../src/survey/survey.ts'

const plain: CliDatabase = {
  dialect: 'sqlite',
  storage: null,
  variable: 'SHOP_DB',
  url: null,
  hasSecret: false,
  metaTable: null,
  metaSchema: null,
  hasMetaTimestamps: false,
  metaStorage: null,
  notesSeeders: true,
}

/** The proposal for a project of sequelize-cli's layout. */
function proposed(
  texts: Readonly<Record<string, string>>,
  database: Partial<CliDatabase> = {},
  environment = 'development',
) {
  const cli = {
    rcFile: null,
    configFile: 'config/config.js' in texts ? 'config/config.js' : 'config/config.json',
    paths: {},
    environments: [environment],
    environment,
    database: { ...plain, ...database },
    fault: null,
  }
  const survey = takeSurvey(listingOf('/p', { 'package.json': '{}', ...texts }), {
    cli,
    env: {},
    files: [],
    isKnown: () => true,
  })
  return proposeConfig(survey, { models: [], migrations: null, dev: null }, { patterns: ['./models'], what: '' }, null)
}

describe('seeders that sequelize-cli notes in a table of their own', () => {
  const seeder = "exports.up = (q) => q.bulkInsert('users', [])"
  const command = { kind: 'run', run: 'sequelize-cli db:seed:all', inputs: ['seeders/**'] }

  test('it runs them itself, also beside TypeScript; of another environment, too', () => {
    expect(proposed({ 'seeders/1-a.js': seeder }).steps).toEqual([command])
    expect(proposed({ 'seeders/1-a.js': seeder, 'tsconfig.json': '{}', 'a.ts': '' }).steps).toEqual([command])
    expect(proposed({ 'seeders/1-a.js': seeder }, {}, 'local').steps).toMatchObject([
      { run: 'sequelize-cli db:seed:all --env local' },
    ])
  })

  test('a config file that reads its database from a variable', () => {
    const config = `module.exports = { test: {}, development: { dialect: 'sqlite', storage: process.env.SHOP_FILE || 'dev.db' } }`
    const { steps, variables } = proposed(
      { 'config/config.js': config, 'seeders/1-a.js': seeder },
      { variable: null, storage: 'dev.db' },
    )
    expect([steps, variables]).toEqual([[command], [{ name: 'SHOP_FILE', holds: 'storage' }]])
  })

  test.each([
    ['ES modules', { 'package.json': '{ "type": "module" }', 'seeders/1-a.js': seeder }, {}],
    ['TypeScript', { 'seeders/1-a.ts': seeder }, {}],
    // It would seed that one.
    ['a database that stands in its config file', { 'seeders/1-a.js': seeder }, { variable: null, storage: 'dev.db' }],
    ['no such table', { 'seeders/1-a.js': seeder }, { notesSeeders: false }],
  ])('%s: a module step each', (_, texts, database) => {
    const [path] = Object.keys(texts).filter((name) => name.startsWith('seeders/'))
    expect(proposed(texts, database).steps).toEqual([{ kind: 'module', path }])
  })
})

test('migrations that are named by versions, and not by dates; a meta table with timestamps', () => {
  const of = (...names: readonly string[]) =>
    proposed(Object.fromEntries(names.map((name) => [`migrations/${name}`, 'exports.up = 1'])), {
      hasMetaTimestamps: true,
    }).migrations
  expect(of('1.9.0-a.js', 'v1.10.0.js')).toMatchObject({ sort: 'semver', timestamps: true })
  expect(of('2024.01.05-a.js', '2024.01.06-b.js')).toMatchObject({ sort: null })
  expect(of('1.9.0-a.js', 'users.js')).toMatchObject({ sort: null })
})
