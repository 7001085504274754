import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { fileTarget, isSameFile, readSqliteTarget, truePath } from '../../../src/dialect/sqlite/sqlite-target.ts'
import { tempFolder } from '../../temp-folder.ts'

test.each([
  ['sqlite:dev.db', '/project/dev.db'],
  ['sqlite:./dev.db', '/project/dev.db'],
  ['sqlite:../dev.db', '/dev.db'],
  ['sqlite:a b/dev.db', '/project/a b/dev.db'],
  ['sqlite:/abs/dev.db', '/abs/dev.db'],
  ['sqlite:///abs/dev.db', '/abs/dev.db'],
  ['sqlite://dev.db', '/project/dev.db'],
  ['sqlite://doe:se@cret@h/dev.db', '/project/h/dev.db'],
  ['sqlite://doe:secret@/abs/dev.db', '/abs/dev.db'],
  ['sqlite:dev.db?mode=rw', '/project/dev.db'],
])('%s is %s', (url, storage) => {
  expect(readSqliteTarget(url, '/project')).toMatchObject({ dialect: 'sqlite', storage, url: `sqlite:${storage}` })
})

test.each(['sqlite:', 'sqlite::memory:', 'sqlite://', 'sqlite:///', 'sqlite:./', 'sqlite:.'])(
  '%s is no file',
  (url) => {
    expect(() => readSqliteTarget(url, '/project')).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  },
)

test('Sequelize options keep what else they say', () => {
  const target = readSqliteTarget({ dialect: 'sqlite', storage: 'dev.db', define: { underscored: true } }, '/project')
  expect(target?.options).toEqual({ dialect: 'sqlite', storage: '/project/dev.db', define: { underscored: true } })
})

test.each(['postgres://localhost/forge', 'mysql:x', 'dev.db', ''])("%s is another dialect's", (url) => {
  expect(readSqliteTarget(url, '/project')).toBeNull()
})

test('the label is short, and the name is without folder and ending', () => {
  expect(fileTarget('/project/sub/dev.db', '/project')).toMatchObject({ label: 'sub/dev.db', name: 'dev', host: null })
  expect(fileTarget('/elsewhere/dev.db', '/project').label).toBe('/elsewhere/dev.db')
})

test('one file is the same under every spelling', () => {
  const root = tempFolder()
  mkdirSync(join(root, 'sub'))
  const file = join(root, 'dev.db')
  writeFileSync(file, '')
  symlinkSync('dev.db', join(root, 'link.db'))
  symlinkSync(root, join(root, 'sub', 'folder'))
  linkSync(file, join(root, 'hard.db'))
  const spellings = [
    relative(process.cwd(), file),
    join(root, 'sub', '..', 'dev.db'),
    `${root}/sub/../dev.db`,
    join(root, 'link.db'),
    join(root, 'sub', 'folder', 'dev.db'),
    join(root, 'hard.db'),
    join(root, 'DEV.db'),
  ]
  expect(spellings.map((spelling) => isSameFile(file, spelling))).toEqual(spellings.map(() => true))
  writeFileSync(join(root, 'other.db'), '')
  expect(isSameFile(file, join(root, 'other.db'))).toBe(false)
})

test('files that are not there yet are compared too', () => {
  const root = tempFolder()
  symlinkSync(root, join(root, 'self'))
  symlinkSync(join(root, 'later.db'), join(root, 'link.db'))
  expect(isSameFile(join(root, 'later.db'), join(root, 'self', 'later.db'))).toBe(true)
  expect(isSameFile(join(root, 'later.db'), join(root, 'link.db'))).toBe(true)
  expect(isSameFile(join(root, 'later.db'), join(root, 'Later.DB'))).toBe(true)
  expect(isSameFile(join(root, 'later.db'), join(root, 'never.db'))).toBe(false)
})

test('links that point to each other have no end', () => {
  const root = tempFolder()
  symlinkSync('b.db', join(root, 'a.db'))
  symlinkSync('a.db', join(root, 'b.db'))
  expect(() => truePath(join(root, 'a.db'))).toThrow(/ELOOP|symbolic links/)
})
