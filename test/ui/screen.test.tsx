import { expect, test } from 'vitest'
import type { Emit, MigrationStatus } from '../../src/event/event.ts'
import { noRowLoss } from '../../src/event/row-loss.ts'
import type { State } from '../../src/event/state.ts'
import { Screen } from '../../src/ui/screen.tsx'
import { initialView, type ViewState } from '../../src/ui/view.ts'
import { press } from '../../src/ui/view-state.ts'
import { renderFrame } from './render-frame.tsx'
import {
  begun,
  boardRead,
  buildFailed,
  building,
  built,
  compared,
  migrations,
  noon,
  rehearsed,
  stateAfter,
  upgrading,
} from './sessions.ts'

/** The screen a second and a bit after noon; 40 columns have 20 rows, 80 have 24. */
function frame(columns: 80 | 40, state: State, view: Partial<ViewState> = {}, rows = columns === 80 ? 23 : 19): string {
  const props = { state, view: { ...initialView, ...view }, now: noon + 1_234, columns, rows }
  return renderFrame(<Screen {...props} />, { columns, rows })
}

const withOddOnes: readonly MigrationStatus[] = [
  { name: '20261101-tags', state: 'missing', outOfOrder: false, edited: null, stored: false, branch: null },
  ...migrations.slice(0, 2),
  { name: '20261115-late-comer', state: 'pending', outOfOrder: true, edited: null, stored: false, branch: null },
  ...migrations.slice(2),
]
const ready = stateAfter(begun, built, boardRead(migrations))
const many = Array.from(
  { length: 60 },
  (_, index): MigrationStatus => ({
    name: `2026-${String(index).padStart(2, '0')}`,
    state: index < 40 ? 'applied' : 'pending',
    outOfOrder: false,
    edited: null,
    stored: false,
    branch: null,
  }),
)

function upgradeFailed(emit: Emit): void {
  const problem = {
    code: 'migration-failed',
    message: '20261121-audit-log: no such table: usrs',
    migration: '20261121-audit-log',
    file: '/home/doe/forge/migrations/20261121-audit-log.js',
    line: 7,
    statement: 'ALTER TABLE usrs ADD COLUMN a',
    hint: 'mend the migration, then press u; the dev database is as it was',
  } as const
  const touched = {
    code: 'dev-touched',
    message: 'dev.db changed while scan repositories ran',
    hint: 'point it at DATABASE_URL',
  } as const
  emit('change-failed', { direction: 'upgrade', names: ['20261121-audit-log'], saved: null, rows: noRowLoss, problem })
  emit('dev-touched', { by: 'scan repositories', snapshot: null, isCertain: false, problem: touched })
}

function configFailed(emit: Emit): void {
  emit('session-started', { version: '0.1.0', command: 'watch', root: '/home/doe/forge', pid: 1 })
  emit('config-failed', {
    problem: {
      code: 'config-invalid',
      message: 'devdb.config.ts has 2 faults',
      details: ['models: expected a string or a list of strings, got a number', 'steps[1]: give run, module or sql'],
      hint: 'mend the file; devdb reads it again when it is saved',
    },
  })
}

