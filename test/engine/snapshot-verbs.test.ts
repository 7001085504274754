/** The verbs of snapshots as the screen calls them: in their turn, told as events, the board read again afterwards. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { createEngine } from '../../src/engine/engine.ts'
import { openProject } from '../../src/engine/project.ts'
import type { EventKind } from '../../src/event/event.ts'
import { createStore } from '../../src/event/store.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { tempFolder } from '../temp-folder.ts'

async function opened() {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  await sql(
    join(root, 'dev.db'),
    'CREATE TABLE SequelizeMeta (name PRIMARY KEY)',
    "INSERT INTO SequelizeMeta VALUES ('1-one.js')",
    'CREATE TABLE t (a INTEGER PRIMARY KEY)',
    'INSERT INTO t VALUES (1)',
  )
  const store = createStore()
  const told: EventKind[] = []
  store.subscribe(({ kind }) => told.push(kind))
  const plain = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', snapshots: { maxBytes: 1 } }
  const project = openProject(evaluateConfig(plain, join(root, 'devdb.config.json'), []), store, 'test', 1000)
  const engine = createEngine(project)
  onTestFinished(() => engine.close())
  const run = (...statements: readonly string[]) => sql(join(root, 'dev.db'), ...statements)
  return { engine, project, store, told, run }
}

test('save, restore, undo: what they tell, and the state that follows', async () => {
  const { engine, project, store, told, run } = await opened()
  const { snapshot } = await engine.saveSnapshot('mine')
  expect(snapshot).toMatchObject({ name: 'mine', automatic: false, migrations: ['1-one.js'], label: 'dev.db' })
  await run('DELETE FROM SequelizeMeta', 'INSERT INTO t VALUES (2)')
  told.length = 0
  const restored = await engine.restore('mine')
  expect(restored).toMatchObject({ restored: snapshot?.id, saved: expect.any(String), problem: null })
  expect(told).toEqual(['restore-started', 'snapshot-saved', 'restore-finished', 'board-read'])
  expect(store.state.dev).toMatchObject({
    running: null,
    problem: null,
    last: { text: expect.stringMatching(/^restored snapshot \S+ "mine" in/) },
    board: { migrations: [{ name: '1-one.js', state: 'missing' }] },
  })

  // There is no room for what would tell what was written since, so nothing is claimed.
  expect((await engine.prepareUndo())?.since).toBeNull()
  expect(store.state.dev.undo).toMatchObject({ what: 'restore mine', snapshot: restored.saved, since: null })
  const plan = await engine.prepareUndo()
  const undone = await engine.undo(plan?.change)
  expect(undone).toMatchObject({ restored: restored.saved, problem: null })
  expect(store.state.dev).toMatchObject({
    undo: null,
    last: { text: expect.stringMatching(/^took back restore mine:/) },
  })
  expect(await run('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }])
  expect(await project.snapshots.list()).toHaveLength(2)

  // What was shown is no longer what would be taken back.
  expect(await engine.undo(plan?.change)).toMatchObject({ restored: null, problem: { code: 'nothing-to-undo' } })
  expect(store.state.dev).toMatchObject({ running: null, problem: { code: 'nothing-to-undo' } })
  expect(await engine.deleteSnapshot('mine')).toMatchObject({ snapshot: { name: 'mine' }, problem: null })
  expect(await engine.deleteSnapshot('mine')).toMatchObject({ snapshot: null, problem: { code: 'snapshot-unknown' } })
  expect(told.at(-1)).toBe('snapshot-failed')
})

test('nothing to undo is told, and is no undo', async () => {
  const { engine, store, told } = await opened()
  expect(await engine.prepareUndo()).toBeNull()
  expect(told).toEqual(['undo-refused'])
  expect(store.state.dev).toMatchObject({ undo: null, problem: { code: 'nothing-to-undo' } })
})
