import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeEvent } from '../../src/event/describe-event.ts'
import type { Event } from '../../src/event/event.ts'
import { reduce } from '../../src/event/reduce.ts'
import { noRowLoss } from '../../src/event/row-loss.ts'
import { initialState, type State } from '../../src/event/state.ts'
import { createStore } from '../../src/event/store.ts'
import { sampleEvents, sampleFields } from './sample-events.ts'

const session = (name: string): string =>
  readFileSync(new URL(`../../fixtures/session/${name}`, import.meta.url), 'utf8')
const eventsOf = (ndjson: string): readonly Event[] =>
  ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)

test('replaying a recorded session gives the state that was live', () => {
  const events = eventsOf(session('first-day.ndjson'))
  const live = JSON.parse(session('first-day.state.json')) as State
  expect(events.reduce(reduce, initialState)).toEqual(live)
})

test('a store that accepts a session is where the one that recorded it was', () => {
  const recorded: string[] = []
  const store = createStore()
  store.subscribe((event) => recorded.push(JSON.stringify(event)))
  for (const event of sampleEvents) store.accept(event)
  expect(eventsOf(recorded.join('\n')).reduce(reduce, initialState)).toEqual(store.state)
})

test('State is plain JSON', () => {
  const state = sampleEvents.reduce(reduce, initialState)
  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
})

test('reduce never changes what it is given, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...sampleEvents), { maxLength: 40 }), (events) => {
      let state = deepFreeze(initialState)
      for (const event of events) state = deepFreeze(reduce(state, deepFreeze(structuredClone(event))))
    }),
  )
})

test('after a verdict no build runs, and after its end no change', () => {
  const endsBuild = new Set(['build-finished', 'build-failed', 'build-cancelled'])
  const endsChange = new Set([
    'change-finished',
    'change-failed',
    'reset-finished',
    'reset-failed',
    'restore-finished',
    'restore-failed',
  ])
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...sampleEvents), { minLength: 1, maxLength: 40 }), (events) => {
      const state = events.reduce(reduce, initialState)
      const last = events.at(-1)!.kind
      if (endsBuild.has(last)) expect(state.throwaway.running).toBeNull()
      if (last === 'build-failed' || last === 'build-cancelled')
        expect(state.throwaway.phases.filter((phase) => phase.state === 'running')).toEqual([])
      if (endsChange.has(last)) expect(state.dev.running).toBeNull()
    }),
  )
})

test('the line about a change goes when the migrations stand otherwise, and not for a new file', () => {
  const upgraded = { direction: 'upgrade', names: ['2-b.js'], saved: null, rows: noRowLoss, ms: 5 } as const
  const afterBoards = (...boards: readonly (readonly string[])[]): State => {
    const store = createStore(() => 0)
    store.emit('branch-switched', { from: null, to: 'main' })
    store.emit('change-finished', upgraded)
    for (const names of boards) {
      const migrations = names.map((name) => ({
        name: name.slice(1),
        state: name.startsWith('●')
          ? ('applied' as const)
          : name.startsWith('!')
            ? ('missing' as const)
            : ('pending' as const),
        ...{ outOfOrder: false, edited: null, stored: false, branch: null },
      }))
      store.emit('board-read', { board: { url: 'file:/dev.db', exists: true, migrations }, reversal: null })
    }
    return store.state
  }
  const own = ['●1-a.js', '●2-b.js']
  expect(afterBoards(own, own, [...own, '○3-c.js']).dev.last?.text).toMatch(/^upgraded/)
  expect(afterBoards(own, ['●1-a.js', '○2-b.js']).dev.last).toBeNull()
  expect(afterBoards(own, ['●1-a.js', '!2-b.js']).dev.last).toBeNull()
  expect(afterBoards(own, [...own, '●3-c.js']).dev.last).toBeNull()
  const { at, ...there } = sampleEvents.find(({ kind }) => kind === 'branch-switched')!
  expect(reduce(afterBoards(own), { at, ...there, kind: 'branch-switched', from: 'main', to: 'b' }).dev.last).toBeNull()
})