test('before anything is known', () => {
  const state = stateAfter()
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb                                                                 starting


     l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb                         starting


     l log  ? help  q quit
    "
  `)
})

test('ready', () => {
  const state = ready
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('building, with the time of the last build as the estimate', () => {
  const state = stateAfter(begun, building, boardRead(migrations))
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db        ⠹ building · 1.2 s  ━━━━━━━━━━━━────────
       ✓ schema              12 tables                                         9 ms
       ⠹ create admin        hashing the password                             1.2 s
       · scan repositories

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .de…y.db  ⠹ 1.2 s  ━━━━━───
       ✓ schema                        9 ms
       ⠹ create admin                 1.2 s
       · scan repositories

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('a failed build stays, with its code frame', () => {
  const state = stateAfter(begun, buildFailed(false), boardRead(migrations))
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db         failed · there is no throwaway database
       ✗ schema
       · create admin
       · scan repositories

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
     ✗ Build failed
       models/user.ts: DataTypes.STRNG is not a type
       src/models/user.ts:8:20
         6 | export function define(sequelize) {
         7 |   sequelize.define("user", {
       > 8 |     name: DataTypes.STRNG,
           |                     ^
         9 |   })
       → save the file again when it is mended

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devdb/throwaway.db  failed
       ✗ schema
       · create admin
     Dev  dev.db      2 applied · 2 pending
       ⋮ 2 more above
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
     ✗ Build failed
       models/user.ts: DataTypes.STRNG is
       not a type
       src/models/user.ts:8:20
       > 8 |     name: DataTypes.STRNG,
       … more in the log (l)
       → save the file again when it is
       mended
     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('stale: the last good build is kept', () => {
  const state = stateAfter(begun, built, buildFailed(true), boardRead(migrations))
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db           stale · the build of 12:03:21 is kept
       ✗ schema
       · create admin
       · scan repositories

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
     ✗ Build failed
       models/user.ts: DataTypes.STRNG is not a type
       src/models/user.ts:8:20
         6 | export function define(sequelize) {
         7 |   sequelize.define("user", {
       > 8 |     name: DataTypes.STRNG,
           |                     ^
         9 |   })
       → save the file again when it is mended

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devdb/throwaway.db   stale
       ✗ schema
       · create admin
     Dev  dev.db      2 applied · 2 pending
       ⋮ 2 more above
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
     ✗ Build failed
       models/user.ts: DataTypes.STRNG is
       not a type
       src/models/user.ts:8:20
       > 8 |     name: DataTypes.STRNG,
       … more in the log (l)
       → save the file again when it is
       mended
     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('a branch is seen at any width, shortened in its middle where it is long', () => {
  const on = (branch: string) => stateAfter(begun, (emit) => emit('branch-switched', { from: null, to: branch }))
  const headOf = (columns: 80 | 40, branch: string): string | undefined =>
    frame(columns, on(branch))
      .split('\n')
      .find((line) => line.includes('devdb'))
      ?.trim()
  expect(headOf(80, 'main')).toMatch(/^devdb {2}forge +main · watching 14 files$/)
  expect(headOf(40, 'main')).toMatch(/^devdb {2}forge +main · 14 files$/)
  expect(headOf(40, 'feature/invoices-2026-with-vat')).toMatch(/^devdb {2}forge +feature\/inv…26-with-vat$/)
})

test('an absent dev database without migrations is not promised that u creates it', () => {
  const titleOf = (columns: 80 | 40, state: ReturnType<typeof stateAfter>): string | undefined =>
    frame(columns, state)
      .split('\n')
      .find((line) => line.startsWith('  Dev ') || line.startsWith(' Dev '))
      ?.trim()
  const needed = stateAfter(begun, boardRead([], false), compared)
  expect(titleOf(80, needed)).toMatch(/^Dev {2}dev\.db +absent — g drafts a migration for it$/)
  expect(titleOf(40, needed)).toMatch(/^Dev {2}dev\.db +absent — g drafts one$/)
  expect(titleOf(80, stateAfter(begun, boardRead([], false)))).toMatch(/^Dev {2}dev\.db +absent$/)
})

test('an absent dev database', () => {
  const state = stateAfter(
    begun,
    built,
    boardRead(
      migrations.map((migration) => ({ ...migration, state: 'pending' })),
      false,
    ),
  )
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              absent — u creates it
     › ○ 20261112-create-users
       ○ 20261118-users-email
       ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      absent — u creates it
     › ○ 20261112-create-users
       ○ 20261118-users-email
       ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('a running upgrade rests the keys that change dev', () => {
  const state = stateAfter(begun, built, boardRead(migrations), upgrading)
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                         ⠹ upgrading 2 of 2 · 1.2 s
       ● 20261112-create-users
       ● 20261118-users-email
     › ✓ 20261120-cool-feature
       ⠹ 20261121-audit-log                             ━━━━━━━━━━━━────────  1.2 s

     r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db         ⠹ upgrading 2 of 2
       ● 20261112-create-users
       ● 20261118-users-email
     › ✓ 20261120-cool-feature
       ⠹ 20261121…udit-log  ━━━━━───  1.2 s

     r reset  l log  ? help  q quit
    "
  `)
})

