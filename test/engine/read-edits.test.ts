/** The ledger as a board tells it: what devdb applied, and what has been edited since. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { createEngine } from '../../src/engine/engine.ts'
import { openProject } from '../../src/engine/project.ts'
import { readDevPosition } from '../../src/engine/read-dev-board.ts'
import { createStore } from '../../src/event/store.ts'
import { execute, query } from '../end-to-end/database.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

test('edits of applied migrations are told apart, and the ledger goes with the last of them', async () => {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  writeFiles(root, {
    'migrations/1-a.js':
      'module.exports = { up: (q) => q.createTable("a", { id: "INTEGER" }), down: (q) => q.dropTable("a") }\n',
    'migrations/2-b.sql': 'CREATE TABLE b (id INTEGER);\n',
    'migrations/2-b.down.sql': 'DROP TABLE b;\n',
    'migrations/3-c.js': 'module.exports = { up: async () => {}, down: async () => {} }\n',
  })
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }
  const config = evaluateConfig(exported, join(root, 'devdb.config.ts'), [])
  const project = openProject(config, createStore(), 'test', 0)
  const engine = createEngine(project)
  const file = (name: string): string => join(root, 'migrations', name)
  const board = async () =>
    (await readDevPosition(project)).board.migrations.map(({ name, edited, stored }) => [name, edited, stored])

  expect((await engine.upgrade('2-b')).problem).toBeNull()
  expect(await board()).toEqual([
    ['1-a.js', null, true],
    ['2-b.sql', null, true],
    ['3-c.js', null, false],
  ])
  // Applied by other means: nothing is known of it, and that is no error.
  await execute(join(root, 'dev.db'), "INSERT INTO SequelizeMeta VALUES ('3-c.js')")
  appendFileSync(file('1-a.js'), '// a word\n')
  writeFileSync(file('2-b.sql'), readFileSync(file('2-b.sql'), 'utf8').replace('INTEGER', 'TEXT'))
  appendFileSync(file('3-c.js'), 'nothing()\n')
  expect(await board()).toEqual([
    ['1-a.js', 'cosmetic', true],
    ['2-b.sql', 'real', true],
    ['3-c.js', null, false],
  ])
  const [row] = await query(join(root, 'dev.db'), "SELECT source FROM devdb_ledger WHERE name = '2-b.sql'")
  expect(row).toEqual({ source: 'CREATE TABLE b (id INTEGER);\n' })

  writeFileSync(file('3-c.js'), 'module.exports = { up: async () => {}, down: async () => {} }\n')
  expect((await engine.downgrade('base')).problem).toBeNull()
  const tables = await query(join(root, 'dev.db'), "SELECT name FROM sqlite_master WHERE type = 'table'")
  expect(tables).toEqual([{ name: 'SequelizeMeta' }])
  await engine.close()
})
