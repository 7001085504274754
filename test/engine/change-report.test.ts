/** What a change of dev reports of its rows, and which code the ledger keeps of it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { countGone } from '../../src/engine/count-gone.ts'
import { createEngine } from '../../src/engine/engine.ts'
import { openProject } from '../../src/engine/project.ts'
import { readDevPosition } from '../../src/engine/read-dev-board.ts'
import type { Event } from '../../src/event/event.ts'
import { describeRowReport, rowLines } from '../../src/event/row-loss.ts'
import { createStore } from '../../src/event/store.ts'
import { createPlainReporter } from '../../src/report/plain-reporter.ts'
import { execute, query } from '../end-to-end/database.ts'
import { tempProject } from '../temp-folder.ts'

function open(files: Readonly<Record<string, string>>) {
  const root = tempProject({ 'package.json': '{}', ...files })
  const store = createStore()
  const events: Event[] = []
  let text = ''
  store.subscribe((event) => events.push(event))
  store.subscribe(createPlainReporter({ write: (line) => (text += line) }))
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.json'), []), store, 'test', 0)
  const engine = createEngine(project)
  onTestFinished(() => engine.close())
  const linesOf = (kind: Event['kind']): readonly string[] => rowLines(events.findLast((event) => event.kind === kind)!)
  return { root, dev: join(root, 'dev.db'), project, engine, linesOf, printed: () => text }
}

test('each change says in a line for each table how many rows went; what it cannot count it says, too', async () => {
  const made = open({
    'migrations/1-users.sql':
      'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, nick TEXT); CREATE TABLE logs (line TEXT, level TEXT);',
    'migrations/2-less.sql': `DELETE FROM users WHERE id = 3; UPDATE users SET name = 'ANN' WHERE id = 1; ALTER TABLE users DROP COLUMN nick;
      UPDATE logs SET level = 'warn'; CREATE INDEX by_line ON logs (line);`,
    'migrations/2-less.down.sql':
      'ALTER TABLE users ADD COLUMN nick TEXT; DROP INDEX by_line; DELETE FROM logs WHERE rowid = 1;',
    'migrations/3-fails.sql': 'INSERT INTO nowhere VALUES (1);',
  })
  await made.engine.upgrade('1-users.sql')
  const rows =
    "INSERT INTO users VALUES (1, 'ann', 'a'), (2, NULL, NULL), (3, 'cy', 'c'); INSERT INTO logs VALUES ('x', 'w'), ('y', NULL);"
  await execute(made.dev, rows)
  const lines = [
    'changed logs.level in 1 row',
    'deleted 1 row of users; dropped users.nick in 2 rows; changed users.name in 1 row',
  ]
  const upgraded = await made.engine.upgrade('head')
  expect([upgraded.names, describeRowReport(upgraded.rows)]).toEqual([['2-less.sql'], lines])
  expect(made.linesOf('change-failed')).toEqual(lines)
  expect(made.printed()).toContain(`\n         ${lines[0]}\n         ${lines[1]}\n`)

  const undone = await made.engine.undo()
  expect([undone.problem, ...describeRowReport(undone.rows)]).toEqual([
    null,
    'emptied logs.level in 1 row; changed logs.level in 1 row',
    'changed users.name in 1 row',
  ])
  await made.engine.upgrade('2-less.sql')
  expect(describeRowReport((await made.engine.downgrade('1-users.sql')).rows)).toEqual(['deleted 1 row of logs'])

  await made.engine.upgrade('2-less.sql')
  writeFileSync(join(made.root, 'migrations/2-less.sql'), 'DELETE FROM users;')
  expect(await made.engine.stepBack('reapply', ['2-less.sql'])).toBeNull()
  expect(made.linesOf('step-back-finished')).toEqual(['deleted 2 rows of users'])

  const { saved } = await made.engine.undo()
  expect((await countGone(made.project, saved, { bytes: 1000, ms: 5000 })).notCounted).toMatch(/^dev\.db has \d+ kB$/)
  await made.project.dialect.removeScratch(made.project.snapshots.target(saved!))
  expect((await countGone(made.project, saved)).notCounted).toMatch(/20\S+\.db: .*cannot be opened/)
})

test('the ledger keeps the code that ran, whoever saves the file in between', async () => {
  const saves = (path: string): string => `
const [path, made] = [${path}, 'OLD']
if (made === 'O' + 'LD') writeFileSync(path, readFileSync(path, 'utf8').replace("'OLD'", "'NEW'"))`
  const up = (name: string): string => `(q) => q.sequelize.query('CREATE TABLE ' + '${name}_' + made + ' (x)')`
  const files = {
    'migrations/1-itself.js': `const { writeFileSync } = require('node:fs')
module.exports = { up: async (q) => { await q.sequelize.query('CREATE TABLE itself (x)'); writeFileSync(__filename, '// other')
  writeFileSync(__dirname + '/2-two.sql', 'CREATE TABLE new (x);'); writeFileSync(__dirname + '/2-two.down.sql', 'DROP TABLE new;') } }`,
    'migrations/2-two.sql': 'CREATE TABLE old (x);',
    'migrations/3-three.ts': `import { readFileSync, writeFileSync } from 'node:fs'${saves('__filename as string')}
export const up = ${up('three').replace('(q)', '(q: any): Promise<unknown>')}`,
    'migrations/4-four.mjs': `import { readFileSync, writeFileSync } from 'node:fs'${saves('import.meta.filename')}
export const up = ${up('four')}`,
    'migrations/5-five.js': `const { readFileSync, writeFileSync } = require('node:fs')${saves('__filename')}
module.exports = { up: ${up('five')} }`,
    'migrations/6-ends.js': 'module.exports = { up: () => process.exit(3) }',
  }
  const { root, dev, project, engine } = open(files)
  expect((await engine.upgrade('head')).names).toHaveLength(5)
  const tables = await query(dev, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%e%q%'")
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['itself', 'new', 'three_NEW', 'four_NEW', 'five_NEW']),
  )
  const stored = new Map(
    (await query(dev, 'SELECT name, source, down FROM devdb_ledger')).map((row) => [row.name, row]),
  )
  expect(stored.get('1-itself.js')?.source).toBe(files['migrations/1-itself.js'])
  expect(stored.get('2-two.sql')).toMatchObject({ source: 'CREATE TABLE new (x);', down: 'DROP TABLE new;' })
  for (const name of ['3-three.ts', '4-four.mjs', '5-five.js']) {
    expect(stored.get(name)?.source).toBe(readFileSync(join(root, 'migrations', name), 'utf8'))
    expect(stored.get(name)?.source).toContain("'NEW'")
  }
  const { board } = await readDevPosition(project)
  expect(board.migrations.filter(({ edited }) => edited !== null).map(({ name }) => name)).toEqual(['1-itself.js'])
})
