import { describe, expect, test } from 'vitest'
import type { Emit } from '../../src/event/event.ts'
import { noRowLoss } from '../../src/event/row-loss.ts'
import type { State } from '../../src/event/state.ts'
import { initialView, type Pressed, type ViewState } from '../../src/ui/view.ts'
import { press } from '../../src/ui/view-state.ts'
import {
  begun,
  boardRead,
  buildFailed,
  migrations,
  rehearsed,
  rehearsedWell,
  stateAfter,
  upgrading,
} from './sessions.ts'

const ready = stateAfter(begun, boardRead(migrations), rehearsedWell)
const running = stateAfter(begun, boardRead(migrations), upgrading)
const size = { columns: 80, rows: 24 }

/** Presses one key after the other. */
const pressAll = (names: readonly string[], state = ready, view: ViewState = initialView): Pressed =>
  names.reduce<Pressed>((before, name) => press(before.view, state, name, size), { view, request: null })

describe('keys that change the dev database', () => {
  test.each([
    [['u'], { kind: 'upgrade', target: '+1' }],
    [['U'], { kind: 'upgrade', target: 'head' }],
    [['enter'], { kind: 'upgrade', target: '20261120-cool-feature' }],
    [['down', 'enter'], { kind: 'upgrade', target: '20261121-audit-log' }],
    [['d', 'y'], { kind: 'downgrade', target: '-1' }],
    [['up', 'up', 'enter', 'y'], { kind: 'downgrade', target: '20261112-create-users' }],
    [['k', 'k', 'k', 'k', 'j', 'j', 'j', 'j', 'j', 'enter'], { kind: 'upgrade', target: '20261121-audit-log' }],
    [['page-up', 'enter', 'Y'], { kind: 'downgrade', target: '20261112-create-users' }],
    [['r'], { kind: 'reset' }],
    [['q'], { kind: 'quit' }],
    [['ctrl-c'], { kind: 'interrupt' }],
  ])('%j asks for %j', (names, request) => {
    expect(pressAll(names).request).toEqual(request)
  })

  test('a downgrade is never asked of the daemon without y', () => {
    const asked = pressAll(['d'])
    expect(asked).toMatchObject({
      request: null,
      view: { confirmation: { target: '-1', names: ['20261118-users-email'] } },
    })
    for (const name of ['n', 'N', 'escape', 'q']) {
      expect(press(asked.view, ready, name, size)).toEqual({ view: initialView, request: null })
    }
    for (const name of ['enter', 'u', 'U', 'd', ' ', 'x']) {
      expect(press(asked.view, ready, name, size)).toEqual({ view: asked.view, request: null })
    }
  })

  test('when the board changed after the question, it is asked anew', () => {
    const other = stateAfter(
      begun,
      boardRead(migrations.map((migration, index) => ({ ...migration, state: index < 3 ? 'applied' : 'pending' }))),
    )
    const again = press(pressAll(['d']).view, other, 'y', size)
    expect(again).toMatchObject({ request: null, view: { confirmation: { names: ['20261120-cool-feature'] } } })
    expect(press(again.view, other, 'y', size).request).toEqual({ kind: 'downgrade', target: '-1' })
  })

  test('they rest while a change runs, and q says that it waits', () => {
    for (const name of ['u', 'U', 'd', 'enter']) {
      expect(press(initialView, running, name, size)).toMatchObject({
        request: null,
        view: { notice: 'a change of the dev database is running' },
      })
    }
    expect(press(pressAll(['d']).view, running, 'y', size)).toMatchObject({
      request: null,
      view: { confirmation: null },
    })
    expect(press(initialView, running, 'q', size)).toMatchObject({
      request: { kind: 'quit' },
      view: { isQuitting: true },
    })
  })

  test('while it quits only Ctrl-C counts, and stops the change', () => {
    const quitting = press(initialView, running, 'ctrl-c', size).view
    for (const name of ['q', 'u', 'd', 'r', 'l', 'escape', 'y'])
      expect(press(quitting, running, name, size)).toEqual({ view: quitting, request: null })
    expect(press(quitting, running, 'ctrl-c', size).request).toEqual({ kind: 'stop' })
  })

  test('they rest in the help and in the log', () => {
    for (const open of ['?', 'l'])
      for (const name of ['u', 'U', 'd', 'enter', 'r']) expect(pressAll([open, name]).request).toBeNull()
  })

  test('before a configuration and a board are known they say so', () => {
    expect(pressAll(['u'], stateAfter())).toMatchObject({
      request: null,
      view: { notice: 'the configuration is not loaded yet' },
    })
    expect(pressAll(['d'], stateAfter(begun)).view.notice).toBe('the dev database has not been read yet')
    expect(pressAll(['enter'], stateAfter(begun)).view.notice).toBe('there is no migration to go to')
  })

  test('what would do nothing says so', () => {
    expect(pressAll(['up', 'enter']).view.notice).toBe('dev is at 20261118-users-email already')
    const empty = stateAfter(begun, boardRead([]))
    expect(pressAll(['d'], empty).view.notice).toBe('nothing is applied: there is nothing to downgrade')
    expect(pressAll(['up', 'enter'], empty).request).toBeNull()
  })
})