test('a build that a change cancelled is not taken for the one that stands', () => {
  const cancelled = (emit: Emit): void => emit('build-cancelled', { ms: 20 })
  const shown = frame(80, stateAfter(begun, built, boardRead(migrations), building, cancelled))
  expect(shown).toMatch(/Throwaway .* build cancelled · it starts again\n.*✓ schema.*\n.*· create admin/)
})

test('quitting waits for the running change', () => {
  const state = stateAfter(begun, built, boardRead(migrations), upgrading)
  expect(frame(80, state, { isQuitting: true })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                         ⠹ upgrading 2 of 2 · 1.2 s
       ● 20261112-create-users
       ● 20261118-users-email
     › ✓ 20261120-cool-feature
       ⠹ 20261121-audit-log                             ━━━━━━━━━━━━────────  1.2 s

     quits when the change is done; Ctrl-C again stops it, and dev stays
    "
  `)
  expect(frame(40, state, { isQuitting: true })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db         ⠹ upgrading 2 of 2
       ● 20261112-create-users
       ● 20261118-users-email
     › ✓ 20261120-cool-feature
       ⠹ 20261121…udit-log  ━━━━━───  1.2 s

     quits when the change is done; Ctrl-C…
    "
  `)
})

test('a failed upgrade and a warning', () => {
  const state = stateAfter(begun, built, boardRead(migrations), upgrading, upgradeFailed)
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ✗ 20261121-audit-log                                                  failed

     ✗ Dev database
       20261121-audit-log: no such table: usrs
       migrations/20261121-audit-log.js:7
       SQL: ALTER TABLE usrs ADD COLUMN a
       → mend the migration, then press u; the dev database is as it was

     ! dev.db changed while scan repositories ran
       → point it at DATABASE_URL

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
     Dev  dev.db      2 applied · 2 pending
       ⋮ 2 more above
     › ○ 20261120-cool-feature
       ✗ 20261121-audit-log          failed
     ✗ Dev database
       20261121-audit-log: no such table:
       usrs
       migrations/20261121-audit-log.js:7
       SQL: ALTER TABLE usrs ADD COLUMN a
       → mend the migration, then press u;
       the dev database is as it was
     ! dev.db changed while scan
     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('branches: where a missing one is from, what the order of names makes of a late one, and the way back', () => {
  const ok = { result: 'ok', ms: 1, problem: null } as const
  const switched = (emit: Emit): void => emit('branch-switched', { from: 'main', to: 'feature/cool' })
  const outOfOrder = (emit: Emit): void =>
    emit('migration-rehearsed', {
      rehearsed: {
        ...{ name: '20261115-late-comer', up: ok, down: ok, redo: ok, schemaRestored: true },
        ...{ leftovers: [], lost: [], lints: [] },
        mergedOrder: { result: 'differs', differences: ['- users.email  TEXT'], problem: null },
      },
    })
  const fromBranch = withOddOnes.map((one) => (one.state === 'missing' ? { ...one, branch: 'feature/tags' } : one))
  const late = stateAfter(begun, switched, built, boardRead(fromBranch), outOfOrder)
  expect(frame(80, late)).toMatchInlineSnapshot(`
    "
     devdb  forge                                  feature/cool · watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                  2 applied · 3 pending · 1 missing
       ! 20261101-tags                            missing: from branch feature/tags
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261115-late-comer                            out of order ≠  up ✓ down ✓
         ! in name order, as others get it: - users.email  TEXT
       ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade  ⏎ go here  b roll back  R recreate dev
     r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, late)).toMatchInlineSnapshot(`
    "
     devdb  forge   feature/cool · 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      3 pending · 1 missing
       ! 20261101-tags              missing
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 202611…-comer  order ≠ up ✓ down ✓
         ! in name order, as others get it:
           - users.email  TEXT
       ○ 20261120-cool-feature
       ○ 20261121-audit-log
     u upgrade  U to head  d downgrade
     ⏎ go here  b roll back
     R recreate dev  r reset  l log
     ? help  q quit
    "
  `)
  const back = stateAfter(begun, switched, built, boardRead(migrations), (emit) => {
    const board = { url: 'dev.db', exists: true, migrations }
    emit('step-back-finished', {
      verb: 'roll-back',
      names: ['20261120-cool-feature'],
      saved: null,
      rows: noRowLoss,
      ms: 9,
    })
    emit('board-read', { board, reversal: { verb: 'roll-back', names: ['20261120-cool-feature'] } })
  })
  expect(frame(80, back)).toMatchInlineSnapshot(`
    "
     devdb  forge                                  feature/cool · watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
       ↩ 20261120-cool-feature pending again since the roll-back: u applies it; z
         undoes the roll-back, with the rows of before

     u upgrade  U to head  d downgrade  ⏎ go here  z undo  r reset  l log  ? help
     q quit
    "
  `)
  expect(frame(40, back)).toMatchInlineSnapshot(`
    "
     devdb  forge   feature/cool · 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
       ↩ 20261120-cool-feature pending
         again since the roll-back: u
         applies it; z undoes the
         roll-back, with the rows of before
     u upgrade  U to head  d downgrade
     ⏎ go here  z undo  r reset  l log
     ? help  q quit
    "
  `)
})

test('missing and out of order', () => {
  const state = stateAfter(begun, built, boardRead(withOddOnes))
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                  2 applied · 3 pending · 1 missing
       ! 20261101-tags                       missing: applied, but its file is gone
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261115-late-comer                                           out of order
       ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade  ⏎ go here  b roll back  R recreate dev
     r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      3 pending · 1 missing
       ! 20261101-tags              missing
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261115-late-comer   out of order
       ○ 20261120-cool-feature
       ○ 20261121-audit-log

     u upgrade  U to head  d downgrade
     ⏎ go here  b roll back
     R recreate dev  r reset  l log
     ? help  q quit
    "
  `)
})

test('a downgrade is asked for', () => {
  const state = ready
  expect(frame(80, state, { confirmation: { target: '-1', names: ['20261118-users-email'] } })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Downgrade 20261118-users-email? y/n
    "
  `)
  expect(frame(40, state, { confirmation: { target: '-1', names: ['20261118-users-email'] } })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Downgrade 20261118-users-email? y/n
    "
  `)
})

test('an upgrade that may go wrong is a question, with its reasons below', () => {
  const fails = {
    result: 'failed',
    ms: 1,
    problem: { code: 'migration-failed', message: 'no such table: usrs' },
  } as const
  const lost = [{ direction: 'up', kind: 'deleted', table: 'users', column: null, rows: 2 }] as const
  const found = rehearsed({ '20261120-cool-feature': { lost }, '20261121-audit-log': { up: fails } })
  const state = stateAfter(begun, built, boardRead(migrations), found)
  const { confirmation } = press(initialView, state, 'U', { columns: 80, rows: 24 }).view
  expect(frame(80, state, { confirmation })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature                                          up ! down ✓
         ! up deleted 2 rows of users
       ○ 20261121-audit-log                                             up ✗ down ✓
         ! no such table: usrs

     Upgrade dev with 2 migrations? [y/N]
       ! 20261120-cool-feature: up deleted 2 rows of users
       ! 20261121-audit-log: up ✗ in its rehearsal: no such table: usrs
    "
  `)
  expect(frame(40, state, { confirmation })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature  up ! down ✓
         ! up deleted 2 rows of users
       ○ 20261121-audit-log     up ✗ down ✓
         ! no such table: usrs
     Upgrade dev with 2 migrations? [y/N]
       ! 20261120-cool-feature: up deleted
         2 rows of users
       ! 20261121-audit-log: up ✗ in its
         rehearsal: no such table: usrs
    "
  `)
})

test('what a rehearsal found stands below its own migration, and is seen without colour', () => {
  const lost = [
    { direction: 'up', kind: 'dropped', table: 'users', column: 'nick', rows: 2 },
    { direction: 'down', kind: 'dropped', table: 'users', column: 'email', rows: 42 },
  ] as const
  const leaves = { schemaRestored: false, leftovers: ['+ audit_log  table with 3 columns'] } as const
  const found = rehearsed({ '20261120-cool-feature': { lost }, '20261121-audit-log': leaves })
  const state = stateAfter(begun, built, boardRead(migrations), found)
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature                                          up ! down !
         ! up dropped users.nick in 2 rows
         ! down dropped users.email in 42 rows
       ○ 20261121-audit-log                                             up ✓ down !
         ! down leaves + audit_log  table with 3 columns

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state, { cursor: '20261112-create-users' })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
     › ● 20261112-create-users
       ● 20261118-users-email
       ○ 20261120-cool-feature  up ! down !
         ! up dropped users.nick in 2 rows
         ! down dropped users.email in 42
           rows
       ○ 20261121-audit-log     up ✓ down !
         ! down leaves + audit_log  table
           with 3 columns
     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
  // With little room the one at the cursor comes first.
  expect(frame(80, state, { cursor: '20261121-audit-log' }, 14)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files
     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ⋮ 2 more above
       ○ 20261120-cool-feature                                          up ! down !
         ! up dropped users.nick in 2 rows
         ! down dropped users.email in 42 rows
     › ○ 20261121-audit-log                                             up ✓ down !
         ! down leaves + audit_log  table with 3 columns
     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
})

test('a long name of a step keeps apart from its time, and is whole where there is room', () => {
  const step = '20261201000037-demo-user.js'
  const long = (emit: Emit): void => {
    emit('build-started', { reason: 'start', estimateMs: null, steps: [step, 'short'] })
    emit('schema-started', { estimateMs: null })
    emit('schema-built', { tables: 12, ms: 9, cached: false })
    emit('step-started', { step, estimateMs: null })
    emit('step-finished', { step, ms: 821, cached: true })
    emit('step-started', { step: 'short', estimateMs: null })
    emit('step-output', { step: 'short', line: 'a line that is much longer than there is room for beside a long name' })
  }
  const state = stateAfter(begun, long, boardRead(migrations))
  const rows = (columns: 80 | 40, height: number): string =>
    frame(columns, state, {}, height)
      .split('\n')
      .filter((line) => /demo|short|user/.test(line))
      .join('\n')
  expect(rows(40, 14)).toMatchInlineSnapshot(`
    "   ✓ 20261201…-user.js   821 ms  cached
       ⠹ short                1.2 s
       ● 20261112-create-users
       ● 20261118-users-email"
  `)
  expect(rows(80, 23)).toMatchInlineSnapshot(`
    "   ✓ 20261201000037-demo-user.js                                 821 ms  cached
       ⠹ short                         a line that is much longer t…  1.2 s
       ● 20261112-create-users
       ● 20261118-users-email"
  `)
})

test('a downgrade of several says which', () => {
  const state = ready
  expect(
    frame(80, state, { confirmation: { target: 'base', names: ['20261118-users-email', '20261112-create-users'] } }),
  ).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Downgrade 2 migrations? y/n
       ↓ 20261118-users-email
       ↓ 20261112-create-users
    "
  `)
  expect(
    frame(40, state, { confirmation: { target: 'base', names: ['20261118-users-email', '20261112-create-users'] } }),
  ).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Downgrade 2 migrations? y/n
       ↓ 20261118-users-email
       ↓ 20261112-create-users
    "
  `)
})

test('help', () => {
  const state = ready
  expect(frame(80, state, { open: 'help' })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     u     upgrade dev by one migration: apply the next pending one
     U     upgrade dev to head: apply everything that is pending
     d     downgrade dev by one migration: revert the last applied one
     ⏎     upgrade or downgrade dev to the migration at the cursor
     z     take back the last change of dev; asks first, with what is discarded
     t     try the pending migrations on a copy of dev now, however large it is
     a     re-apply edited migrations: down as they were, up as they are; asks
           first
     b     roll back migrations whose files are gone, with their stored code
     D     show what in dev its migrations did not make: adopt, take back, ignore
     R     recreate dev from its migrations; asks first, with what is lost
     ↑ k   move the cursor up, or scroll the log
     ↓ j   move the cursor down, or scroll the log
     PgUp  the same, a page at a time
     PgDn  the same, a page at a time
     g     draft the migration that the models need
     r     recreate the throwaway database and run the steps now
     l     show the log, with every problem in full
     ?     show what the keys do

     ↑↓ scroll  esc back  l log  ? help  q quit
    "
  `)
  expect(frame(40, state, { open: 'help' })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     u     upgrade dev by one migration:
           apply the next pending one
     U     upgrade dev to head: apply
           everything that is pending
     d     downgrade dev by one migration:
           revert the last applied one
     ⏎     upgrade or downgrade dev to the
           migration at the cursor
     z     take back the last change of
           dev; asks first, with what is
           discarded
     t     try the pending migrations on a
           copy of dev now, however large
           it is
     a     re-apply edited migrations: down
           as they were, up as they are;
     ↑↓ scroll  esc back  l log  ? help
     q quit
    "
  `)
})

test('log', () => {
  const state = stateAfter(begun, built, buildFailed(true), boardRead(migrations))
  expect(frame(80, state, { open: 'log' })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Log  .devdb/devdb.log                                               6–23 of 23
     12:03:21 ✓ create admin, 41 ms
     12:03:21   scan repositories: 3 repositories
     12:03:21 ✓ scan repositories, 34 ms, cached
     12:03:21 throwaway ready: file:.devdb/throwaway.db, 12 tables, 84 ms
     12:03:21 build started (src/models/user.ts)
     12:03:21 build failed after 20 ms (the last good throwaway stays):
              models/user.ts: DataTypes.STRNG is not a type (src/models/user.ts:8)
              — save the file again when it is mended
     12:03:21 dev: 2 applied, 2 pending

       models/user.ts: DataTypes.STRNG is not a type
       src/models/user.ts:8:20
         6 | export function define(sequelize) {
         7 |   sequelize.define("user", {
       > 8 |     name: DataTypes.STRNG,
           |                     ^
         9 |   })
       → save the file again when it is mended

     ↑↓ scroll  esc back  l log  ? help  q quit
    "
  `)
  expect(frame(40, state, { open: 'log' })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Log  .devdb/devdb.log      23–35 of 35
              mended
     12:03:21 dev: 2 applied, 2 pending

       models/user.ts: DataTypes.STRNG is
       not a type
       src/models/user.ts:8:20
         6 | export function define(sequel…
         7 |   sequelize.define("user", {
       > 8 |     name: DataTypes.STRNG,
           |                     ^
         9 |   })
       → save the file again when it is
       mended

     ↑↓ scroll  esc back  l log  ? help
     q quit
    "
  `)
})

test('a fault in the configuration at the start', () => {
  const state = stateAfter(configFailed)
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb

     ✗ Configuration
       devdb.config.ts has 2 faults
       models: expected a string or a list of strings, got a number
       steps[1]: give run, module or sql
       → mend the file; devdb reads it again when it is saved

     l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb

     ✗ Configuration
       devdb.config.ts has 2 faults
       models: expected a string or a list
       of strings, got a number
       steps[1]: give run, module or sql
       → mend the file; devdb reads it
       again when it is saved

     l log  ? help  q quit
    "
  `)
})

test('a long list is scrolled around the cursor, and a problem leaves room for it', () => {
  const state = stateAfter(begun, buildFailed(false), boardRead(many))
  expect(frame(80, state, { cursor: '2026-20' })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db         failed · there is no throwaway database
       ✗ schema
       · create admin
       · scan repositories
     Dev  dev.db                                            40 applied · 20 pending
       ⋮ 19 more above
       ● 2026-19
     › ● 2026-20
       ● 2026-21
       ⋮ 38 more below
     ✗ Build failed
       models/user.ts: DataTypes.STRNG is not a type
       src/models/user.ts:8:20
         6 | export function define(sequelize) {
         7 |   sequelize.define("user", {
       > 8 |     name: DataTypes.STRNG,
           |                     ^
         9 |   })
       → save the file again when it is mended

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
})

test('no frame is higher than the terminal, whatever is on it', () => {
  const states = [ready, stateAfter(begun, building, boardRead(many), upgrading, upgradeFailed, buildFailed(true))]
  for (const state of states) {
    for (const open of ['board', 'help', 'log'] as const) {
      for (const rows of [5, 8, 12, 16, 24]) {
        const lines = frame(40, state, { open }, rows).slice(1, -1).split('\n')
        expect(lines.length).toBeLessThanOrEqual(rows)
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
      }
    }
  }
})

test('a throwaway that was built from the migrations: its tables instead of what the models need', () => {
  const tables = [
    { table: 'pull_requests', rows: 0 },
    { table: 'users', rows: 1 },
  ]
  const state = stateAfter(begun, built, boardRead(migrations), (emit) => emit('throwaway-listed', { tables }))
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Models are not compared  the throwaway is built from the migrations
       pull_requests  0 rows
       users          1 row

     u upgrade  U to head  d downgrade  ⏎ go here  r reset  l log  ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Models are not compared  the throwawa…
       pull_requests  0 rows
       users          1 row
     u upgrade  U to head  d downgrade
     ⏎ go here  r reset  l log  ? help
     q quit
    "
  `)
})

test('models that need a migration', () => {
  const changes = [
    '+ audit_events  table with 6 columns',
    '+ users.cool_feature  TINYINT(1) NOT NULL DEFAULT 0',
    '- users.nick  VARCHAR(255)',
  ]
  const compared = (emit: Emit): void => emit('models-compared', { changes, accepted: 0, stale: [], ms: 14 })
  const state = stateAfter(begun, built, boardRead(migrations), compared)
  expect(frame(80, state)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Throwaway  .devdb/throwaway.db                        ready · 84 ms · 12:03:21
       ✓ schema              12 tables                                 9 ms
       ✓ create admin                                                 41 ms
       ✓ scan repositories   3 repositories                           34 ms  cached

     Dev  dev.db                                              2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Models need a migration
       + audit_events  table with 6 columns
       + users.cool_feature  TINYINT(1) NOT NULL DEFAULT 0
       - users.nick  VARCHAR(255)

     u upgrade  U to head  d downgrade  ⏎ go here  g generate  r reset  l log
     ? help  q quit
    "
  `)
  expect(frame(40, state)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached

     Dev  dev.db      2 applied · 2 pending
       ● 20261112-create-users
       ● 20261118-users-email
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log

     Models need a migration
       + audit_events  table with 6 columns
       + users.cool_feature  TINYINT(1) NO…
       - users.nick  VARCHAR(255)
     u upgrade  U to head  d downgrade
     ⏎ go here  g generate  r reset  l log
     ? help  q quit
    "
  `)
})
