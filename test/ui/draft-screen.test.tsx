import { expect, test } from 'vitest'
import type { Problem } from '../../src/error.ts'
import type { DraftState, State } from '../../src/event/state.ts'
import { Screen } from '../../src/ui/screen.tsx'
import { initialView, type ViewState } from '../../src/ui/view.ts'
import { sampleProblem } from '../event/sample-events.ts'
import { renderFrame } from './render-frame.tsx'
import { begun, boardRead, built, compared, draftOf, migrations, noon, stateAfter } from './sessions.ts'

const ready = stateAfter(begun, built, boardRead(migrations), compared)
const file = '/home/doe/forge/migrations/20261123120321-add-cool-feature.ts'
const proof = { up: 'ok', down: 'ok', redo: 'ok', rowsLost: [] } as const
const question = {
  text: 'users.nick is gone: was it renamed?',
  options: [
    'renamed to users.nickname',
    'renamed to users.a_name_that_is_longer_than_most',
    'no, dropped with what it holds',
  ],
}
const asking = draftOf({ phase: 'asking', question, file: null, text: null, notes: [] })
const problem: Problem = {
  code: 'draft-unproven',
  message: 'after down the schema is not the one that was wanted',
  hint: 'devdb diff',
  details: Array.from({ length: 12 }, (_, index) => `- users  index (column_${index})`),
}

/** The screen a second and a bit after noon; 40 columns have 20 rows, 80 have 24. */
function frame(
  columns: 80 | 40,
  draft: DraftState | null,
  view: Partial<ViewState> = {},
  rows = columns === 80 ? 23 : 19,
  state: State = ready,
): string {
  const props = { state: { ...state, draft }, view: { ...initialView, ...view }, now: noon + 1_234, columns, rows }
  return renderFrame(<Screen {...props} />, { columns, rows })
}

test('the message is typed below the board', () => {
  const typing = { text: 'add cool feature', at: 8 }
  expect(frame(80, null, { typing })).toMatchInlineSnapshot(`
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
       > users.nick  renamed to nickname

     Message  add cool▏ feature
     ⏎ draft it  esc cancel
    "
  `)
  expect(frame(40, null, { typing, notice: 'say what the migration does' })).toMatchInlineSnapshot(`
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
       > users.nick  renamed to nickname
     Message  add cool▏ feature
     say what the migration does
     ⏎ draft it  esc cancel
    "
  `)
})

test('a question with its answers', () => {
  expect(frame(80, asking)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Draft  add cool feature                                             a question
     users.nick is gone: was it renamed?
     › 1  renamed to users.nickname
       2  renamed to users.a_name_that_is_longer_than_most
       3  no, dropped with what it holds

       + audit_events  table with 6 columns
       + users.cool_feature  TINYINT(1) NOT NULL DEFAULT 0
       > users.nick  renamed to nickname
       ! 3 values of users.nick are lost when it is taken back

     ↑↓ move  ⏎ answer  esc cancel  l log  ? help  q quit
    "
  `)
  expect(frame(40, asking, { draft: { chosen: question.options[1]!, scrolled: 0 } })).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Draft  add cool feature     a question
     users.nick is gone: was it renamed?
       1  renamed to users.nickname
     › 2  renamed to
          users.a_name_that_is_longer_than_
          most
       3  no, dropped with what it holds

       + audit_events  table with 6 columns
       + users.cool_feature  TINYINT(1) NOT
         NULL DEFAULT 0
       > users.nick  renamed to nickname
       ! 3 values of users.nick are lost
         when it is taken back

     ↑↓ move  ⏎ answer  esc cancel  l log
     ? help  q quit
    "
  `)
})

test('a preview: the changes with their marks, what they may cost, the file', () => {
  const [first, second, third] = draftOf().changes
  const changes = [{ ...first!, choice: 'left' as const }, { ...second!, choice: 'accepted' as const }, third!]
  expect(frame(80, draftOf({ changes }), { draft: { chosen: second!.line, scrolled: 0 } })).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Draft  add cool feature                        1 drafted · 1 left · 1 accepted
       [ ] + audit_events  table with 6 columns
     › [a] + users.cool_feature  TINYINT(1) NOT NULL DEFAULT 0
       [x] > users.nick  renamed to nickname
       ! 3 values of users.nick are lost when it is taken back
       ! dev holds parts of it already

     File  migrations/20261123120321-add-cool-feature.ts                 1–10 of 28
       import type { QueryInterface } from 'sequelize'

       export const up = async ({ context }) => {
         await context.step(1)
         await context.step(2)
         await context.step(3)
         await context.step(4)
         await context.step(5)
         await context.step(6)
         await context.step(7)

     ↑↓ move  space mark  a accept  c keep columns  PgDn scroll  ⏎ write and prove
     esc cancel  l log  ? help  q quit
    "
  `)
  expect(
    frame(40, draftOf({ changes, keepsColumns: true }), { draft: { chosen: null, scrolled: 99 } }),
  ).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Draft  add cool feature      1 drafted
     › [ ] + audit_events  table with 6
             columns
       [a] + users.cool_feature  TINYINT(1)
             NOT NULL DEFAULT 0
       [x] > users.nick  renamed to
             nickname
       ! 3 values of users.nick are lost
         when it is taken back
       ⋮ 3 more below
     File  migratio…feature.ts  28–30 of 30
         await context.step(23)
         await context.step(24)
       }
     ↑↓ move  space mark  a accept
     c drop columns  PgDn scroll
     ⏎ write and prove  esc cancel  l log
     ? help  q quit
    "
  `)
})