describe('an upgrade that may go wrong', () => {
  const [cool, audit] = ['20261120-cool-feature', '20261121-audit-log'] as const
  const failed = {
    result: 'failed',
    ms: 1,
    problem: { code: 'migration-failed', message: 'no such table: usrs' },
  } as const
  const skipped = { result: 'skipped', ms: null, problem: null } as const
  const lost = [{ direction: 'up', kind: 'deleted', table: 'users', column: null, rows: 2 }] as const
  const having = (...parts: readonly ((emit: Emit) => void)[]): State =>
    stateAfter(begun, boardRead(migrations), ...parts)
  const risksOf = (names: readonly string[], state: State): unknown => {
    const { request, view } = pressAll(names, state)
    expect(request).toBeNull()
    return view.confirmation !== null && typeof view.confirmation === 'object' && 'risks' in view.confirmation
      ? view.confirmation.risks
      : null
  }

  test.each([
    ['it was not rehearsed', having(), 'not rehearsed'],
    ['its up failed', having(rehearsed({ [cool]: { up: failed } })), 'up ✗ in its rehearsal: no such table: usrs'],
    [
      'its down failed',
      having(rehearsed({ [cool]: { down: failed } })),
      'down ✗ in its rehearsal: no such table: usrs',
    ],
    ['its up loses rows', having(rehearsed({ [cool]: { lost } })), 'up deleted 2 rows of users'],
    ['it needs an edit', having(rehearsed({ [cool]: { mark: 'needs-edit' } })), 'its file is still marked needs-edit'],
    [
      'its test failed',
      having(rehearsed({ [cool]: { mark: 'not-proven' } })),
      'its file is marked NOT PROVEN: its test failed',
    ],
  ])('asks first where %s', (_, state, reason) => {
    for (const name of ['u', 'enter']) expect(risksOf([name], state)).toEqual([reason])
    expect(pressAll(['u', 'y'], state).request).toEqual({ kind: 'upgrade', target: '+1' })
    expect(pressAll(['enter', 'Y'], state).request).toEqual({ kind: 'upgrade', target: cool })
  })

  test('no is the default: Enter a second time changes nothing', () => {
    for (const name of ['enter', 'n', 'N', 'escape', 'q'])
      expect(pressAll(['enter', name], having())).toMatchObject({ request: null, view: { confirmation: null } })
    for (const name of ['u', 'U', 'd', ' '])
      expect(pressAll(['u', name], having())).toMatchObject({ request: null, view: { confirmation: { target: '+1' } } })
  })

  test('of several each reason is said with its names; after one that fails there is nothing to say', () => {
    expect(risksOf(['U'], having(rehearsed({ [audit]: { lost } })))).toEqual([
      `${cool}: not rehearsed`,
      `${audit}: up deleted 2 rows of users`,
    ])
    expect(risksOf(['U'], having())).toEqual([`${cool}, ${audit}: not rehearsed`])
    const stopped = having(
      rehearsed({ [cool]: { up: failed, down: skipped, redo: skipped }, [audit]: { up: skipped } }),
    )
    expect(risksOf(['U'], stopped)).toEqual([`${cool}: up ✗ in its rehearsal: no such table: usrs`])
  })

  test('what only the way down loses, and an absent dev, are no reason', () => {
    const down = having(rehearsed({ [cool]: { lost: [{ ...lost[0], direction: 'down' }] } }))
    expect(pressAll(['u'], down).request).toEqual({ kind: 'upgrade', target: '+1' })
    expect(pressAll(['u'], stateAfter(begun, boardRead(migrations, false))).request).not.toBeNull()
  })

  test('another reason is asked again; none any more is not', () => {
    const { view } = pressAll(['u'], having())
    const worse = having(rehearsed({ [cool]: { up: failed } }))
    expect(press(view, worse, 'y', size)).toMatchObject({
      request: null,
      view: { confirmation: { risks: ['up ✗ in its rehearsal: no such table: usrs'] } },
    })
    expect(press(view, ready, 'y', size).request).toEqual({ kind: 'upgrade', target: '+1' })
    const moved = having(rehearsedWell, (emit) => emit('change-started', { direction: 'upgrade', names: [cool] }))
    expect(press(view, moved, 'y', size)).toMatchObject({ request: null, view: { confirmation: null } })
  })
})