test('warnings go with the next build, what a hook warned of when it runs again, and that code reached dev when dev is restored', () => {
  const touched = {
    by: 'models',
    snapshot: null,
    isCertain: false,
    problem: { code: 'dev-touched', message: 'dev.db changed' },
  } as const
  const failed = { ...sampleFields['hook-failed'], hook: 'npm test' }
  const store = createStore(() => 0)
  store.emit('dev-touched', touched)
  store.emit('hook-failed', failed)
  expect(store.state.warnings).toHaveLength(2)
  store.emit('hook-started', { ...sampleFields['hook-started'], hook: 'npm test' })
  expect(store.state.warnings.map(({ problem }) => problem.code)).toEqual(['dev-touched'])
  store.emit('build-started', sampleFields['build-started'])
  expect(store.state.warnings).toEqual([])
  for (const isCertain of [true, true]) store.emit('dev-touched', { ...touched, isCertain })
  store.emit('build-started', sampleFields['build-started'])
  expect(store.state.warnings).toMatchObject([{ problem: touched.problem }])
  store.emit('restore-finished', sampleFields['restore-finished'])
  expect(store.state.warnings).toEqual([])
})

test('that the board could not be read is over when it is read; what a change failed with stays', () => {
  const store = createStore(() => 0)
  const problem = { code: 'internal', message: 'no such table: devdb_ledger' } as const
  store.emit('board-failed', { problem })
  expect(store.state.dev.problem).toEqual(problem)
  store.emit('board-read', sampleFields['board-read'])
  expect(store.state.dev.problem).toBeNull()
  store.emit('board-failed', { problem })
  store.emit('change-failed', { ...sampleFields['change-failed'], problem })
  store.emit('board-read', sampleFields['board-read'])
  expect(store.state.dev.problem).toEqual(problem)
})

test('what the rows went through stands below the change, a line for each table, on the board and in the log', () => {
  const store = createStore(() => 0)
  store.emit('change-finished', sampleFields['change-finished'])
  const lines = ['deleted 2 rows of labels', 'dropped users.nickname in 1 row; changed users.email in 1,204 rows']
  expect(store.state.dev.last?.rows).toEqual(lines)
  expect(store.state.log.slice(-2).map(({ text }) => text.trim())).toEqual(lines)
  const notCounted = 'dev.db has 1.2 GB'
  store.emit('change-finished', { ...sampleFields['change-finished'], rows: { ...noRowLoss, notCounted } })
  expect(store.state.dev.last?.rows).toEqual(['rows not counted: dev.db has 1.2 GB'])
})

test('what was raised beside the work is on screen until the next build', () => {
  const store = createStore(() => 0)
  store.emit('problem-raised', { problem: { code: 'internal', message: 'a defect' } })
  expect(store.state.problem?.message).toBe('a defect')
  store.emit('build-started', { reason: 'a save', estimateMs: null, steps: [] })
  expect(store.state.problem).toBeNull()
})

test('the log of a long session is bounded', () => {
  const [started] = sampleEvents
  let state = initialState
  for (let index = 0; index < 600; index++) state = reduce(state, started!)
  expect(state.log).toHaveLength(500)
})

