import { expect, test } from 'vitest'
import { findKey, keys, namesOf } from '../../src/ui/keys.ts'
import { fittest, shareRows, sliceAround, wrapText } from '../../src/ui/layout.ts'

const noFlags = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  home: false,
  end: false,
  backspace: false,
  delete: false,
  pageUp: false,
  pageDown: false,
  return: false,
  escape: false,
  ctrl: false,
  meta: false,
}

test('each key has one meaning, and each meaning a description', () => {
  const names = keys.flatMap((key) => key.names)
  expect(new Set(names).size).toBe(names.length)
  expect(keys.every(({ description }) => description !== '')).toBe(true)
  expect(findKey('u')?.action).toBe('upgrade-next')
  expect(findKey('x')).toBeUndefined()
})

test('quick typing is several keys, a paste is none', () => {
  expect(namesOf('jjd', noFlags)).toEqual(['j', 'j', 'd'])
  expect(namesOf('j\r', noFlags)).toEqual(['j', 'enter'])
  expect(namesOf('UPDATE users SET a = 1', noFlags)).toEqual([])
  expect(namesOf('c', { ...noFlags, ctrl: true })).toEqual(['ctrl-c'])
  expect(namesOf('u', { ...noFlags, ctrl: true })).toEqual([])
  expect(namesOf('u', { ...noFlags, meta: true })).toEqual([])
  expect(namesOf('', { ...noFlags, pageUp: true })).toEqual(['page-up'])
})

test('rows go to what needs them, then to what would like them', () => {
  const wishes = [
    { least: 4, most: 10 },
    { least: 3, most: 8 },
  ]
  expect(shareRows(20, wishes)).toEqual([10, 8])
  expect(shareRows(12, wishes)).toEqual([9, 3])
  expect(shareRows(5, wishes)).toEqual([4, 1])
  expect(shareRows(-1, wishes)).toEqual([0, 0])
})

test('a slice has the line in focus, and as many lines as there are rows', () => {
  for (let count = 0; count < 12; count++) {
    for (let focus = 0; focus < count; focus++) {
      for (let rows = 1; rows < 12; rows++) {
        const { before, start, end, after } = sliceAround(count, focus, rows)
        expect(start <= focus && focus < end, `${count} ${focus} ${rows}`).toBe(true)
        expect((before > 0 ? 1 : 0) + (end - start) + (after > 0 ? 1 : 0)).toBe(Math.min(count, rows))
        if (rows > 2) expect(before + (end - start) + after).toBe(count)
      }
    }
  }
})

test('texts are broken between words where that is possible', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij'])
  expect(wrapText('', 4)).toEqual([''])
  expect(fittest(['a long one', 'short'], 6)).toBe('short')
})
