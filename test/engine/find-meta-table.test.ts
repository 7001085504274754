/** The meta table is told by the names in it, whatever it is called. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTarget } from '../../src/dialect/find-dialect.ts'
import { findMetaTable } from '../../src/engine/find-meta-table.ts'
import { execute } from '../end-to-end/database.ts'
import { tempFolder } from '../temp-folder.ts'

const files = ['20260101-users.ts', '20260102-notes.ts']

async function foundIn(sql: string | null) {
  const root = tempFolder()
  if (sql !== null) await execute(join(root, 'dev.db'), sql)
  return findMetaTable(root, readTarget('sqlite:dev.db', root), files)
}

test('the table that names the migrations, with or without their endings', async () => {
  const seeded = "CREATE TABLE seeder_meta (name TEXT); INSERT INTO seeder_meta VALUES ('20260101-demo.js');"
  const logged =
    "CREATE TABLE applied_migrations (id INTEGER PRIMARY KEY, file TEXT, at TEXT); INSERT INTO applied_migrations VALUES (1, '20260101-users.js', 'now');"
  expect(await foundIn(`${seeded}${logged}`)).toMatchObject({ table: 'applied_migrations', column: 'file' })
})

test('no other table is read, and nothing is found where nothing is', async () => {
  expect(await foundIn("CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('20260101-users.ts')")).toBeNull()
  expect(await foundIn('CREATE TABLE SequelizeMeta (name TEXT)')).toBeNull()
  expect(await foundIn(null)).toBeNull()
})
