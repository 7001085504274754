/** The scenarios: models before and after one change, as they stand in `fixtures/scenario`, and what a database becomes of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataTypes, Sequelize } from 'sequelize'
import { introspectSqlite } from '../../src/dialect/sqlite/introspect-sqlite.ts'
import { splitStatements } from '../../src/dialect/sqlite/split-statements.ts'
import { openSqlite } from '../../src/dialect/sqlite/sqlite-connection.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { driver } from '../dialect/sqlite/memory.ts'

/** Defines models; may also add a hook `afterBulkSync` for what models cannot declare. */
export type Define = (sequelize: Sequelize, types: typeof DataTypes) => unknown

export interface Scenario {
  readonly name: string
  readonly before: Define
  readonly after: Define
  /** The lines that describe the changes, sorted. */
  readonly expected: readonly string[]
  /** Statements that fill the database of `before`; null where rows of the usual kind will do. */
  readonly rows: readonly string[] | null
  /** Statements for what models cannot declare, run after those of `before`: it must be there in the end, too. */
  readonly migrated: readonly string[]
  /** What it is then, where the change alters it. */
  readonly migratedAfter: readonly string[]
  readonly answers: Answers
}

/** What a developer answers where a change is not plain. */
export interface Answers {
  readonly renames?: readonly string[]
  readonly tableRenames?: readonly string[]
  /** SQL for what a draft leaves open, by `table.column`. */
  readonly fillIns?: Readonly<Record<string, string>>
  /** Whether the change cannot be drafted as a drop and an addition. */
  readonly onlyRenamed?: boolean
  /** Whether something of the database before stays that `after` does not declare. */
  readonly keepsOld?: boolean
}

const folder = fileURLToPath(new URL('../../fixtures/scenario', import.meta.url))
const load = createRequire(import.meta.url)

/** Reads all of them, in name order. */
export const readScenarios = (): readonly Scenario[] =>
  readdirSync(folder)
    .sort()
    .map((name) => {
      const migrated = statementsOf(join(folder, name, 'migrated.sql')) ?? []
      return {
        name,
        before: load(join(folder, name, 'before.cjs')) as Define,
        after: load(join(folder, name, 'after.cjs')) as Define,
        expected: JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as string[],
        rows: statementsOf(join(folder, name, 'rows.sql')),
        migrated,
        migratedAfter: statementsOf(join(folder, name, 'migrated-after.sql')) ?? migrated,
        answers: JSON.parse(textOf(join(folder, name, 'answers.json')) ?? '{}') as Answers,
      }
    })

const textOf = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null)

const statementsOf = (file: string): readonly string[] | null => {
  const script = textOf(file)
  return script === null ? null : splitStatements(script).map(({ sql }) => sql)
}

/**
 * What the real `sync()` makes of models.
 * @param define the models
 * @param file where
 * @param migrated statements to run afterwards
 */
export async function syncedSchema(define: Define, file: string, migrated: readonly string[] = []): Promise<Schema> {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: file, logging: false })
  try {
    await sequelize.query('PRAGMA synchronous = OFF')
    await define(sequelize, DataTypes)
    await sequelize.sync()
    for (const sql of migrated) await sequelize.query(sql)
  } finally {
    await sequelize.close()
  }
  const connection = await openSqlite(driver, file, 'read')
  return introspectSqlite(connection, new Set()).finally(() => connection.close())
}
