/** When two things are the same on SQLite. Each answer that differs from the strict one says why. */
import { type EqualityRules, strictRules } from '../../schema/rules.ts'
import type { Column, Index, PrimaryKey } from '../../schema/schema.ts'
import { canonicalDefault, canonicalSql } from './canonical-sql.ts'
import { inSqliteTable } from './in-sqlite-table.ts'
import { foldName } from './sql-tokens.ts'

export const sqliteRules: EqualityRules = {
  ...strictRules,
  // Users and users are one table, and neither can be made beside the other. Columns are another matter: a row has the name that its table gives.
  tableKey: foldName,
  // `'0'` in a numeric column is stored as 0, TRUE is 1, and parentheses, case and spaces mean nothing.
  sameDefault: (from, to) => canonicalDefault(from) === canonicalDefault(to),
  sameCollation: (from, to) => canonicalCollation(from.collation) === canonicalCollation(to.collation),
  sameGenerated: (from, to) => canonicalGenerated(from) === canonicalGenerated(to),
  sameForeignKey: (from, to) =>
    strictRules.sameForeignKey({ ...from, target: foldName(from.target) }, { ...to, target: foldName(to.target) }),
  sameStatement: (from, to) => canonicalSql(from) === canonicalSql(to),
  // Sequelize writes DEFERRABLE on PostgreSQL only.
  isDeferralBeyondModels: true,
  inTable: inSqliteTable,
  samePrimaryKey: (from, to) => strictRules.samePrimaryKey(canonicalKey(from), canonicalKey(to)),
  sameIndex: (from, to) => strictRules.sameIndex(canonicalIndex(from), canonicalIndex(to)),
  isRedundant: (index, { columns, ...table }) =>
    strictRules.isRedundant(canonicalIndex(index), {
      ...table,
      columns: columns.map((column) => ({ ...column, collation: canonicalCollation(column.collation) })),
    }),
}

/** BINARY is what every column has that names none. https://www.sqlite.org/datatype3.html#collation */
const canonicalCollation = (collation: string | null): string | null => {
  const name = collation?.toUpperCase() ?? 'BINARY'
  return name === 'BINARY' ? null : name
}

const canonicalGenerated = ({ generated }: Column): string | null =>
  generated === null ? null : `${generated.kind} ${canonicalSql(generated.expression)}`

const canonicalKey = (key: PrimaryKey | null): PrimaryKey | null =>
  key?.parts === undefined
    ? key
    : { ...key, parts: key.parts.map((part) => ({ ...part, collation: canonicalCollation(part.collation) })) }

const canonicalIndex = (index: Index): Index => ({
  ...index,
  where: index.where === null ? null : canonicalSql(index.where),
  parts: index.parts.map((part) => ({
    ...part,
    expression: part.expression === null ? null : canonicalSql(part.expression),
    collation: canonicalCollation(part.collation),
  })),
})
