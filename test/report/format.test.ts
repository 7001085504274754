import { expect, test } from 'vitest'
import { formatClock, formatDuration, formatWhen } from '../../src/event/format-duration.ts'
import { formatProblem } from '../../src/report/format-problem.ts'
import { safeJson, safeText, toPlainLine } from '../../src/report/plain-line.ts'
import { shortPath, shortText, shortUrl } from '../../src/report/short-path.ts'
import { sampleProblem } from '../event/sample-events.ts'

process.env.TZ = 'UTC'

test.each([
  [-1, '0 ms'],
  [0.4, '0 ms'],
  [84, '84 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1_234, '1.2 s'],
  [59_940, '59.9 s'],
  [59_960, '1 m 00 s'],
  [123_000, '2 m 03 s'],
  [3_600_000, '1 h 00 m'],
  [3_900_000, '1 h 05 m'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('the clock has a date when it was another day', () => {
  const noon = Date.UTC(2026, 10, 20, 12, 3, 21)
  expect(formatClock(noon)).toBe('12:03:21')
  expect(formatWhen(noon, noon + 60_000)).toBe('12:03:21')
  expect(formatWhen(noon, noon + 86_400_000)).toBe('2026-11-20 12:03:21')
})

test('a Problem is laid out with its place, frame and hint', () => {
  expect(formatProblem(sampleProblem, '/home/doe/forge').join('\n')).toMatchInlineSnapshot(`
    "models/user.ts: DataTypes.STRNG is not a type
      src/models/user.ts:8:20
        6 | export function define(sequelize) {
        7 |   sequelize.define("user", {
      > 8 |     name: DataTypes.STRNG,
          |                     ^
        9 |   })
      → save the file again when it is mended"
  `)
})

test('a Problem has only the lines that it knows of', () => {
  expect(formatProblem({ code: 'internal', message: 'oops' })).toEqual(['oops'])
  expect(
    formatProblem({
      code: 'migration-failed',
      message: 'oops',
      migration: 'a',
      statement: 'DROP\n  TABLE b',
      details: ['one\ntwo', ''],
    }),
  ).toEqual(['oops', '  migration a', '  SQL: DROP', '    TABLE b', '  one', '  two'])
})

test('paths and databases are named relative to the project where they are inside it', () => {
  expect(shortPath('/a/b/c.ts', '/a')).toBe('b/c.ts')
  expect(shortPath('/ab/c.ts', '/a')).toBe('/ab/c.ts')
  expect(shortPath('/a/..b', '/a')).toBe('..b')
  expect(shortPath('c.ts', '/a')).toBe('c.ts')
  expect(shortUrl('file:/a/.devdb/throwaway.db', '/a')).toBe('.devdb/throwaway.db')
  expect(shortUrl('file:///a/dev.db', '/a')).toBe('dev.db')
  expect(shortUrl('file:dev.db', '/a')).toBe('dev.db')
  expect(shortUrl('db://doe:***@host:5432/forge', '/a')).toBe('db://doe:***@host:5432/forge')
  expect(shortUrl('', '/a')).toBe('')
  expect(shortText('changed: /a/b.ts, /ab/c.ts', '/a')).toBe('changed: b.ts, /ab/c.ts')
})

test('what a program printed cannot move the cursor', () => {
  expect(toPlainLine('\x1b[2K\x1b[31mred\x1b[0m\tend \x07 ')).toBe('red  end')
  expect(toPlainLine('10 %\r50 %\r100 %')).toBe('100 %')
  // OSC 0 and 52, in both spellings, C1 CSI, BEL, and what turns the direction of text.
  expect(safeText('a\x1b]52;c;cm0gLXJm\x07b\x1b]0;x\x1b\\c\u009d52;c;eA==\u009cd\u009b31me')).toBe('abcde')
  expect(safeText('a\u0007b\u0085c\x7fd\u2028e')).toBe('a b c d e')
  expect(safeText('exe.\u202efdp \u2066x\u2069 \u200f \u200b \ufeff \ud800')).toBe('exe.�fdp �x� � � � �')
  expect(safeText('👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ✔️ نامه‌ای\tä\n日本')).toBe('👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ✔️ نامه‌ای\tä\n日本')
  const value = { name: 'a\u202eb\u009b31mc\x1b\u2028👩‍👧\ud800' }
  const json = safeJson(JSON.stringify(value))
  expect(JSON.parse(json)).toEqual(value)
  expect(safeText(json)).toBe(json)
})

test('the one fault of a list is said once', () => {
  const message = 'the configuration holds 1 fault: dev: is missing'
  expect(formatProblem({ code: 'config-invalid', message, details: ['dev: is missing'] })).toEqual([message])
  const two = ['dev: is missing', 'models: is missing']
  expect(formatProblem({ code: 'config-invalid', message: '2 faults', details: two })).toHaveLength(3)
})