test('what is known stays while it is prepared anew', () => {
  const [before, during] = [frame(80, draftOf()), frame(80, draftOf({ phase: 'preparing' }))]
  expect(during).toMatch(/Draft {2}add cool feature .* ⠹ preparing/)
  expect(
    during
      .replace(/⠹ preparing/, '  3 drafted')
      .split('\n')
      .slice(4),
  ).toEqual(before.split('\n').slice(4))
  const unknown = { phase: 'preparing', changes: [], hazards: [], notes: [], file: null, text: null } as const
  expect(frame(40, draftOf(unknown))).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files

     Draft  add cool feature    ⠹ preparing

     esc cancel  l log  ? help  q quit
    "
  `)
})

test('the models came to need nothing', () => {
  const none = { changes: [], hazards: [], notes: [], file: null, text: null }
  expect(frame(80, draftOf(none))).toMatch(/Draft {2}add cool feature +the models need no migration/)
})

test('a proof', () => {
  const shown = frame(80, draftOf({ phase: 'proving' }))
  expect(shown).toContain('⠹ proving migrations/20261123120321-add-cool-feature.ts up, down, up')
  expect(frame(40, draftOf({ phase: 'proving' }))).toMatch(/⠹ proving mig.*…ure\.ts up, down, up/)
  const quitting = frame(80, draftOf({ phase: 'proving' }), { isQuitting: true })
  expect(quitting).toContain('quits when the proof is done; Ctrl-C again stops it')
})

test('40 columns break what they cannot hold, and lose nothing of it', () => {
  const line = '+ pull_requests.description_of_the_reviewer_who_approved_it_first  TEXT COLLATE NOCASE'
  const text = `export const up = () => {\n    await query('${'abcdefghij'.repeat(5)}', 'the last words of it')\n}\n`
  const draft = draftOf({ changes: [{ line, choice: 'drafted' }], text, hazards: [], notes: [] })
  const seen = frame(40, draft, {}, 24)
  expect(seen).not.toMatch(/…$/m)
  const bare = (one: string): string => one.replace(/\s/g, '')
  expect(bare(seen)).toContain(bare(line))
  expect(bare(seen)).toContain(bare(text))
})

test('what became of it, below the board', () => {
  expect(frame(80, draftOf({ phase: 'done', proof }))).toMatchInlineSnapshot(`
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
       > users.nick  renamed to nickname

     ✓ migrations/20261123120321-add-cool-feature.ts up ok, down ok, up again ok
     ⏎ goes on  u upgrade  U to head  d downgrade  g generate  r reset  l log
     ? help  q quit
    "
  `)
  const accepted = draftOf().changes.map(({ line }) => ({ line, choice: 'accepted' as const }))
  expect(frame(40, draftOf({ phase: 'done', proof, changes: accepted }))).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Throwaway  .devd…way.db  ready · 84 ms
       ✓ schema                9 ms
       ✓ create admin         41 ms
       ✓ scan repositories    34 ms  cached
     Dev  dev.db      2 applied · 2 pending
       ⋮ 2 more above
     › ○ 20261120-cool-feature
       ○ 20261121-audit-log
     Models need a migration
       + audit_events  table with 6 columns
       + users.cool_feature  TINYINT(1) NO…
       > users.nick  renamed to nickname
     ✓ migrations/20261123120321-add-cool-f
       eature.ts up ok, down ok, up again
       ok; 3 differences accepted
     ⏎ goes on  u upgrade  U to head
     d downgrade  g generate  r reset
     l log  ? help  q quit
    "
  `)
  expect(frame(80, draftOf({ phase: 'done', file: null, proof, changes: accepted }))).toContain(
    ' ✓ 3 differences accepted\n',
  )
  const unproven = { ...proof, up: 'unproven', down: 'unproven', redo: 'unproven' } as const
  expect(frame(80, draftOf({ phase: 'done', proof: unproven }))).toContain('feature.ts needs-edit: look for TODO\n')
  expect(frame(80, draftOf({ phase: 'done', proof: { ...unproven, up: 'ok' } }))).toMatch(
    /feature\.ts up ok, down needs-edit: look\n +for TODO/,
  )
})

