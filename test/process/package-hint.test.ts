import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { messageOf } from '../../src/error.ts'
import { packageHint } from '../../src/process/package-hint.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const own = createRequire(import.meta.url)

/** Projects whose `models/pet.js` needs what the package `vault` needs. */
const vault = (code: string): Readonly<Record<string, string>> => ({
  'models/pet.js': "require('vault')",
  'node_modules/vault/package.json': '{ "name": "vault" }',
  'node_modules/vault/lib/index.js': code,
  'node_modules/vault/index.js': "require('./lib/index.js')",
})

const bindings = `require(${JSON.stringify(own.resolve('bindings'))})('vault.node')`

test.each<[string, Readonly<Record<string, string>>, string | null]>([
  ['a package that was not compiled', vault("require('../build/Release/vault.node')"), 'npm rebuild vault'],
  [
    'one that was compiled for something else',
    { ...vault("require('../build/vault.node')"), 'node_modules/vault/build/vault.node': 'ELF' },
    'npm rebuild vault',
  ],
  ['one that looks for it by `bindings`', vault(bindings), 'npm rebuild vault'],
  [
    'one that wraps what it is told',
    vault("try { require('../build/Release/vault.node') } catch (cause) { throw new Error('no vault', { cause }) }"),
    'npm rebuild vault',
  ],
  ["with the project's own package manager", { ...vault(bindings), 'pnpm-lock.yaml': '' }, 'pnpm rebuild vault'],
  [
    'a package of a scope, of a package',
    {
      ...vault("require('@a/lock')"),
      'node_modules/vault/node_modules/@a/lock/index.js': "require('./build/Release/lock.node')",
    },
    'npm rebuild @a/lock',
  ],
  [
    'a package that is not installed',
    {
      'models/pet.js': "require('vault/sub')",
      'package.json': '{ "dependencies": { "vault": "1" } }',
      'yarn.lock': '',
    },
    'yarn install',
  ],
  [
    'one that package.json does not name',
    { 'models/pet.js': "require('vault')", 'package.json': '{}' },
    'npm install vault; or mend its name in the file',
  ],
  [
    'one that an ES module imports',
    {
      // As Node 20 words it: lib/internal/errors.js.
      'models/pet.js': `throw Object.assign(new Error("Cannot find package 'vault' imported from /a.js"), { code: 'ERR_MODULE_NOT_FOUND' })`,
      'package.json': '{ "devDependencies": { "vault": "1" } }',
    },
    'npm install',
  ],
  [
    'a driver that Sequelize misses',
    { 'models/pet.js': "throw new Error('Please install pg package manually')", 'package.json': '{}' },
    'npm install pg; or mend its name in the file',
  ],
  ['a file of the project', { 'models/pet.js': "require('./absent')" }, null],
  ["a path from the project's own folders", { 'models/pet.js': "require('models/cat')", 'package.json': '{}' }, null],
  ['an alias of a path', { 'models/pet.js': "require('@/cat')" }, null],
  ['another error', { 'models/pet.js': "throw new Error('no')" }, null],
])('%s', async (_, files, hint) => {
  const root = tempFolder()
  writeFiles(root, { '.git/HEAD': '', ...files })
  const file = `${root}/models/pet.js`
  const error = await (async () => own(file))().catch((thrown: unknown) => thrown)
  expect(packageHint(error, file)).toBe(hint)
  expect(messageOf(error)).not.toMatch(/Tried/)
})
