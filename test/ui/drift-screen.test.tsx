/** Drift and the recreation of dev on the screen: what is shown, and what each key does. */
import { describe, expect, test } from 'vitest'
import type { Emit } from '../../src/event/event.ts'
import type { State } from '../../src/event/state.ts'
import type { Request } from '../../src/ui/actions.ts'
import { keysNow } from '../../src/ui/key-lines.ts'
import { Screen } from '../../src/ui/screen.tsx'
import { initialView, type Pressed, type ViewState } from '../../src/ui/view.ts'
import { press } from '../../src/ui/view-state.ts'
import { renderFrame } from './render-frame.tsx'
import { begun, boardRead, built, draftOf, migrations, noon, stateAfter } from './sessions.ts'

const size = { columns: 80, rows: 24 }
const objects = [
  { name: 'column:users.nick', lines: ['+ users.nick  TEXT'] },
  { name: 'trigger:comments.tr', lines: ['- comments  trigger tr', '+ comments  trigger tr'] },
  { name: 'view:admins', lines: ['+ admins  view'] },
]
const found = (emit: Emit): void => emit('drift-found', { objects, ignored: 2, stale: ['+ users  index (nick)'] })
const trial = {
  names: ['column:users.nick'],
  lines: ['+ users.nick  TEXT'],
  besides: ['- users  index (nick)'],
  lost: ['drops users.nick in 42 rows'],
  problem: null,
}
const applied = migrations.slice(0, 2)
const ready = stateAfter(begun, built, boardRead(applied), found)
const tried = stateAfter(begun, built, boardRead(applied), found, (emit) => emit('drift-tried', trial))

const pressAll = (names: readonly string[], state: State, view: ViewState = initialView): Pressed =>
  names.reduce<Pressed>((before, name) => press(before.view, state, name, size), { view, request: null })
const requestOf = (names: readonly string[], state: State): Request | null => pressAll(names, state).request
const noticeOf = (names: readonly string[], state: State): string | null => pressAll(names, state).view.notice

function frame(columns: 80 | 40, state: State, names: readonly string[]): string {
  const rows = columns === 80 ? 23 : 19
  const { view } = pressAll(names, state)
  return renderFrame(<Screen {...{ state, view, columns, rows }} now={noon + 1_234} />, { columns, rows })
}

test('the board says that there is some, and which key shows it', () => {
  expect(frame(80, ready, [])).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 0 pending
       ● 20261112-create-users
     › ● 20261118-users-email
       ! 3 things differ from what the migrations made: D

     u upgrade  U to head  d downgrade  ⏎ go here  D drift  R recreate dev
     r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, ready, [])).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 0 pending
       ● 20261112-create-users
     › ● 20261118-users-email
       ! 3 differ from the migrations: D

     u upgrade  U to head  d downgrade
     ⏎ go here  D drift  R recreate dev
     r reset  l log  ? help  q quit
    "
  `)
  const stale = stateAfter(begun, boardRead(applied), (emit) =>
    emit('drift-found', { objects: [], ignored: 0, stale: ['+ v  view'] }),
  )
  expect(frame(80, stale, [])).toContain('! ignored, but no longer true: + v  view')
})

test('the panel, at 80 and at 40 columns', () => {
  expect(frame(80, ready, ['D', 't', 'down', 'a'])).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Drift  dev.db               3 differ · 1 to adopt · 1 to take back · 2 ignored
       [t] + users.nick  TEXT
     › [a] ~ comments  trigger tr  changed
       [ ] + admins  view

       trigger:comments.tr: put into a new migration, which is noted as applied on
       dev
       ignored, but no longer true: + users  index (nick)

     ↑↓ move  a adopt  t take back  i ignore  l leave  ⏎ do it  esc close  ? help
     q quit
    "
  `)
  expect(frame(40, ready, ['D', 't', 'down', 'a', 'down', 'i'])).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Drift  dev.db                 3 differ
       [t] + users.nick  TEXT
       [a] ~ comments  trigger tr  changed
     › [i] + admins  view

       view:admins: ignored from now on,
       in devdb.drift.json
       ignored, but no longer true: +
       users  index (nick)

     ↑↓ move  a adopt  t take back
     i ignore  l leave  ⏎ do it  esc close
     ? help  q quit
    "
  `)
})

test('what is asked before something is taken back', () => {
  expect(frame(80, ready, ['D', 't', 'enter'])).toContain('trying it on a copy')
  expect(frame(80, tried, ['D', 't', 'enter'])).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Drift  dev.db                            3 differ · 1 to take back · 2 ignored
     › [t] + users.nick  TEXT
       [ ] ~ comments  trigger tr  changed
       [ ] + admins  view

       column:users.nick: taken back on dev, after a snapshot; asks first, with
       what is lost
       ignored, but no longer true: + users  index (nick)

     take back column:users.nick: with it goes - users  index (nick): drops
     users.nick in 42 rows; dev.db as it is now is kept in a snapshot – go on? y/n
    "
  `)
  const problem = { code: 'drift-stuck', message: 'it cannot be taken back', hint: 'adopt it' } as const
  const stuck = stateAfter(begun, boardRead(applied), found, (emit) => emit('drift-tried', { ...trial, problem }))
  expect(frame(40, stuck, ['D', 't', 'enter'])).toMatch(/it cannot be taken back: adopt it –\s+any\s+key goes back/)
  expect(pressAll(['D', 't', 'enter', 'y'], stuck)).toMatchObject({
    request: null,
    view: { open: 'drift', confirmation: null },
  })
})

