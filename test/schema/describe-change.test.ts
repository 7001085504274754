import { expect, test } from 'vitest'
import { describeEvent } from '../../src/event/describe-event.ts'
import type { Event } from '../../src/event/event.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import type { Column } from '../../src/schema/schema.ts'

const picture = (value: string) => {
  const to = { name: 'picture', type: 'TEXT', nullable: true, default: value, collation: null, generated: null }
  return describeChange({ kind: 'add-column', table: 'users', to: { ...to, autoIncrement: false } as Column })
}

test('a default as long as a picture is cut, and still tells one from another', () => {
  const [one, other] = [picture(`'${'x'.repeat(5_000)}1'`), picture(`'${'x'.repeat(5_000)}2'`)]
  expect(one).toMatch(/^\+ users\.picture {2}TEXT DEFAULT 'x{59}… \(5003 characters, [0-9a-f]{8}\)$/)
  expect(one).not.toBe(other)
  expect(picture(`'${'x'.repeat(100)}'`)).toMatch(/x{100}'$/)
})

test('hundreds of changes are one short line of the log', () => {
  const changes = Array.from({ length: 142 }, (_, index) => `+ t.c${index}  TEXT`)
  const event = { v: 1, at: '', job: 'j', kind: 'models-compared', changes, accepted: 0, stale: [], ms: 1 }
  expect(describeEvent(event as unknown as Event)).toMatch(
    /: \+ t\.c0 {2}TEXT; .*t\.c7 {2}TEXT; and 134 more: devdb diff$/,
  )
})
