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
  // In a password that nobody encoded may be anything.
  ['db://doe:p#a?s/s@w0rd@host:5432/name, tried twice', 'db://doe:***@host:5432/name, tried twice'],
  ['https://ghp_0a1b2c@example.com/x', 'https://***@example.com/x'],
  ['db://doe@host/name ssh://git@example.com/x', 'db://doe@host/name ssh://git@example.com/x'],
  ['https://registry.example.com/@types/node', 'https://registry.example.com/@types/node'],
  ['http://localhost:3000/@a http://[::1]:80/a@b', 'http://localhost:3000/@a http://[::1]:80/a@b'],
  [String.raw`{"url":"db:\/\/doe:secret@host\/name"}`, String.raw`{"url":"db:\/\/doe:***@host\/name"}`],
  ['a?b=db%3A%2F%2Fdoe%3Ase%40cret%40host%2Fname', 'a?b=db%3A%2F%2Fdoe%3A***%40host%2Fname'],
  ['/hook?token=abc&key=def&x=1', '/hook?token=***&key=***&x=1'],
  ['?key=def', '?key=***'],
  ['/back?code=def', '/back?code=***'],
  ['{"password":"a\\"b","n":1}', '{"password":"***","n":1}'],
  [String.raw`"{\"apiKey\":\"abc\"}"`, String.raw`"{\"apiKey\":\"***\"}"`],
  ["client_secret = 'a b', passphrase=x access_token=y", "client_secret = '***', passphrase=*** access_token=***"],
  ['PGPASSWORD=abc MYSQL_PWD=def PWD=/home psql', 'PGPASSWORD=*** MYSQL_PWD=*** PWD=/home psql'],
  ['Authorization: Basic YTpi, bearer abcdefgh', 'Authorization: Basic *** bearer ***'],
  ['import --password abc --file x', 'import --password *** --file x'],
  ['password: { type: DataTypes.STRING }, token: STRING', 'password: { type: DataTypes.STRING }, token: STRING'],
  ['steps[0].password: must be a string', 'steps[0].password: must be a string'],
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

test('what has nothing that secrets have beside them passes unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!/[:=?]\\?[/&]|=|%|--|bearer/i.test(JSON.stringify(value)))
      expect(redact(value)).toEqual(value)
    }),
  )
})

test.each(['db://:', 'token', 'password="', 'a', 'https://a@', '%3a%2f%2fa%3a'])(
  '300,000 characters of %j take no time',
  (part) => {
    const startedAt = performance.now()
    redact(part.repeat(300_000 / part.length))
    expect(performance.now() - startedAt).toBeLessThan(5000)
  },
)

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
