import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Event } from '../../src/event/event.ts'
import { reduce } from '../../src/event/reduce.ts'
import { initialState } from '../../src/event/state.ts'
import { createStore, type Reader } from '../../src/event/store.ts'
import { createLogReporter } from '../../src/report/log-reporter.ts'
import { createNdjsonReporter } from '../../src/report/ndjson-reporter.ts'
import { createPlainReporter } from '../../src/report/plain-reporter.ts'
import { sampleEvents } from '../event/sample-events.ts'

process.env.TZ = 'UTC'
const folder = mkdtempSync(join(tmpdir(), 'devdb-report-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const session = readFileSync(new URL('../../fixtures/session/first-day.ndjson', import.meta.url), 'utf8')
const sessionEvents = session
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Event)

/** What a reader wrote about some events. */
function written(events: readonly Event[], create: (write: (text: string) => void) => Reader): string {
  let text = ''
  const store = createStore()
  store.subscribe(create((more) => (text += more)))
  for (const event of events) store.accept(event)
  return text
}

const logLines = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('plain: a stamped line for each event, and each Problem once in full', () => {
  expect(`\n${written(sessionEvents, (write) => createPlainReporter({ write }))}`).toMatchInlineSnapshot(`
    "
    12:03:00 devdb 0.1.0 watch in /home/doe/forge
    12:03:00 configuration devdb.config.ts
    12:03:00 dev: 2 applied, 2 pending
    12:03:00 watching 14 files
    12:03:00 build started (start)
    12:03:00 ✓ schema: 12 tables, 9 ms
    12:03:00   create admin: admin doe
    12:03:00 ✓ create admin, 41 ms
    12:03:00   scan repositories: 3 repositories
    12:03:00 ✓ scan repositories, 34 ms
    12:03:00 throwaway ready: file:.devdb/throwaway.db, 12 tables, 84 ms
    12:03:20 changed: src/models/user.ts
    12:03:20 build started (src/models/user.ts)
    12:03:20 build failed after 6 ms (the last good throwaway stays)
             src/models/user.ts: DataTypes.STRNG is not a type
               src/models/user.ts:8:20
                 7 |   sequelize.define("user", {
               > 8 |     name: DataTypes.STRNG,
                   |                     ^
                 9 |   })
               → save the file again when it is mended
    12:03:29 changed: src/models/user.ts
    12:03:29 build started (src/models/user.ts)
    12:03:29 build cancelled after 3 ms
    12:03:29 build started (src/models/user.ts)
    12:03:29 ✓ schema: 12 tables, 9 ms
    12:03:29   create admin: admin doe
    12:03:29 ✓ create admin, 41 ms
    12:03:29   scan repositories: 3 repositories
    12:03:29 ✓ scan repositories, 34 ms, cached
    12:03:29 throwaway ready: file:.devdb/throwaway.db, 12 tables, 84 ms
    12:03:33 upgrade: 20261120-cool-feature
    12:03:33 snapshot 20261120-120339 (before upgrade), 40960 bytes
    12:03:33 ↑ 20261120-cool-feature
    12:03:33 tried again (2): an application wrote to dev.db meanwhile
    12:03:33 ✓ 20261120-cool-feature up, 12 ms
    12:03:33 upgraded 1 migration in 14 ms
    12:03:33 dev: 3 applied, 1 pending
    12:03:36 upgrade: 20261121-audit-log
    12:03:36 ↑ 20261121-audit-log
    12:03:36 ✗ 20261121-audit-log, 4 ms
             20261121-audit-log: no such table: usrs
               migrations/20261121-audit-log.ts:5
               SQL: CREATE TRIGGER audit AFTER UPDATE ON usrs BEGIN SELECT 1; END
               → mend the migration, then press u; the dev database is as it was
    12:03:36 upgrade failed
             20261121-audit-log: no such table: usrs
    12:03:36 dev: 3 applied, 1 pending
    "
  `)
})

test('plain: statements are for --verbose', () => {
  const [statement] = sampleEvents.filter(({ kind }) => kind === 'statement-run')
  expect(written([statement!], (write) => createPlainReporter({ write }))).toBe('')
  expect(written([statement!], (write) => createPlainReporter({ write, verbose: true }))).toContain('ALTER TABLE users')
})

test('ndjson: the lines replay to the same state', () => {
  const text = written(sampleEvents, (write) => createNdjsonReporter({ write }))
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
  expect(events).toEqual(sampleEvents)
  expect(events.reduce(reduce, initialState)).toEqual(sampleEvents.reduce(reduce, initialState))
})

test('log: each event with all its fields, in a folder that is made', async () => {
  const file = join(folder, 'made', 'devdb.log')
  const { reader, close } = createLogReporter({ file })
  for (const event of sampleEvents) reader(event, initialState)
  const lines = logLines(file)
  const levels = Object.fromEntries(lines.map(({ kind, level }) => [kind, level]))
  expect(levels).toMatchObject({
    'build-failed': 'error',
    'dev-touched': 'warn',
    'warning-raised': 'warn',
    'change-retried': 'warn',
    'statement-run': 'info',
  })
  expect(levels).not.toHaveProperty('step-output')
  expect(lines.find(({ kind }) => kind === 'statement-run')).toMatchInlineSnapshot(`
    {
      "at": 1795176068000,
      "database": "dev.db",
      "error": null,
      "job": null,
      "kind": "statement-run",
      "level": "info",
      "ms": 3,
      "msg": "  ALTER TABLE users ADD COLUMN cool BOOLEAN (3 ms)",
      "sql": "ALTER TABLE users ADD COLUMN cool BOOLEAN",
      "time": "2026-11-20T12:01:08.000Z",
      "v": 1,
    }
  `)
  await close()
  reader(sampleEvents[0]!, initialState)
  expect(statSync(file).size).toBeGreaterThan(0)
})

test('log: debug has what steps and models printed', async () => {
  const file = join(folder, 'debug.log')
  const { reader, close } = createLogReporter({ file, level: 'debug' })
  for (const event of sampleEvents) reader(event, initialState)
  await close()
  expect(logLines(file)).toHaveLength(sampleEvents.length)
})

test('log: is bounded at the start and while running, and keeps the one before', async () => {
  const file = join(folder, 'bounded.log')
  const maxBytes = 4_000
  const { reader, close } = createLogReporter({ file, maxBytes })
  for (let round = 0; round < 20; round++) for (const event of sampleEvents) reader(event, initialState)
  for (const one of [file, `${file}.1`]) expect(statSync(one).size).toBeLessThan(maxBytes + 1_000)
  expect(logLines(file).at(-1)).toMatchObject({ kind: 'session-ended' })
  expect(() => logLines(`${file}.1`)).not.toThrow()
  await close()

  const before = readFileSync(file, 'utf8')
  await createLogReporter({ file, maxBytes: 10 }).close()
  expect([readFileSync(file, 'utf8'), readFileSync(`${file}.1`, 'utf8')]).toEqual(['', before])
})

test('log: neither a deleted folder nor an impossible one stops the daemon', async () => {
  const file = join(folder, 'deleted', 'devdb.log')
  const { reader, close } = createLogReporter({ file })
  rmSync(dirname(file), { recursive: true })
  for (let round = 0; round < 5; round++) for (const event of sampleEvents) reader(event, initialState)
  expect(existsSync(file)).toBe(true)
  await close()

  const impossible = createLogReporter({ file: join(folder, 'bounded.log', 'devdb.log') })
  for (const event of sampleEvents) impossible.reader(event, initialState)
  await impossible.close()
})