describe('views', () => {
  test('open, switch and close', () => {
    expect(pressAll(['?']).view.open).toBe('help')
    expect(pressAll(['?', 'l']).view.open).toBe('log')
    expect(pressAll(['l', 'l']).view.open).toBe('board')
    expect(pressAll(['l', 'escape']).view.open).toBe('board')
  })

  test('scroll as far as there is something to see', () => {
    const state = stateAfter(begun, ...Array.from({ length: 30 }, () => boardRead(migrations)))
    const most = 33 - (size.rows - 6)
    expect(pressAll(['l', 'up', 'up', 'down'], state).view.scrolled).toBe(1)
    expect(pressAll(['l', 'down'], state).view.scrolled).toBe(0)
    expect(pressAll(['l', 'page-up', 'page-up'], state).view.scrolled).toBe(most)
    expect(pressAll(['?', 'up'], state).view.scrolled).toBe(0)
  })

  test('escape puts a problem of the dev database away, until the next one', () => {
    const problem = { code: 'migration-failed', message: 'no such table' } as const
    const failed = stateAfter(
      begun,
      (emit) => emit('change-failed', { direction: 'upgrade', names: [], saved: null, rows: noRowLoss, problem }),
      buildFailed(true),
    )
    expect(pressAll(['escape'], failed).view.dismissed).toBe(failed.dev.problem)
  })

  test('an unknown key does nothing', () => {
    expect(pressAll(['x'])).toEqual({ view: initialView, request: null })
  })
})

describe('z', () => {
  const plan = {
    change: '20261120-120321-004',
    what: 'upgrade head',
    at: 0,
    snapshot: '20261120-120321-004',
    since: null,
  }
  const withUndo = (undo: typeof plan | null, problem: State['dev']['problem'] = null): State => {
    return { ...ready, dev: { ...ready.dev, undo, problem } }
  }
  const asked = press(initialView, withUndo(null), 'z', size)

  test('asks what an undo would do, and takes back exactly what was shown', () => {
    expect(asked.request).toEqual({ kind: 'prepare-undo' })
    expect(press(asked.view, withUndo(null), 'y', size).request).toBeNull()
    const yes = press(asked.view, withUndo(plan), 'y', size)
    expect([yes.request, yes.view.confirmation]).toEqual([{ kind: 'undo', change: plan.change }, null])
  })

  test('is put away by n, by escape, and by any key where there is nothing to undo', () => {
    for (const key of ['n', 'escape']) {
      const no = press(asked.view, withUndo(plan), key, size)
      expect([no.request, no.view.confirmation]).toEqual([null, null])
    }
    const problem = { code: 'nothing-to-undo', message: 'nothing was changed' } as const
    const nothing = press(asked.view, withUndo(null, problem), 'x', size)
    expect(nothing.view.confirmation).toBeNull()
    // It has been read, and nothing is to be mended: it does not stay as a problem.
    expect(nothing.view.dismissed).toBe(problem)
    const stepBack = press(initialView, ready, 'a', size)
    const missing = { code: 'nothing-to-step-back', message: 'no applied migration has been edited' } as const
    expect(press(stepBack.view, withUndo(null, missing), 'x', size).view.dismissed).toBe(missing)
    const failure = { code: 'migration-failed', message: 'no such table' } as const
    expect(press(stepBack.view, withUndo(null, failure), 'x', size).view.dismissed).toBeNull()
    expect(press(asked.view, withUndo(plan), 'u', size).view.confirmation).toBe('undo')
  })
})
