import { expect, test } from 'vitest'
import { splitStatements } from '../../src/dialect/sqlite/split-statements.ts'
import { codeEssence } from '../../src/migration/code-essence.ts'

const essence = (source: string, extension = '.js') => codeEssence(source, extension, splitStatements)

const code = `module.exports = {
  async up(queryInterface) {
    await queryInterface.sequelize.query("UPDATE users SET nick = 'a  b'")
  },
}
`

test('comments, white space, line endings, quotes and types are looks', async () => {
  const looks = [
    `// a comment\n/* another */ ${code}`,
    code.replaceAll('\n    ', '\r\n\t\t'),
    code.replace('"UPDATE users SET nick = \'a  b\'"', "`UPDATE users SET nick = 'a  b'`"),
    code.replace('async up(queryInterface)', 'async up (\n    queryInterface,\n  )'),
  ]
  for (const text of looks) expect(await essence(text)).toBe(await essence(code))
  const typed = 'export const up = async (context: { a: string }): Promise<void> => { await context.a }'
  const untyped = 'export const up = async (context) => {\n  await context.a\n}'
  expect(await essence(typed, '.ts')).toBe(await essence(untyped, '.ts'))
})

test('what is sent is not: strings keep their white space, and calls their order', async () => {
  for (const text of [code.replace('a  b', 'a b'), code.replace('users', 'teams'), code.replace('await ', '')])
    expect(await essence(text)).not.toBe(await essence(code))
})

test('SQL is compared by its statements; what stands in quotes counts', async () => {
  const sql = "UPDATE t SET a = '-- b'; DROP TABLE u;"
  for (const text of ["-- why\nUPDATE t\n  SET a = '-- b';\n\n/* and */ DROP  TABLE u", `${sql}\n`])
    expect(await essence(text, '.sql')).toBe(await essence(sql, '.sql'))
  expect(await essence(sql.replace('-- b', '--  b'), '.sql')).not.toBe(await essence(sql, '.sql'))
})

test('what cannot be parsed is its own essence', async () => {
  expect(await essence('nothing(')).toBe('nothing(')
  expect(await essence('nothing( ')).toBe('nothing(')
})
