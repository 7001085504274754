/** What sequelize-cli is told, in every form in which it takes it, and without any secret. */
import { expect, test } from 'vitest'
import { importFile } from '../../src/process/import-file.ts'
import { readCliSettings } from '../../src/survey/read-cli-settings.ts'
import { tempProject } from '../temp-folder.ts'

const read = (files: Readonly<Record<string, string>>, environment: string | null = null) =>
  readCliSettings(tempProject({ 'package.json': '{}', ...files }), environment, importFile)

const development = { dialect: 'sqlite', storage: 'dev.sqlite' }

test('.sequelizerc with all its paths, in both spellings', async () => {
  const rc = `const path = require('path')
    module.exports = { config: path.resolve('/', __dirname, 'db/config.json'), 'models-path': path.join(__dirname, 'db/models'),
      migrationsPath: 'db/migrations', 'seeders-path': '/elsewhere/seeders', env: 'local' }`
  expect(await read({ '.sequelizerc': rc, 'db/config.json': JSON.stringify({ local: development }) })).toMatchObject({
    rcFile: '.sequelizerc',
    configFile: 'db/config.json',
    paths: { models: 'db/models', migrations: 'db/migrations' },
    environment: 'local',
    database: development,
  })
})

test.each([
  ['an object', `module.exports = { development: ${JSON.stringify(development)} }`],
  ['a default export', `exports.default = { development: ${JSON.stringify(development)} }`],
  ['a promise', `module.exports = Promise.resolve({ development: ${JSON.stringify(development)} })`],
  ['a function', `module.exports = async () => ({ development: ${JSON.stringify(development)} })`],
  ['a callback', `module.exports = (done) => done(null, { development: ${JSON.stringify(development)} })`],
  ['one for all', `module.exports = ${JSON.stringify(development)}`],
])('config/config.js that exports %s', async (_, text) => {
  expect(await read({ 'config/config.js': text })).toMatchObject({ database: development, fault: null })
})

test('what it says of the tables that note migrations and seeders', async () => {
  const noting = { migrationTimestamps: true, migrationStorage: 'json', seederStorage: 'sequelize' }
  const config = JSON.stringify({ development: { ...development, ...noting } })
  expect((await read({ 'config/config.json': config })).database).toMatchObject({
    hasMetaTimestamps: true,
    metaStorage: 'json',
    notesSeeders: true,
  })
})

test('no secret leaves it, and a fault is told', async () => {
  const url = 'postgres://me:hush@db/app'
  const config = JSON.stringify({ development: { url, password: 'hush' }, test: { use_env_variable: 'TEST_DB' } })
  const settings = await read({ 'config/config.json': config })
  expect(settings).toMatchObject({
    environments: ['development', 'test'],
    database: { dialect: 'postgres', url: null, hasSecret: true },
  })
  expect(JSON.stringify(settings)).not.toContain('hush')
  expect(await read({ 'config/config.json': config }, 'test')).toMatchObject({
    database: { variable: 'TEST_DB', hasSecret: false },
  })
  expect(await read({ 'config/config.json': '{' })).toMatchObject({
    database: null,
    fault: expect.stringContaining('JSON'),
  })
})