test('a proof that failed, and whether the file stays', () => {
  const failed = draftOf({ phase: 'failed', file, proof: { ...proof, down: 'failed' }, problem })
  expect(frame(80, failed)).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Draft  add cool feature                                             not proven
     ✗ It did not work
       after down the schema is not the one that was wanted
       - users  index (column_0)
       - users  index (column_1)
       - users  index (column_2)
       - users  index (column_3)
       - users  index (column_4)
       - users  index (column_5)
       - users  index (column_6)
       - users  index (column_7)
       - users  index (column_8)
       - users  index (column_9)
       - users  index (column_10)
       - users  index (column_11)
       → devdb diff

     Keep migrations/20261123120321-add-cool-feature.ts, marked as not proven? y/n
     y keep  n remove  l log  ? help
    "
  `)
  expect(frame(40, failed)).toMatchInlineSnapshot(`
    "
     devdb  forge         watching 14 files
     Draft  add cool feature     not proven
     ✗ It did not work
       after down the schema is not the one
       that was wanted
       - users  index (column_0)
       - users  index (column_1)
       - users  index (column_2)
       - users  index (column_3)
       - users  index (column_4)
       - users  index (column_5)
       - users  index (column_6)
       - users  index (column_7)
       - users  index (column_8)
       - users  index (column_9)
       … more in the log (l)
       → devdb diff
     Keep …re.ts, marked as not proven? y/n
     y keep  n remove  l log  ? help
    "
  `)
  expect(frame(80, failed, { open: 'log' })).toContain('- users  index (column_11)')
})

test('a draft that could not be prepared', () => {
  expect(frame(80, draftOf({ phase: 'failed', file: null, problem: sampleProblem }))).toMatchInlineSnapshot(`
    "
     devdb  forge                                                 watching 14 files

     Draft  add cool feature                                                 failed
     ✗ It did not work
       models/user.ts: DataTypes.STRNG is not a type
       src/models/user.ts:8:20
         6 | export function define(sequelize) {
         7 |   sequelize.define("user", {
       > 8 |     name: DataTypes.STRNG,
           |                     ^
         9 |   })
       → save the file again when it is mended

     esc back  l log  ? help  q quit
    "
  `)
})

test('no frame is higher or wider than the terminal, whatever the draft is at', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({
    line: `+ users.column_${index}  VARCHAR(255)`,
    choice: index % 2 === 0 ? ('drafted' as const) : ('left' as const),
  }))
  const drafts = [
    null,
    asking,
    draftOf({ ...asking, changes: many }),
    draftOf(),
    draftOf({ changes: many, keepsColumns: true, hazards: many.map(({ line }) => `${line} may be lost for ever`) }),
    draftOf({ phase: 'preparing', question }),
    draftOf({ phase: 'proving' }),
    draftOf({ phase: 'done', proof }),
    draftOf({ phase: 'failed', file, problem }),
    draftOf({ phase: 'failed', file: null, problem: sampleProblem }),
  ]
  for (const draft of drafts) {
    for (const columns of [80, 40] as const) {
      for (const rows of [3, 5, 8, 12, 16, 24, 40]) {
        const view = draft === null ? { typing: { text: 'x'.repeat(100), at: 50 } } : {}
        const lines = frame(columns, draft, { ...view, notice: 'n'.repeat(100) }, rows)
          .slice(1, -1)
          .split('\n')
        expect(lines.length, `${draft?.phase} at ${columns}x${rows}`).toBeLessThanOrEqual(rows)
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
      }
    }
  }
})

test('what does not fit is counted', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({
    line: `+ users.column_${index}`,
    choice: 'drafted' as const,
  }))
  const shown = frame(80, draftOf({ changes: many }), { draft: { chosen: '+ users.column_20', scrolled: 5 } })
  const [, above] = /⋮ (\d+) more above/.exec(shown) ?? []
  const [, below] = /⋮ (\d+) more below/.exec(shown) ?? []
  expect(Number(above) + Number(below) + shown.match(/\[x\]/g)!.length).toBe(40)
  expect(shown).toMatch(/› \[x\] \+ users\.column_20/)
  expect(shown).toMatch(/File .* 6–8 of 28/)
})
