/** When two things are the same on SQLite. Each answer that differs from the strict one says why. */
import type { EqualityRules } from '../../schema/rules.ts'
import { strictRules } from '../../schema/rules.ts'
import type { Column, Index } from '../../schema/schema.ts'
import { readTokens } from './sql-tokens.ts'
import { affinityOf } from './sqlite-type.ts'

export const sqliteRules: EqualityRules = {
  ...strictRules,
  // `'0'` in a numeric column is stored as 0, TRUE is 1, and parentheses, case and spaces mean nothing.
  sameDefault: (from, to) => canonicalDefault(from) === canonicalDefault(to),
  // BINARY is what every column has that names none.
  sameCollation: (from, to) => (from.collation ?? 'BINARY').toUpperCase() === (to.collation ?? 'BINARY').toUpperCase(),
  sameIndex: (from, to) => strictRules.sameIndex(canonicalIndex(from), canonicalIndex(to)),
}

/** One text for all spellings of a default. https://www.sqlite.org/lang_createtable.html#the_default_clause */
function canonicalDefault({ default: written, type }: Column): string | null {
  if (written === null) return null
  const bare = canonicalSql(withoutParentheses(written.trim()))
  if (/^null$/i.test(bare)) return null
  if (/^true$/i.test(bare)) return '1'
  if (/^false$/i.test(bare)) return '0'
  const isText = affinityOf(type) === 'text' || affinityOf(type) === 'blob'
  const number = /^'?([+-]? ?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)'?$/i.exec(bare)?.[1]
  if (number !== undefined && (!isText || !bare.startsWith("'"))) return String(Number(number.replace(' ', '')))
  return bare
}

function canonicalIndex(index: Index): Index {
  return {
    ...index,
    where: index.where === null ? null : canonicalSql(withoutParentheses(index.where)),
    parts: index.parts.map((part) => ({
      ...part,
      expression: part.expression === null ? null : canonicalSql(part.expression),
      collation: part.collation?.toUpperCase() === 'BINARY' ? null : (part.collation?.toUpperCase() ?? null),
    })),
  }
}

/** Words in one case, identifiers without their quotes, strings as they are, single spaces. `"x"` may be a string to SQLite where no column has that name. */
function canonicalSql(sql: string): string {
  return readTokens(sql)
    .map(({ kind, text }) => (kind === 'string' ? text : text.toLowerCase()))
    .join(' ')
    .replace(/^- (?=\d)/, '-')
}

function withoutParentheses(sql: string): string {
  const tokens = readTokens(sql)
  const [first, last] = [tokens[0], tokens.at(-1)]
  if (first?.text !== '(' || last?.text !== ')') return sql
  let depth = 0
  for (const token of tokens.slice(0, -1)) {
    if (token.kind === 'symbol' && token.text === '(') depth += 1
    if (token.kind === 'symbol' && token.text === ')') depth -= 1
    if (depth === 0) return sql
  }
  return withoutParentheses(sql.slice(first.end, last.start).trim())
}
