import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bareName, type MigrationSetting, readMigrationFolder } from '../../src/migration/migration-folder.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const setting = (dir: string, match: string | null = null): MigrationSetting => ({
  dir,
  match,
  call: 'auto',
  meta: { table: 'SequelizeMeta', column: 'name', schema: null },
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

test('the order does not depend on the ending', () => {
  const dir = tempFolder()
  writeFiles(dir, { 'a.ts': '', 'a-b.js': '', 'a.b.js': '', 'B.js': '' })
  expect(namesIn(dir)).toEqual(['B.js', 'a.ts', 'a-b.js', 'a.b.js'])
})

test.each([
  [['1-a.js', '1-a.ts']],
  [['1-a.up.sql', '1-a.js']],
  [['1-a.sql', '1-a.up.sql']],
  [['1-a.js', '1-a.b.js', '1-a-b.js', '1-a.mjs']],
])('two files for one name are told: %j', (files) => {
  const dir = tempFolder()
  writeFiles(dir, Object.fromEntries(files.map((name) => [name, ''])))
  expect(() => namesIn(dir)).toThrow(expect.objectContaining({ code: 'migration-duplicate' }))
})

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