test('each kind of event is described in one line', () => {
  expect(sampleEvents.map((event) => `${event.kind}: ${describeEvent(event)}`).join('\n')).toMatchInlineSnapshot(`
    "session-started: devdb 0.1.0 watch in /home/doe/forge
    config-loaded: configuration /home/doe/forge/devdb.config.ts
    config-failed: devdb.config.ts: 2 faults
    watching-changed: watching 14 files
    branch-switched: switched from branch main to feature
    files-changed: changed: src/models/user.ts
    throwaway-found: throwaway is ready
    build-started: build started (src/models/user.ts)
    schema-started: 
    schema-built: ✓ schema: 12 tables, 9 ms
    output-captured:   models: loaded
    step-started: 
    step-output:   create admin: admin doe
    step-finished: ✓ create admin, 41 ms
    step-failed: ✗ create admin, 41 ms: create admin ended with 1
    step-skipped: - scan repositories skipped
    build-finished: throwaway ready: file:/home/doe/forge/.devdb/throwaway.db, 12 tables, 84 ms
    build-failed: build failed after 20 ms (the last good throwaway stays): models/user.ts: DataTypes.STRNG is not a type (/home/doe/forge/src/models/user.ts:8) — save the file again when it is mended
    build-cancelled: build cancelled after 12 ms
    hook-started: after the build: npm run types
    hook-output:   npm run types: 12 types
    hook-finished: ✓ npm run types, 830 ms
    hook-failed: ✗ npm run types, 830 ms: hooks.afterBuild: "npm run types" ended with exit code 2
    hook-cancelled: - npm run types cancelled after 12 ms
    models-compared: models need a migration: + users.nickname  VARCHAR(255)
    throwaway-listed: the throwaway is built from the migrations, and the models are not compared; it holds users (2 rows), notes (1 row)
    models-compare-failed: the migrations cannot be replayed from an empty database
    draft-started: 
    draft-prepared: 
    draft-chosen: 
    draft-written: draft written: /home/ann/forge/migrations/20261120-users-add-nickname.js
    draft-finished: draft /home/ann/forge/migrations/20261120-users-add-nickname.js: up ok, down ok, up again ok
    draft-failed: the migrations cannot be replayed
    draft-closed: 
    drift-found: dev differs from its migrations: column:users.nick
    drift-unread: the migrations cannot be replayed
    drift-asked: 
    drift-tried: 
    drift-started: 
    drift-finished: took back column:users.nick; adopted view:v in 20261120-adopt-v.js
    drift-failed: users.nick cannot be taken back
    step-back-prepared: 
    stored-code-shown: dev holds code that this project's devdb did not store: 20260301090000-users.js (sha256 ab12cd34ef56)
    stored-code-agreed: agreed to run code stored in dev: sha256 ab12cd34ef56
    step-back-refused: no applied migration has been edited
    step-back-started: 
    step-back-finished: re-applied 20260301090000-users.js in 40 ms
    step-back-failed: no such column: nick
    rehearsal-started: 
    migration-rehearsed: rehearsed 20260301090000-users.js: up ok, down ok, up again ok; down dropped users.nickname in 42 rows; up changed users.email in 2 rows; drops-column; in name order, as others get it: + users.age  INTEGER
    rehearsal-finished: 
    rehearsal-outdated: 
    rehearsal-waiting: dev has 300000000 bytes: it is rehearsed when asked for, with t
    rehearsal-failed: dev.db stayed locked
    warning-raised: warning: .devdb/build.json was not written: ENOSPC
    dev-touched: warning: dev.db changed while the models were loaded
    board-read: dev: 1 applied, 1 pending
    board-failed: dev.db is no database
    snapshot-saved: snapshot 20261120-120321-004 (before upgrade), 40960 bytes
    leftovers-moved: files of an earlier dev.db that is gone were in the way; they are now /p/.devdb/leftovers/20261120120321000/dev.db-wal
    snapshot-deleted: snapshot 20261120-120321-004 "before the import" deleted
    snapshot-failed: there is a snapshot named "a" already
    undo-prepared: 
    undo-refused: devdb has not changed dev.db yet
    restore-started: restoring snapshot 20261120-120321-004 "before the import"
    restore-finished: took back upgrade head: restored snapshot 20261120-120321-004 in 20 ms
    restore-failed: undo failed: dev.db stayed locked
    change-started: upgrade: 20261120-cool-feature
    migration-started: ↑ 20261120-cool-feature
    statement-run:   ALTER TABLE users ADD COLUMN cool BOOLEAN (3 ms)
    migration-finished: ✓ 20261120-cool-feature up, 12 ms
    migration-failed: ✗ 20261120-cool-feature, 12 ms: no such table: usrs
    change-settled: upgrade head, begun at 1970-01-01 00:00:01, was interrupted: file:/home/doe/forge/dev.db is as it was to be; devdb undo takes it back
    change-retried: tried again (2): an application wrote to dev.db meanwhile
    change-finished: upgraded 1 migration in 14 ms
    change-failed: upgrade failed: no such table: usrs
    reset-asked: 
    reset-prepared: 
    reset-started: recreating file:/home/doe/forge/dev.db from its migrations
    reset-finished: recreated file:/home/doe/forge/dev.db: 1 migration in 20 ms
    reset-failed: reset failed: no such table: usrs
    lock-waited: waiting for devdb upgrade (4712)
    problem-raised: no space left on device
    session-ended: ended: stopped by SIGINT"
  `)
})

test('a choice is seen at once, and a draft goes with the configuration that it was made for', () => {
  const store = createStore()
  const [line, message] = ['+ users.nickname  VARCHAR(255)', 'add nickname']
  store.emit('draft-started', { message })
  store.emit('draft-prepared', { ...sampleFields['draft-prepared'], message, question: null })
  expect(store.state.draft).toMatchObject({ phase: 'preview', changes: [{ line, choice: 'drafted' }] })
  store.emit('draft-chosen', { line, choice: 'left' })
  store.emit('draft-started', { message })
  expect(store.state.draft).toMatchObject({ phase: 'preparing', changes: [{ line, choice: 'left' }] })
  store.emit('config-loaded', sampleFields['config-loaded'])
  expect(store.state.draft).toBeNull()
})

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
