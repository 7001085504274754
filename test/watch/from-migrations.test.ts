/** A watch whose throwaway is built from the migrations: what it says instead of what the models need. */
import { expect, onTestFinished, test } from 'vitest'
import { makeProject } from '../end-to-end/project.ts'
import { startWatch } from '../watch-run.ts'

test('a throwaway built from the migrations: its tables and rows are told after each build', async () => {
  const project = await makeProject({
    files: {
      'models/user.js': 'throw new Error("not without the server")',
      'seed.sql': "INSERT INTO users (name) VALUES ('doe');",
    },
    config: { throwaway: { from: 'migrations' }, steps: [{ sql: './seed.sql' }] },
  })
  onTestFinished(() => project.remove())
  const watch = startWatch(project.root)
  const notes = { table: 'notes', rows: 0 }
  expect((await watch.next('throwaway-listed')).tables).toEqual([notes, { table: 'users', rows: 1 }])
  watch.mark()
  project.write({ 'migrations/20260104-more.sql': 'CREATE TABLE more (id INTEGER);' })
  expect((await watch.next('throwaway-listed', ({ tables }) => tables.length === 3)).tables).toEqual([
    { table: 'more', rows: 0 },
    notes,
    { table: 'users', rows: 1 },
  ])
  expect(watch.of('models-compare-failed')).toEqual([])
})
