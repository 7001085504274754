import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSqliteDialect } from '../../../src/dialect/sqlite/sqlite-dialect.ts'
import { fileTarget } from '../../../src/dialect/sqlite/sqlite-target.ts'
import { tempFolder } from '../../temp-folder.ts'
import { sql } from './change-rig.ts'

test('a meta table that an application defines as a model is no table of the user’s', async () => {
  const root = tempFolder()
  const target = fileTarget(join(root, 'throwaway.db'), root)
  await sql(
    target.storage!,
    'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT)',
    'CREATE TABLE SequelizeMeta (name)',
  )
  const dialect = createSqliteDialect(join(import.meta.dirname, '../../..'))
  const meta = { table: 'SequelizeMeta', column: 'name', schema: null, timestamps: false }
  expect(await dialect.countTables(target, meta)).toBe(1)
  expect(await dialect.countTables(target)).toBe(2)
})