describe('keys of drift', () => {
  test('each is left until somebody says otherwise; the cursor stays, as in a draft', () => {
    expect(noticeOf(['D', 'enter'], ready)).toBe('all is left: nothing to do')
    expect(pressAll(['D', 'a', 'down', 'i', 'down'], ready).view.drift).toEqual({
      chosen: 'view:admins',
      choices: { 'column:users.nick': 'adopt', 'trigger:comments.tr': 'ignore' },
    })
    expect(noticeOf(['D', 'a', 'l', 'enter'], ready)).toBe('all is left: nothing to do')
    expect(noticeOf(['D', 'a', ' ', 'enter'], ready)).toBe('all is left: nothing to do')
  })

  test('enter adopts and ignores at once, and closes', () => {
    expect(pressAll(['D', 'a', 'down', 'down', 'i', 'enter'], ready)).toEqual({
      view: initialView,
      request: { kind: 'settle-drift', adopt: ['column:users.nick'], takeBack: [], ignore: ['view:admins'], shown: [] },
    })
    const behind = stateAfter(begun, boardRead(migrations), found)
    expect(noticeOf(['D', 'a', 'enter'], behind)).toBe('dev has 2 pending: upgrade it first, then adopt')
    expect(requestOf(['D', 'i', 'enter'], behind)).toMatchObject({ ignore: ['column:users.nick'] })
  })

  test('enter tries first what is to be taken back, and y does exactly what was shown', () => {
    expect(pressAll(['D', 't', 'down', 'a', 'enter'], ready)).toMatchObject({
      view: { confirmation: 'drift', open: 'drift' },
      request: { kind: 'try-drift', names: ['column:users.nick'] },
    })
    // Nothing is known yet.
    expect(pressAll(['D', 't', 'enter', 'y'], ready)).toMatchObject({ request: null, view: { confirmation: 'drift' } })
    expect(pressAll(['D', 't', 'down', 'a', 'enter', 'y'], tried)).toEqual({
      view: initialView,
      request: {
        kind: 'settle-drift',
        adopt: ['trigger:comments.tr'],
        takeBack: trial.names,
        ignore: [],
        shown: trial.lines,
      },
    })
    for (const name of ['n', 'escape', 'q'])
      expect(pressAll(['D', 't', 'enter', name], tried)).toMatchObject({
        request: null,
        view: {
          open: 'drift',
          confirmation: null,
          isQuitting: false,
          drift: { choices: { 'column:users.nick': 'take-back' } },
        },
      })
  })

  test('escape closes and forgets; keys of the board rest; q quits', () => {
    expect(pressAll(['D', 't', 'escape'], ready)).toEqual({ view: initialView, request: null })
    expect(pressAll(['D', 'D'], ready).view.open).toBe('board')
    for (const name of ['u', 'U', 'd', 'r', 'g', 'z', 'R', 'b']) expect(pressAll(['D', name], ready).request).toBeNull()
    expect(requestOf(['D', 'q'], ready)).toEqual({ kind: 'quit' })
    expect(requestOf(['D', 'ctrl-c'], ready)).toEqual({ kind: 'interrupt' })
  })

  test('there is nothing to open', () => {
    expect(noticeOf(['D'], stateAfter(begun))).toBe('it is not known whether dev differs from its migrations')
    const none = stateAfter(begun, (emit) => emit('drift-found', { objects: [], ignored: 0, stale: [] }))
    expect(noticeOf(['D'], none)).toBe('dev is what its migrations made')
    expect(keysNow(initialView, none).map(({ shown }) => shown)).not.toContain('D')
    expect(keysNow(initialView, ready).map(({ shown }) => shown)).toContain('D')
    // Somebody else took it back meanwhile.
    const { view } = pressAll(['D'], ready)
    for (const name of ['a', 'down', 'enter']) expect(press(view, none, name, size).request).toBeNull()
  })

  test('nothing is settled while a change runs', () => {
    const running = stateAfter(begun, boardRead(applied), found, (emit) => emit('reset-started', { url: 'dev.db' }))
    expect(noticeOf(['D', 'i', 'enter'], running)).toBe('a change of the dev database is running')
  })
})

