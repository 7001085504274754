/** What somebody gets who installs devdb: the files, the types, the doors, and what is loaded when it starts. */
import { execFile } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { installCommand } from '../../src/process/find-installer.ts'
import { sharedFolder, tempFolder, writeFiles } from '../temp-folder.ts'
import { install, type Packed, pack, repository } from './installed.ts'

/** By its path: another version lies beside it. */
const compiler = join(repository, 'node_modules/typescript/bin/tsc')

/** Runs a program. @returns how it ended, and all that it printed */
async function run(file: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  const { NODE_ENV, VITEST, ...clean } = process.env
  return promisify(execFile)(file, words, { cwd, env: { ...clean, ...env } }).then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ exit: code as number, stdout: String(stdout), stderr: String(stderr) }),
  )
}

const folder = sharedFolder()
let packed: Packed
beforeAll(() => {
  packed = pack(folder)
})

const files = {
  'package.json': '{ "name": "fresh", "private": true }',
  'devdb.config.json': '{ "models": "./models.js", "migrations": "./migrations", "dev": "sqlite:dev.db" }',
  'models.js': "module.exports = (sequelize, types) => sequelize.define('user', { name: types.STRING })",
  'migrations/01-users.js': 'exports.up = async () => {}',
}

describe('the package', () => {
  test('holds what runs, the declarations of its door, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    const others = paths.filter((path) => !/^dist\/.*\.(?:js|d\.ts)$/.test(path))
    expect(others.sort()).toEqual(
      [
        'LICENSE',
        'README.md',
        'bin/devdb.js',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/index.cjs',
        'dist/index.d.cts',
        'package.json',
      ].sort(),
    )
    const named = new Set(declarations('dist/index.d.ts'))
    expect(paths.filter((path) => path.endsWith('.d.ts')).sort()).toEqual([...named].sort())
    expect(packed.size).toBeLessThan(650_000)
  })

  test('holds the licence of each package whose code it holds', () => {
    const scripts = packed.files.map(({ path }) => path).filter((path) => /^dist\/.*\.c?js$/.test(path))
    const code = scripts.map((path) => readFileSync(join(repository, path), 'utf8')).join('\n')
    // esbuild names the file above what it took from there.
    const sources = code.matchAll(/^ *\/\/ .*node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\/.*\.[cm]?js$/gm)
    const names = new Set([...sources].map(([, name]) => name ?? ''))
    expect([...names]).toEqual(expect.arrayContaining(['execa', 'ink', 'pino', 'react', 'yoga-layout', 'zod']))
    const [, ...parts] = readFileSync(join(repository, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8').split(/^-{80}$/m)
    const licensed = parts.map(
      (part) => /^(\S+) \d+\.\d+\.\d+\n\n.*permi(?:ssion|tted)/is.exec(part.trim())?.[1] ?? part,
    )
    expect([...new Set(licensed)]).toEqual([...names].sort())
  })
})

/** A declaration file and those that it imports. */
function declarations(path: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(path)) return known
  known.add(path)
  const text = readFileSync(join(repository, path), 'utf8')
  for (const [, from = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
    declarations(join(path, '..', from).replace(/\.ts$/, '.d.ts'), known)
  }
  return known
}

describe('installed', () => {
  test('a configuration has types and value, in CommonJS and as a module', async () => {
    const root = tempFolder()
    install(root, packed, [])
    const good = "{ models: 'm', migrations: 'm', dev: 'sqlite:dev.db' }"
    const bad = "defineConfig({ models: 'm', migrations: 'm', dev: 'd', throwaway: 7 })"
    const checked = '// @ts-expect-error a number is none'
    writeFiles(root, {
      'package.json': '{ "name": "fresh" }',
      'tsconfig.json': JSON.stringify({
        compilerOptions: { module: 'nodenext', strict: true, noEmit: true, checkJs: true, allowJs: true, types: [] },
        include: ['*.config.*'],
      }),
      'a.config.js': `const { defineConfig } = require('devdb')\nmodule.exports = defineConfig(${good})\n${checked}\n${bad}\n`,
      'b.config.ts': `import { defineConfig, type UserConfig } from 'devdb'\nconst config: UserConfig = ${good}\nexport default defineConfig(config)\n${checked}\n${bad}\n`,
      'c.config.mts': `import { defineConfig } from 'devdb'\nexport default defineConfig(${good})\n${checked}\n${bad}\n`,
    })
    const values = `const { defineConfig } = require('devdb'); import('devdb').then((door) => console.log(typeof defineConfig, typeof door.defineConfig))`
    const [types, loaded] = await Promise.all([
      run(process.execPath, [compiler, '-p', root], root),
      run(process.execPath, ['-e', values], root),
    ])
    expect([types.stdout, types.exit]).toEqual(['', 0])
    expect(loaded.stdout).toBe('function function\n')
  })

  test('what is missing is told with the command that installs it', async () => {
    const root = tempFolder()
    install(root, packed, ['sqlite3'])
    writeFiles(root, { ...files, 'pnpm-lock.yaml': '' })
    const devdb = join(root, 'node_modules/devdb/bin/devdb.js')
    const withoutSequelize = await run(process.execPath, [devdb, 'reset', '--json'], root)
    expect([withoutSequelize.exit, JSON.parse(withoutSequelize.stdout).problem]).toMatchObject([
      2,
      { code: 'package-missing', hint: 'pnpm add sequelize' },
    ])
    rmSync(join(root, 'node_modules/sqlite3'))
    const withoutDriver = await run(process.execPath, [devdb, 'reset', '--json'], root)
    expect([withoutDriver.exit, JSON.parse(withoutDriver.stdout).problem]).toMatchObject([
      2,
      { code: 'package-missing', hint: 'pnpm add sqlite3' },
    ])
  })

  test.each([
    ['package-lock.json', '', 'npm install sequelize'],
    ['yarn.lock', '', 'yarn add sequelize'],
    ['bun.lock', '', 'bun add sequelize'],
    ['package.json', '{ "packageManager": "yarn@4.1.0" }', 'yarn add sequelize'],
    ['package.json', '{}', 'npm install sequelize'],
  ])('by %s %s: %s', (name, text, command) => {
    const root = tempFolder()
    writeFiles(root, { [name]: text, '.git/HEAD': '', 'packages/app/package.json': '{}' })
    expect(installCommand(join(root, 'packages/app'), 'sequelize')).toBe(command)
  })
})

test.each([
  ['--help', ['commander']],
  ['status', ['bindings', 'commander', 'fdir', 'file-uri-to-path', 'picomatch', 'sqlite3', 'tinyglobby']],
])('%s loads no more than it needs', async (command, packages) => {
  const root = tempFolder()
  install(root, packed, ['sequelize', 'sqlite3'])
  writeFiles(root, { ...files, 'dev.db': '' })
  const list = join(root, 'loads')
  const words = ['--import', resolve(import.meta.dirname, 'loads.mjs'), 'node_modules/devdb/bin/devdb.js', command]
  expect(await run(process.execPath, words, root, { LOADS: list })).toMatchObject({ exit: 0 })
  const loaded = [...readFileSync(list, 'utf8').matchAll(/^.*node_modules\/((?:@[^/]+\/)?[^/\n]+)\//gm)]
  expect([...new Set(loaded.map(([, name]) => name))].filter((name) => name !== 'devdb').sort()).toEqual(packages)
})

test('the screen, the log and the start of steps need no package beside dist, whatever the environment asks for', async () => {
  const root = tempFolder()
  install(root, packed, [])
  const chunks = packed.files
    .map(({ path }) => path)
    .filter((path) => /\/(?:render|log-reporter|execa)-\w+\.js$/.test(path))
  expect(chunks).toHaveLength(3)
  const imports = chunks.map((path) => `import './node_modules/devdb/${path}'`).join('\n')
  writeFiles(root, { 'package.json': '{}', 'all.mjs': imports })
  const list = join(root, 'loads')
  const words = ['--import', resolve(import.meta.dirname, 'loads.mjs'), 'all.mjs']
  const env = { LOADS: list, DEV: 'true', NODE_ENV: 'development' }
  expect(await run(process.execPath, words, root, env)).toEqual({ exit: 0, stdout: '', stderr: '' })
  expect(readFileSync(list, 'utf8').replaceAll('/node_modules/devdb/', '/')).not.toContain('node_modules')
})
