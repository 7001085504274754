/** A rebuild as plain statements, for drafts that hold no code: with the indexes and triggers that are known when it is drafted. */
import { createHash } from 'node:crypto'
import type { PlanStep, TransactionSql } from '../../schema/plan.ts'
import { literal, quote } from './create-table-sql.ts'

/**
 * The steps of https://www.sqlite.org/lang_altertable.html#otheralter but for the transaction; `legacy_alter_table` lets views be.
 * @param step the rebuild
 * @param filledIn what stands for the value of a column that the developer must fill in
 */
export function rebuildSql(
  { table, create, copy, objects, carriesCounter }: Extract<PlanStep, { kind: 'rebuild-table' }>,
  filledIn: (column: string) => string,
): readonly string[] {
  const digest = createHash('sha256').update(create).digest('hex').slice(0, 8)
  // Nothing can be looked up where a script runs, so that the name is one that nobody gives.
  const next = `new_${table}_${digest}`
  // Where no column is copied, each row is one of defaults.
  const targets = copy.map(({ column }) => quote(column)).join(', ') || 'rowid'
  const values = copy.map(({ column, expression }) => expression ?? filledIn(column)).join(', ') || 'NULL'
  return [
    create.replace('"%s"', () => quote(next)),
    `INSERT INTO ${quote(next)} (${targets})\nSELECT ${values}\nFROM ${quote(table)}`,
    ...(carriesCounter
      ? [
          `DELETE FROM sqlite_sequence WHERE name = ${literal(next)}`,
          `INSERT INTO sqlite_sequence (name, seq) SELECT ${literal(next)}, seq FROM sqlite_sequence WHERE name = ${literal(table)} COLLATE NOCASE`,
        ]
      : []),
    'PRAGMA legacy_alter_table = ON',
    `DROP TABLE ${quote(table)}`,
    `ALTER TABLE ${quote(next)} RENAME TO ${quote(table)}`,
    'PRAGMA legacy_alter_table = OFF',
    ...objects,
  ]
}

/**
 * A transaction. Foreign keys can only be switched off before it (https://www.sqlite.org/pragma.html#pragma_foreign_keys); rows that refer to
 * nothing, and did not before, violate a CHECK at its end, and that ends it.
 * @param isUnguarded whether foreign keys are not to be enforced inside
 */
export const transactionSql = (isUnguarded: boolean): TransactionSql =>
  isUnguarded
    ? {
        off: ['PRAGMA foreign_keys = OFF'],
        begin: [
          'BEGIN IMMEDIATE',
          'CREATE TEMP TABLE orphans_before_migration AS SELECT count(*) AS rows FROM pragma_foreign_key_check',
        ],
        end: [
          'CREATE TEMP TABLE orphans_of_migration (rows CHECK (rows <= 0))',
          'INSERT INTO orphans_of_migration SELECT (SELECT count(*) FROM pragma_foreign_key_check) - rows FROM orphans_before_migration',
          'DROP TABLE temp.orphans_before_migration',
          'DROP TABLE temp.orphans_of_migration',
          'COMMIT',
        ],
        on: ['PRAGMA legacy_alter_table = OFF', 'PRAGMA foreign_keys = ON'],
      }
    : { off: [], begin: ['BEGIN IMMEDIATE'], end: ['COMMIT'], on: [] }