describe('R', () => {
  const tables = [
    { table: 'comments', rows: 140 },
    { table: 'users', rows: 42 },
  ]
  const counted = stateAfter(begun, built, boardRead(applied), (emit) => emit('reset-prepared', { tables }))

  test('asks with what will be lost, and recreates dev by y only', () => {
    expect(pressAll(['R'], ready)).toMatchObject({
      request: { kind: 'prepare-reset' },
      view: { confirmation: 'reset-dev' },
    })
    expect(frame(80, ready, ['R'])).toContain('counting the rows of dev')
    expect(pressAll(['R', 'y'], ready)).toMatchObject({ request: null, view: { confirmation: 'reset-dev' } })
    expect(frame(40, counted, ['R'])).toMatchInlineSnapshot(`
      "
       devdb  forge         watching 14 files

       Throwaway  .devd…way.db  ready · 84 ms
         ✓ schema                9 ms
         ✓ create admin         41 ms
         ✓ scan repositories    34 ms  cached

       Dev  dev.db      2 applied · 0 pending
         ● 20261112-create-users
       › ● 20261118-users-email

       recreate dev.db from its migrations:
       its 182 rows are lost (comments 140,
       users 42); dev.db as it is now is
       kept in a snapshot – go on? y/n
      "
    `)
    expect(pressAll(['R', 'y'], counted)).toEqual({ view: initialView, request: { kind: 'reset-dev' } })
    for (const name of ['n', 'escape', 'q'])
      expect(pressAll(['R', name], counted)).toEqual({ view: initialView, request: null })
    for (const name of ['x', 'enter', ' ']) expect(requestOf(['R', name], counted)).toBeNull()
  })

  test('what cannot be counted, and an empty dev', () => {
    const with_ = (rows: typeof tables | null) =>
      frame(
        80,
        stateAfter(begun, boardRead(applied), (emit) => emit('reset-prepared', { tables: rows })),
        ['R'],
      )
    expect(with_(null)).toContain('whatever it holds is lost')
    expect(with_([])).toContain('it holds no rows')
  })

  test('both ways out of a dev that is not up to date are one key each', () => {
    const options = ['draft on top of them', 'upgrade dev first, now', 'recreate dev from its migrations']
    const question = { text: 'dev has 2 pending', options, isBehind: true }
    const asking = { ...counted, draft: draftOf({ phase: 'asking', question }) }
    expect(requestOf(['u'], asking)).toEqual({ kind: 'answer', index: 1 })
    for (const names of [['R'], ['3'], ['down', 'down', 'enter']]) {
      expect(pressAll(names, asking)).toMatchObject({
        request: { kind: 'prepare-reset' },
        view: { confirmation: 'reset-dev' },
      })
      expect(requestOf([...names, 'y'], asking)).toEqual({ kind: 'reset-dev' })
      expect(requestOf([...names, 'n'], asking)).toBeNull()
    }
    expect(keysNow(initialView, asking).map(({ shown }) => shown)).toEqual(expect.arrayContaining(['u', 'R']))
    // Of another question they are no answers.
    const other = { ...counted, draft: draftOf({ phase: 'asking', question: { text: 'renamed?', options } }) }
    expect(requestOf(['u'], other)).toBeNull()
    expect(keysNow(initialView, other).map(({ shown }) => shown)).not.toContain('u')
  })
})
