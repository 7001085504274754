/** The scenarios: models before and after one change, as they stand in `fixtures/scenario`, and what a database becomes of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DataTypes, Sequelize } from 'sequelize'
import { introspectSqlite } from '../../src/dialect/sqlite/introspect-sqlite.ts'
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
}

const folder = fileURLToPath(new URL('../../fixtures/scenario', import.meta.url))
const load = createRequire(import.meta.url)

/** Reads all of them, in name order. */
export const readScenarios = (): readonly Scenario[] =>
  readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      before: load(join(folder, name, 'before.cjs')) as Define,
      after: load(join(folder, name, 'after.cjs')) as Define,
      expected: JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as string[],
    }))

/**
 * What the real `sync()` makes of models.
 * @param define the models
 * @param file where
 */
export async function syncedSchema(define: Define, file: string): Promise<Schema> {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: file, logging: false })
  try {
    await sequelize.query('PRAGMA synchronous = OFF')
    await define(sequelize, DataTypes)
    await sequelize.sync()
  } finally {
    await sequelize.close()
  }
  const connection = await openSqlite(driver, file, 'read')
  return introspectSqlite(connection, new Set()).finally(() => connection.close())
}
