/** Which options of `new Sequelize(…)` decide what models and migrations make, whatever the database? Those belong to dev's setting. */
import { expressionAt } from './path-expression.ts'
import { readLiteral } from './read-literal.ts'

/** Options by name, plain JSON. */
export type Settings = Readonly<Record<string, unknown>>

/** https://sequelize.org/api/v6/class/src/sequelize.js~sequelize#instance-constructor-constructor */
const names = [
  'define',
  'foreignKeys',
  'timezone',
  'quoteIdentifiers',
  'dialectOptions',
  'query',
  'schema',
  'omitNull',
  'minifyAliases',
  'typeValidation',
  'transactionType',
  'isolationLevel',
] as const

const isSecret = (text: string): boolean => /password|secret|token|\bkey\b/i.test(text)

/** Those of them that an object has, without secrets. */
export const settingsOf = (options: Settings): Settings =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = options[name]
      const text = JSON.stringify(value)
      return text === undefined || isSecret(text) ? [] : [[name, JSON.parse(text) as unknown]]
    }),
  )

/**
 * Those of them that source has.
 * @param options the text of an object
 * @returns `unread`: names of those that are no literals
 */
export function settingsIn(options: string): { readonly settings: Settings; readonly unread: readonly string[] } {
  const inner = options.trim().replace(/^\{/, '')
  const found: Record<string, unknown> = {}
  const unread: string[] = []
  for (let start = 0; start < inner.length; ) {
    const part = expressionAt(inner, start)
    start += part.length + 1
    const named = /^\s*(?:(\w+)|['"](\w+)['"])\s*(?::|$)/.exec(part)
    const name = named?.[1] ?? named?.[2] ?? ''
    if (named === null || !(names as readonly string[]).includes(name)) continue
    const value = readLiteral(part.slice(named[0].length))
    if (value === undefined) unread.push(name)
    else if (!isSecret(JSON.stringify(value))) found[name] = value
  }
  return { settings: found, unread }
}
