import Module from 'node:module'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { checkPackages } from '../../src/engine/check-surroundings.ts'
import { assertPackagesReadable } from '../../src/process/assert-packages-readable.ts'
import { rebuildCommand } from '../../src/process/find-installer.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

test.each([
  [{ 'package-lock.json': '{}' }, 'npm rebuild sqlite3'],
  [{ 'pnpm-lock.yaml': '' }, 'pnpm rebuild sqlite3'],
  [
    { 'pnpm-lock.yaml': '', 'node_modules/.modules.yaml': '{\n  "ignoredBuilds": [\n    "sqlite3@6.0.1"\n  ]\n}' },
    'pnpm approve-builds',
  ],
  [
    { 'pnpm-lock.yaml': '', 'node_modules/.modules.yaml': 'ignoredBuilds:\n  - sqlite3@6.0.1\nlayoutVersion: 5\n' },
    'pnpm approve-builds',
  ],
  [
    {
      'pnpm-lock.yaml': '',
      'node_modules/.modules.yaml': 'ignoredBuilds:\n  - esbuild@0.28.2\nskipped:\n  - sqlite3@6\n',
    },
    'pnpm rebuild sqlite3',
  ],
  [{ 'yarn.lock': '# yarn lockfile v1\n' }, 'npm rebuild sqlite3'],
  [{ 'yarn.lock': '# by Yarn\n\n__metadata:\n  version: 10\n' }, 'YARN_ENABLE_SCRIPTS=1 yarn rebuild sqlite3'],
  [{ 'bun.lock': '' }, 'npm rebuild sqlite3'],
])('what compiles a package anew: %j', (files, command) => {
  const root = tempFolder()
  writeFiles(root, { 'package.json': '{}', 'packages/api/package.json': '{}', ...files })
  expect(rebuildCommand(`${root}/packages/api`, 'sqlite3')).toBe(command)
})

describe("Yarn's Plug'n'Play", () => {
  const refusal = (files: Readonly<Record<string, string>>, versions = {}): unknown => {
    const root = tempFolder()
    writeFiles(root, { 'packages/api/package.json': '{}', ...files })
    try {
      return assertPackagesReadable(`${root}/packages/api`, versions)
    } catch (error) {
      return error
    }
  }

  test('is refused where Node does not read it, with two ways on', () => {
    expect(refusal({ '.pnp.cjs': '' })).toMatchObject({
      code: 'package-missing',
      parts: {
        hint: 'yarn devdb doctor; or, for node_modules: yarn config set nodeLinker node-modules && yarn install',
      },
    })
  })

  test('is nothing to complain of where Node reads it, or where node_modules is as near', () => {
    expect(refusal({ '.pnp.cjs': '' }, { pnp: '3' })).toBe(undefined)
    expect(refusal({ '.pnp.cjs': '', 'node_modules/a/index.js': '' })).toBe(undefined)
    expect(refusal({ '.pnp.cjs': '', 'packages/api/node_modules/a/index.js': '' })).toBe(undefined)
    expect(refusal({})).toBe(undefined)
  })

  test('doctor finds packages where only Node itself is told', async () => {
    const root = tempFolder()
    writeFiles(root, { 'package.json': '{}', 'cache/sequelize/package.json': '{ "version": "6.0.1" }' })
    // What .pnp.cjs does: https://github.com/yarnpkg/berry, packages/yarnpkg-pnp/sources/loader/applyPatch.ts
    const loader = Module as unknown as { _resolveFilename(name: string, ...others: unknown[]): string }
    const { _resolveFilename: usual } = loader
    loader._resolveFilename = (name, ...others) =>
      name === 'sequelize/package.json' ? `${root}/cache/${name}` : usual.call(loader, name, ...others)
    onTestFinished(() => {
      loader._resolveFilename = usual
    })
    const dev = { dialect: 'sqlite' }
    const [sequelize] = await checkPackages({ root, dev } as Config, 'yarn add')
    expect(sequelize).toMatchObject({ state: 'ok', message: 'sequelize 6.0.1 from cache/sequelize' })
  })
})
