/** A draft that is not written as it was asked for says so. */
import { expect, test } from 'vitest'
import { styleNotes } from '../../src/command/style-note.ts'

test('--style calls beside SQL files is not passed over in silence', () => {
  expect(styleNotes('calls', '/m/2-b.up.sql')).toEqual([expect.stringContaining('--style calls has no effect')])
  expect([styleNotes('calls', '/m/2-b.js'), styleNotes(undefined, '/m/b.sql'), styleNotes('sql', '/m/b.sql')]).toEqual([
    [],
    [],
    [],
  ])
})
