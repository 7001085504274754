/** A rebuild as plain statements, for drafts that hold no code: with the indexes and triggers that are known when it is drafted. */
import type { PlanStep, RebuildSql } from '../../schema/plan.ts'
import { quote } from './create-table-sql.ts'

const string = (text: string): string => `'${text.replaceAll("'", "''")}'`

/**
 * The twelve steps of https://www.sqlite.org/lang_altertable.html#otheralter. New orphans violate a CHECK, which ends the transaction;
 * `legacy_alter_table` lets views be.
 * @param step the rebuild
 * @param filledIn what stands for the value of a column that the developer must fill in
 */
export function rebuildSql(
  { table, create, copy, objects, carriesCounter }: Extract<PlanStep, { kind: 'rebuild-table' }>,
  filledIn: (column: string) => string,
): RebuildSql {
  const next = `new_${table}`
  const targets = copy.map(({ column }) => quote(column)).join(', ')
  const values = copy.map(({ column, expression }) => expression ?? filledIn(column)).join(', ')
  return {
    off: ['PRAGMA foreign_keys = OFF', 'PRAGMA legacy_alter_table = ON'],
    inner: [
      'BEGIN IMMEDIATE',
      'CREATE TEMP TABLE orphans AS SELECT count(*) AS rows FROM pragma_foreign_key_check',
      create.replace('"%s"', () => quote(next)),
      // Each part on its own line.
      `INSERT INTO ${quote(next)} (${targets})\nSELECT ${values}\nFROM ${quote(table)}`,
      ...(carriesCounter
        ? [
            `DELETE FROM sqlite_sequence WHERE name = ${string(next)}`,
            `INSERT INTO sqlite_sequence (name, seq) SELECT ${string(next)}, seq FROM sqlite_sequence WHERE name = ${string(table)}`,
          ]
        : []),
      `DROP TABLE ${quote(table)}`,
      `ALTER TABLE ${quote(next)} RENAME TO ${quote(table)}`,
      ...objects,
      'CREATE TEMP TABLE no_new_orphans (rows CHECK (rows <= 0))',
      'INSERT INTO no_new_orphans SELECT (SELECT count(*) FROM pragma_foreign_key_check) - rows FROM orphans',
      'DROP TABLE temp.orphans',
      'DROP TABLE temp.no_new_orphans',
      'COMMIT',
    ],
    on: ['PRAGMA legacy_alter_table = OFF', 'PRAGMA foreign_keys = ON'],
  }
}
