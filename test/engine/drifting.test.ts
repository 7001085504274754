/** When a watch looks for drift: dev's schema or what is applied is another one, and never because rows were written. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { createDrifting } from '../../src/engine/drifting.ts'
import { openProject } from '../../src/engine/project.ts'
import type { Job } from '../../src/engine/queue.ts'
import { readDevPosition } from '../../src/engine/read-dev-board.ts'
import { createStore } from '../../src/event/store.ts'
import { execute } from '../end-to-end/database.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

test('a look after each change of the schema and of what is applied; rows do not matter', async () => {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  writeFiles(root, { 'schema.sql': 'CREATE TABLE t (a)' })
  const baseline = { sql: './schema.sql', names: ['01'] }
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', baseline }
  const store = createStore()
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), store, 'test', 0)
  const jobs: Job[] = []
  const { signal } = new AbortController()
  const drifting = createDrifting({
    project,
    stop: signal,
    push: (job) => jobs.push(job),
    models: () => ({ tables: {}, views: [], unread: [] }),
    emitFor: () => store.emit,
    readBoard: async () => null,
  })
  const dev = project.config.dev.storage!
  const looks = async (sql: string): Promise<number> => {
    await execute(dev, sql)
    await drifting.look(await readDevPosition(project))
    return jobs.length
  }
  expect(
    await looks("CREATE TABLE t (a); CREATE TABLE SequelizeMeta (name); INSERT INTO SequelizeMeta VALUES ('01')"),
  ).toBe(1)
  expect(await looks('INSERT INTO t VALUES (1), (2)')).toBe(1)
  expect(await looks('ALTER TABLE t ADD COLUMN b')).toBe(2)
  expect(await looks('UPDATE t SET b = a')).toBe(2)
  expect(await jobs[1]!.run(signal)).toBe('done')
  expect(store.state.drift.objects).toEqual([{ name: 'column:t.b', lines: ['+ t.b  '] }])
  expect(await looks("INSERT INTO SequelizeMeta VALUES ('02')")).toBe(3)
  // An applied migration has no file: nothing can be said.
  expect(await jobs[2]!.run(signal)).toBe('done')
  expect(store.state.drift.objects).toBeNull()
  const stopped = new AbortController()
  stopped.abort()
  expect(await jobs[2]!.run(stopped.signal)).toBe('aborted')
})
