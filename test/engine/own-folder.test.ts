/** `.devdb` is written and removed only where devdb made it, and no link in it is followed. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSqliteDialect } from '../../src/dialect/sqlite/sqlite-dialect.ts'
import { openKeep, readKept } from '../../src/engine/kept-json.ts'
import { claimFolder } from '../../src/engine/own-folder.ts'
import { openTimings } from '../../src/engine/timings.ts'
import { DevdbError } from '../../src/error.ts'
import { openLayers } from '../../src/seed/layer-cache.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

function refusalOf(folder: string): DevdbError | null {
  try {
    claimFolder(folder)
    return null
  } catch (error) {
    if (error instanceof DevdbError) return error
    throw error
  }
}

const own = ['.gitignore', 'made-by-devdb']

test('a folder that devdb makes is for its owner alone; one of version 0.1.0, and one that is empty, become such a folder', () => {
  const root = tempFolder()
  for (const files of [null, {}, { '.gitignore': '*\n', 'build.json': '{}' }, { 'transpiled/options.json': '{}' }]) {
    const folder = join(root, String(files === null ? 'absent' : Object.keys(files).length), '.devdb')
    if (files !== null) mkdirSync(folder, { recursive: true, mode: 0o755 })
    writeFiles(folder, (files ?? {}) as Record<string, string>)
    for (const round of [1, 2]) expect(refusalOf(folder), String(round)).toBeNull()
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(own))
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
  }
})

test('a link, and a folder of somebody else, are refused with one way out, and nothing in them is touched', () => {
  const root = tempFolder()
  const theirs = join(root, 'theirs')
  writeFiles(theirs, { '.gitignore': 'dist\n', 'build.json': 'mine', 'work/file': 'mine' })
  const before = readdirSync(theirs, { recursive: true })
  symlinkSync(theirs, join(root, 'linked'))
  symlinkSync(join(root, 'nothing'), join(root, 'dangling'))
  for (const name of ['linked', 'dangling', 'theirs']) {
    const problem = refusalOf(join(root, name))
    expect(problem, name).toMatchObject({ code: 'folder-refused' })
    expect(problem?.parts.hint).toContain(join(root, name))
  }
  expect(readdirSync(theirs, { recursive: true })).toEqual(before)
  expect(readFileSync(join(theirs, '.gitignore'), 'utf8')).toBe('dist\n')
  expect(lstatSync(join(root, 'nothing'), { throwIfNoEntry: false })).toBeUndefined()
})

test('links inside it are never followed: those in place of a file go, those in place of a folder are refused', () => {
  const root = tempFolder()
  const folder = join(root, '.devdb')
  writeFiles(root, { 'rc.txt': 'mine', 'elsewhere/file': 'mine' })
  claimFolder(folder)
  for (const name of ['build.json', 'timings.json', 'devdb.log', 'own-code.json'])
    symlinkSync(join(root, 'rc.txt'), join(folder, name))
  expect(refusalOf(folder)).toBeNull()
  openTimings(
    folder,
    openKeep(() => undefined),
  ).save()
  expect(readFileSync(join(root, 'rc.txt'), 'utf8')).toBe('mine')
  expect(lstatSync(join(folder, 'timings.json')).isFile()).toBe(true)
  for (const name of ['snapshots', 'work', 'throwaway.db']) {
    const linked = join(tempFolder(), '.devdb')
    claimFolder(linked)
    symlinkSync(join(root, 'elsewhere'), join(linked, name))
    expect(refusalOf(linked)?.message).toContain(`${name} is a link`)
  }
  expect(readdirSync(join(root, 'elsewhere'))).toEqual(['file'])
})

test('what its files say is data: null, lists, other types, names of prototypes and names that climb are nothing', () => {
  const folder = tempFolder()
  for (const text of ['null', '[]', '7', '"x"', '{"a":"x","b":null,"c":-1,"__proto__":5,"constructor":6}', '{', '']) {
    writeFileSync(join(folder, 'timings.json'), text)
    const timings = openTimings(
      folder,
      openKeep(() => undefined),
    )
    expect(timings.get('a')).toBeNull()
    expect(timings.get('toString')).toBeNull()
    expect(() => timings.all()).not.toThrow()
    expect(readKept(join(folder, 'timings.json'), {})).toBeTypeOf('object')
  }
  const layers = join(folder, 'layers')
  const layer = { step: 's', files: {}, bytes: 0, usedAt: 0 }
  writeFiles(layers, {
    'index.json': JSON.stringify({
      layers: [{ ...layer, key: '../../dev' }, null, 7, { ...layer, key: 'a'.repeat(40) }],
    }),
  })
  const cache = openLayers(createSqliteDialect(folder), layers, { count: 9, bytes: 9 })
  expect(cache.all().map(({ key }) => key)).toEqual(['a'.repeat(40)])
})
