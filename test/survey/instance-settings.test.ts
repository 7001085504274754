import { expect, test } from 'vitest'
import { settingsIn, settingsOf } from '../../src/survey/instance-settings.ts'
import { readLiteral } from '../../src/survey/read-literal.ts'

test('literals are read, and nothing else', () => {
  const text = `{ underscored: true, 'a-b': [1, -2.5, null], name: "it's", inner: { list: [{ x: 'y' },], }, }`
  expect(readLiteral(text)).toEqual({
    underscored: true,
    'a-b': [1, -2.5, null],
    name: "it's",
    inner: { list: [{ x: 'y' }] },
  })
  for (const code of ['name', '{ a: b }', '{ a() {} }', '[...all]', 'new Date()', '{ ...rest }'])
    expect(readLiteral(code), code).toBeUndefined()
})

test('of an instance those options are taken over that decide what models and migrations make, and no secrets', () => {
  const options = `{ dialect: 'sqlite', storage, logging: false, define: { underscored: true }, foreignKeys: false, query: shared, hooks: { a() {} } }`
  expect(settingsIn(options)).toEqual({
    settings: { define: { underscored: true }, foreignKeys: false },
    unread: ['query'],
  })
  expect(
    settingsOf({ timezone: '+02:00', storage: 'x', dialectOptions: { password: 'p' }, define: undefined }),
  ).toEqual({
    timezone: '+02:00',
  })
})
