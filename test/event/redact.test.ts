import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../src/event/redact.ts'
import { createStore } from '../../src/event/store.ts'

test.each([
  ['postgres://doe:secret@db.example.com/forge', 'postgres://doe:***@db.example.com/forge'],
  [
    'cannot open mysql://doe:s3c:ret@localhost:3306/a?x=1 (busy)',
    'cannot open mysql://doe:***@localhost:3306/a?x=1 (busy)',
  ],
  ['postgres://db/forge?user=doe&password=secret&ssl=1', 'postgres://db/forge?user=doe&password=***&ssl=1'],
  ['a://u:p@h and b://v:q@i', 'a://u:***@h and b://v:***@i'],
  ['https://example.com/doe', 'https://example.com/doe'],
  ['12:03:21 user@example.com', '12:03:21 user@example.com'],
])('%s', (text, redacted) => {
  expect(redact(text)).toBe(redacted)
})

const passwords = fc.stringMatching(/^[A-Za-z0-9$!*+,;=.~%^-]{12,24}$/)

test('a password disappears from any URL, at any depth, and the shape stays', () => {
  fc.assert(
    fc.property(passwords, fc.stringMatching(/^[a-z]{0,8}$/), fc.nat(6), (password, user, depth) => {
      let nested: unknown = { text: `cannot open postgres://${user}:${password}@host:5432/name, tried twice` }
      for (let level = 0; level < depth; level++)
        nested = level % 2 === 0 ? [nested, 1, null] : { inner: nested, ok: true }
      const redacted = redact(nested)
      expect(JSON.stringify(redacted)).not.toContain(password)
      expect(JSON.stringify(redacted)).toBe(JSON.stringify(nested).replaceAll(password, '***'))
    }),
  )
})

test('what has no URL passes unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!/:\/\/|\?/.test(JSON.stringify(value)))
      expect(redact(value)).toEqual(value)
    }),
  )
})

test('no reader and no state ever sees a password', () => {
  const store = createStore()
  const seen: string[] = []
  store.subscribe((event, state) => seen.push(JSON.stringify([event, state])))
  store.emit('step-output', { step: 'import', line: 'connecting to postgres://doe:secret@host/name' })
  store.emitFor('build-1')('build-failed', {
    problem: { code: 'step-failed', message: 'no answer', details: ['postgres://doe:secret@host/name'] },
    ms: 1,
    stale: false,
  })
  expect(seen).toHaveLength(2)
  expect(seen.join()).not.toContain('secret')
})
