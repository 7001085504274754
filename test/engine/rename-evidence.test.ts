/** What the rows of dev say of possible renames. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { openProject } from '../../src/engine/project.ts'
import { readEvidence } from '../../src/engine/rename-evidence.ts'
import { createStore } from '../../src/event/store.ts'
import { schemaOf } from '../dialect/sqlite/memory.ts'
import { execute } from '../end-to-end/database.ts'
import { tempFolder } from '../temp-folder.ts'

test('a column whose values would not do in another one is unlikely to have become that; where nothing is known it fits', async () => {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), createStore(), 'test', 0)
  const columns = 'word TEXT, number TEXT, pending TEXT'
  const from = await schemaOf(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})`)
  const added = 'anything TEXT, short VARCHAR(3), amount INTEGER, must TEXT NOT NULL'
  const to = await schemaOf(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${added})`)
  const misfits = async (): Promise<readonly string[]> => {
    const { fits } = await readEvidence(project, from, to)
    const olds = from.tables.t!.columns.slice(1)
    return to.tables
      .t!.columns.slice(1)
      .flatMap((now) => olds.flatMap((old) => (fits('t', old, now) ? [] : [`${old.name} → ${now.name}`])))
  }
  expect(await misfits()).toEqual([])
  // No migration has made `pending` there yet.
  await execute(project.config.dev.storage!, `CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, number TEXT)`)
  expect(await misfits()).toEqual([])
  await execute(project.config.dev.storage!, "INSERT INTO t VALUES (1, 'long words', '12'), (2, 'more', NULL)")
  expect(await misfits()).toEqual(['word → short', 'word → amount', 'number → must'])
})
