import { mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { readBoard } from '../../src/migration/board.ts'
import { draftName } from '../../src/migration/draft-name.ts'
import {
  bareName,
  isMigration,
  type MigrationSetting,
  orderOf,
  readMigrationFolder,
} from '../../src/migration/migration-folder.ts'
import { migrationsToApply } from '../../src/migration/migration-target.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const setting = (dir: string, match: string | null = null): MigrationSetting => ({
  dir,
  match,
  call: 'auto',
  sort: 'name',
  meta: { table: 'SequelizeMeta', column: 'name', schema: null, timestamps: false },
})

const namesIn = (dir: string, match: string | null = null): readonly string[] =>
  readMigrationFolder(setting(dir, match)).map(({ name }) => name)

test('migrations are code and SQL files, in name order; what belongs to them is none', () => {
  const dir = tempFolder()
  const files = [
    '3.mjs',
    '1.ts',
    '2.cjs',
    '4.up.sql',
    '4.down.sql',
    '5.sql',
    '6.mts',
    '1.d.ts',
    '1.js.map',
    'README.md',
    '.gitkeep',
  ]
  writeFiles(dir, Object.fromEntries(files.map((name) => [name, ''])))
  mkdirSync(join(dir, '0.js'))
  expect(namesIn(dir)).toEqual(['1.ts', '2.cjs', '3.mjs', '4.up.sql', '5.sql', '6.mts'])
})

test('a pattern leaves out what is beside them', () => {
  const dir = tempFolder()
  writeFiles(dir, { '20260101-a.js': '', 'index.js': '', 'umzug.js': '' })
  expect(namesIn(dir, '^\\d+-')).toEqual(['20260101-a.js'])
})

test('the order is that of Umzug and sequelize-cli, where endings count', () => {
  const dir = tempFolder()
  writeFiles(dir, { 'v1.ts': '', 'v1-lookup.ts': '', 'a.b.js': '', 'a.c.js': '', 'B.js': '', 'a_b.js': '' })
  expect(namesIn(dir)).toEqual(['B.js', 'a.b.js', 'a.c.js', 'a_b.js', 'v1-lookup.ts', 'v1.ts'])
})

test.each<[string, string | undefined, readonly string[], readonly string[]]>([
  ['**/*.js', undefined, ['10.js', '2024/b.js', '2025/a.js', '2025/x/c.js'], ['10.js', 'b.js', 'a.js', 'c.js']],
  ['*/*.js', 'path', ['2024/b.js', '2025/a.js'], ['2024/b.js', '2025/a.js']],
  [
    '*/migration.sql',
    undefined,
    ['0001_users/migration.sql', '0002_teams/migration.sql'],
    ['0001_users', '0002_teams'],
  ],
  ['*/up.{js,sql}', undefined, ['0001_a/up.js', '0002_b/up.sql'], ['0001_a', '0002_b']],
  ['**/!(*.test).js', undefined, ['a.js', '2024/b.js'], ['b.js', 'a.js']],
])('migrations in folders of their own: %s', (glob, named, paths, names) => {
  const dir = tempFolder()
  const beside = [
    '2024/b.test.ts',
    '2024/._b.js',
    '0002_b/down.sql',
    'node_modules/n/x.js',
    '0001_a/schema.json',
    'b.md',
  ]
  writeFiles(dir, Object.fromEntries([...beside, ...paths].map((path) => [path, ''])))
  const own = { ...setting(dir), glob, ...(named === undefined ? {} : { named: named as 'path' }) }
  const files = readMigrationFolder(own)
  expect(files.map(({ name }) => name)).toEqual(names)
  expect(files.map(({ path }) => relative(dir, path)).sort()).toEqual([...paths].sort())
  expect(files.every(({ path }) => isMigration(own, path))).toBe(true)
  const board = readBoard(files, names.slice(-1), undefined)
  expect(board.filter(({ outOfOrder }) => outOfOrder).map(({ name }) => name)).toEqual(names.slice(0, -1))
})

test('SQL that code reads, and what begins with a dot, is no migration of its own', () => {
  const dir = tempFolder()
  const own = ['20240101-isles.js', '20240102-b.js', '20240103-c.sql']
  const beside = [
    '20240101-isles-up.sql',
    '20240101-isles-down.sql',
    '20240102-b.sql',
    '20240102-b.up.sql',
    '._20240102-b.js',
  ]
  writeFiles(dir, Object.fromEntries([...own, ...beside].map((name) => [name, ''])))
  expect(namesIn(dir)).toEqual(own)
})

test('the order of versions', () => {
  const dir = tempFolder()
  const names = [
    '0.9.js',
    'v1.2.0-rc.1-x.js',
    '1.2.0-a.js',
    '1.2.0-b.js',
    'v1.9.1.js',
    '1.10.0-a.sql',
    '2-b.js',
    '10-a.js',
  ]
  writeFiles(dir, Object.fromEntries([...names].reverse().map((name) => [name, ''])))
  expect(readMigrationFolder({ ...setting(dir), sort: 'semver' }).map(({ name }) => name)).toEqual(names)
  const board = readBoard(
    readMigrationFolder({ ...setting(dir), sort: 'semver' }),
    ['v1.9.1'],
    undefined,
    orderOf('semver'),
  )
  expect(board.filter(({ outOfOrder }) => outOfOrder).map(({ name }) => name)).toEqual(names.slice(0, 4))
  expect(migrationsToApply(board, '1.10', orderOf('semver'))).toEqual([...names.slice(0, 4), '1.10.0-a.sql'])
  expect(draftName(['1.9.1-a.js', 'v1.10.9-b.js'], '.js', 'add cool feature', new Date(0), orderOf('semver'))).toBe(
    'v1.10.10-add-cool-feature.js',
  )
})

test.each([[['1-a.js', '1-a.ts']], [['1-a.sql', '1-a.up.sql']], [['1-a.js', '1-a.b.js', '1-a-b.js', '1-a.mjs']]])(
  'two files for one name are told: %j',
  (files) => {
    const dir = tempFolder()
    writeFiles(dir, Object.fromEntries(files.map((name) => [name, ''])))
    expect(() => namesIn(dir)).toThrow(expect.objectContaining({ code: 'migration-duplicate' }))
  },
)

test('a folder that is not there, and one that is a file', () => {
  const dir = tempFolder()
  writeFiles(dir, { file: '' })
  for (const path of [join(dir, 'absent'), join(dir, 'file')])
    expect(() => namesIn(path)).toThrow(expect.objectContaining({ code: 'migrations-unreadable' }))
})

test('a name without its ending', () => {
  expect(['a.js', 'a.ts', 'a.mts', 'a.sql', 'a.up.sql', 'a', 'a.b.js', 'a.json'].map(bareName)).toEqual([
    'a',
    'a',
    'a',
    'a',
    'a',
    'a',
    'a.b',
    'a.json',
  ])
})
