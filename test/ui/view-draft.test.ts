import { describe, expect, test } from 'vitest'
import type { DraftState, State } from '../../src/event/state.ts'
import { perform, type Request } from '../../src/ui/actions.ts'
import { keysNow } from '../../src/ui/key-lines.ts'
import { namesOf } from '../../src/ui/keys.ts'
import { initialView, type Pressed, type ViewState } from '../../src/ui/view.ts'
import { typedPart } from '../../src/ui/view-message.ts'
import { press } from '../../src/ui/view-state.ts'
import { begun, boardRead, compared, draftOf, migrations, rehearsedWell, stateAfter } from './sessions.ts'

const size = { columns: 80, rows: 24 }
const ready = stateAfter(begun, boardRead(migrations), compared)
const withDraft = (parts: Partial<DraftState>): State => ({ ...ready, draft: draftOf(parts) })

/** Presses one key after the other; State stays as it is. */
const pressAll = (names: readonly string[], state: State, view: ViewState = initialView): Pressed =>
  names.reduce<Pressed>((before, name) => press(before.view, state, name, size), { view, request: null })

const requestOf = (names: readonly string[], state: State): Request | null => pressAll(names, state).request
const noticeOf = (names: readonly string[], state: State): string | null => pressAll(names, state).view.notice
const typed = (text: string): readonly string[] => ['g', ...text]

describe('the message', () => {
  test('takes every key that prints, and asks for the draft with enter', () => {
    const open = pressAll(typed('quUdrlgyn? jk1'), ready)
    expect(open).toMatchObject({ request: null, view: { open: 'board', isQuitting: false } })
    const { view, request } = press(open.view, ready, 'enter', size)
    expect(request).toEqual({ kind: 'draft', message: 'quUdrlgyn? jk1' })
    expect(view).toEqual(initialView)
  })

  test.each([
    [[...typed('abd'), 'left', 'c', 'enter'], 'abcd'],
    [[...typed('bc'), 'home', 'a', 'end', 'd', 'enter'], 'abcd'],
    [[...typed('abx'), 'backspace', 'c', 'up', 'down', 'page-up', 'right', 'enter'], 'abc'],
    [[...typed('ab'), 'home', 'left', 'backspace', 'right', 'right', 'right', 'c', 'enter'], 'abc'],
    [[...typed('Größe 名前 👍x'), 'backspace', 'enter'], 'Größe 名前 👍'],
    [[...typed('  a  '), 'enter'], 'a'],
  ])('%j says %s', (names, message) => {
    expect(requestOf(names, ready)).toEqual({ kind: 'draft', message })
  })

  test('is not empty, is put away by escape, and Ctrl-C quits', () => {
    expect(pressAll(['g', ' ', 'enter'], ready)).toMatchObject({
      request: null,
      view: { typing: { text: ' ', at: 1 }, notice: 'say what the migration does' },
    })
    expect(pressAll([...typed('abc'), 'escape'], ready)).toEqual({ view: initialView, request: null })
    expect(pressAll([...typed('abc'), 'ctrl-c'], ready)).toMatchObject({
      request: { kind: 'interrupt' },
      view: { isQuitting: true, typing: null },
    })
  })

  test('is not asked for where nothing is needed or known, nor in the log', () => {
    const content = stateAfter(begun, (emit) => emit('models-compared', { changes: [], accepted: 0, stale: [], ms: 1 }))
    expect(noticeOf(['g'], content)).toBe('the models need no migration')
    expect(noticeOf(['g'], stateAfter())).toBe('the configuration is not loaded yet')
    expect(pressAll(['l', 'g'], ready).view.typing).toBeNull()
    expect(pressAll(['g'], stateAfter(begun)).view.typing).not.toBeNull()
  })

  test('takes a paste as text, and the line break at its end as enter', () => {
    const flags = Object.fromEntries(
      ['upArrow', 'downArrow', 'leftArrow', 'rightArrow', 'home', 'end', 'pageUp', 'pageDown', 'return', 'escape']
        .concat(['backspace', 'delete', 'ctrl', 'meta'])
        .map((flag) => [flag, false]),
    ) as unknown as Parameters<typeof namesOf>[1]
    expect(namesOf('add cool feature', flags)).toEqual([])
    expect(namesOf('add cool feature', flags, true)).toEqual([...'add cool feature'])
    expect(namesOf('add a\r\nquestion\r\n', flags, true)).toEqual([...'add a question', 'enter'])
    expect(namesOf('ab\x7f\r', flags, true)).toEqual(['a', 'b', 'backspace', 'enter'])
    expect(namesOf('', { ...flags, delete: true }, true)).toEqual(['backspace'])
    expect(namesOf('', { ...flags, leftArrow: true }, true)).toEqual(['left'])
  })

  test('is seen around its cursor', () => {
    expect(typedPart({ text: 'abc', at: 3 }, 10)).toEqual({ before: 'abc', after: '' })
    expect(typedPart({ text: 'abcdefghij', at: 10 }, 5)).toEqual({ before: 'ghij', after: '' })
    expect(typedPart({ text: 'abcdefghij', at: 3 }, 6)).toEqual({ before: 'abc', after: 'de' })
    expect(typedPart({ text: '名前名前', at: 4 }, 6)).toEqual({ before: '名前'.slice(0, 2), after: '' })
  })
})

describe('a question', () => {
  const asking = withDraft({ phase: 'asking', question: { text: 'renamed?', options: ['to a', 'to b', 'no'] } })

  test.each([
    [['enter'], 0],
    [['down', 'enter'], 1],
    [['j', 'j', 'j', 'j', 'k', 'enter'], 1],
    [['3'], 2],
  ])('%j gives answer %i', (names, index) => {
    expect(pressAll(names, asking)).toEqual({ view: initialView, request: { kind: 'answer', index } })
  })

  test('takes nothing else but escape', () => {
    for (const name of ['4', '9', ' ', 'c', 'y', 'n', 'u', 'U', 'd', 'r', 'g', 'x'])
      expect(requestOf([name], asking)).toBeNull()
    expect(requestOf(['escape'], asking)).toEqual({ kind: 'cancel' })
  })
})

describe('a preview', () => {
  const preview = withDraft({})
  const [first, second, rename] = preview.draft!.changes.map(({ line }) => line)

  test('space drafts or leaves the change at the cursor, a accepts it, and the cursor stays with it', () => {
    expect(requestOf([' '], preview)).toEqual({ kind: 'choose', line: first, choice: 'left' })
    const left = pressAll(['down', ' '], preview)
    expect(left.request).toEqual({ kind: 'choose', line: second, choice: 'left' })
    const markedAs = (choice: 'left' | 'accepted') =>
      withDraft({
        phase: 'preparing',
        changes: [
          { line: second!, choice },
          { line: first!, choice: 'drafted' },
        ],
      })
    expect(pressAll([' '], markedAs('left'), left.view).request).toEqual({
      kind: 'choose',
      line: second,
      choice: 'drafted',
    })
    for (const [choice, next] of [
      ['left', 'accepted'],
      ['accepted', 'drafted'],
    ] as const) {
      expect(pressAll(['a'], markedAs(choice), left.view).request).toEqual({
        kind: 'choose',
        line: second,
        choice: next,
      })
    }
    expect(pressAll([' '], markedAs('accepted'), left.view).request).toEqual({
      kind: 'choose',
      line: second,
      choice: 'drafted',
    })
    expect(pressAll(['down', 'down', ' '], preview)).toMatchObject({
      request: null,
      view: { draft: { chosen: rename }, notice: 'a rename cannot be left out here' },
    })
  })

  test('enter writes it, where there is anything to write', () => {
    const allAs = (choice: 'left' | 'accepted') =>
      withDraft({ changes: preview.draft!.changes.map(({ line }) => ({ line, choice })) })
    expect(requestOf(['enter'], preview)).toEqual({ kind: 'accept' })
    expect(requestOf(['enter'], allAs('accepted'))).toEqual({ kind: 'accept' })
    expect(pressAll(['enter'], allAs('left'))).toMatchObject({
      request: null,
      view: { notice: 'every change is left: nothing to do' },
    })
    expect(noticeOf(['enter'], withDraft({ changes: [] }))).toBe('the models need no migration')
  })

  test('c turns the columns that its way back keeps', () => {
    expect(requestOf(['c'], preview)).toEqual({ kind: 'keep-columns', keeps: true })
    expect(requestOf(['c'], withDraft({ keepsColumns: true }))).toEqual({ kind: 'keep-columns', keeps: false })
  })

  test('the text scrolls as far as there is something to see, in a terminal of any size', () => {
    const scrolledBy = (names: readonly string[]) => pressAll(names, preview).view.draft.scrolled
    expect(scrolledBy(['page-up'])).toBe(0)
    const all = Array.from({ length: 30 }, () => 'page-down')
    const end = scrolledBy(all)
    expect(end).toBeGreaterThan(10)
    expect(scrolledBy([...all, 'page-up'])).toBeLessThan(end)
    expect(scrolledBy(['page-down', 'page-up'])).toBe(0)
  })

  test('log and help lie over it, q quits; the keys of the board rest', () => {
    const log = press(initialView, preview, 'l', size).view
    expect(log.open).toBe('log')
    for (const name of ['u', 'd', 'g', ' ', 'r', 'enter']) expect(press(log, preview, name, size).request).toBeNull()
    expect(press(log, preview, 'escape', size)).toEqual({ view: initialView, request: null })
    expect(pressAll(['q'], preview).request).toEqual({ kind: 'quit' })
    for (const name of ['u', 'U', 'd', 'r', 'g', 'y', 'n', '1']) expect(requestOf([name], preview)).toBeNull()
  })

  test('while it is prepared anew only marks, the cursor and escape count', () => {
    const preparing = withDraft({ phase: 'preparing' })
    expect(requestOf(['escape'], preparing)).toEqual({ kind: 'cancel' })
    for (const name of ['enter', 'c']) expect(noticeOf([name], preparing)).toBe('the draft is being prepared')
    expect(keysNow(initialView, preparing)).toEqual(keysNow(initialView, preview))
  })
})

describe('afterwards', () => {
  const file = '/home/doe/forge/migrations/20261123-cool.ts'
  const behind = withDraft({
    phase: 'asking',
    question: { text: 'dev is behind', options: ['on top', 'upgrade', 'recreate'], isBehind: true },
  })
  const problem = { code: 'draft-unproven', message: 'after up the schema is another' } as const

  test('nothing can be done while it is proven', () => {
    const proving = withDraft({ phase: 'proving', file })
    for (const name of ['enter', 'escape', ' ', 'c', 'y'])
      expect(pressAll([name], proving)).toMatchObject({
        request: null,
        view: { notice: 'the draft is being proven' },
      })
    expect(requestOf(['ctrl-c'], proving)).toEqual({ kind: 'interrupt' })
  })

  test('any key closes what is done, and is taken as well unless it changes dev', () => {
    const done = withDraft({ phase: 'done', file })
    for (const name of ['escape', 'enter', 'x', ' '])
      expect(pressAll([name], done)).toEqual({ view: initialView, request: { kind: 'cancel' } })
    const tested = { ...stateAfter(begun, boardRead(migrations), rehearsedWell), draft: done.draft }
    for (const name of ['u', 'U'])
      expect(pressAll([name], tested)).toEqual({
        view: { ...initialView, notice: `${name} again upgrades dev` },
        request: { kind: 'cancel' },
      })
    expect(pressAll(['enter'], tested)).toEqual({ view: initialView, request: { kind: 'cancel' } })
    expect(pressAll(['q'], done)).toMatchObject({
      request: { kind: 'cancel-and', next: { kind: 'quit' } },
      view: { isQuitting: true },
    })
    // What opens or asks something closes it too; log and help lie over it.
    expect(pressAll(['d'], done)).toMatchObject({
      request: { kind: 'cancel' },
      view: { confirmation: { target: '-1' } },
    })
    expect(pressAll(['g'], done)).toMatchObject({ request: { kind: 'cancel' }, view: { typing: { text: '' } } })
    expect(pressAll(['l'], done)).toMatchObject({ request: null, view: { open: 'log' } })
    const shown = keysNow(initialView, done).map((key) => `${key.shown} ${key.label}`)
    expect([shown[0], shown[1]]).toEqual(['⏎ goes on', 'u upgrade'])
    expect(shown).not.toContain('⏎ go here')
  })

  test('a key that goes on from a Problem is taken as well', () => {
    const { dev } = behind
    const refused = { ...behind, dev: { ...dev, problem: { code: 'dev-busy', message: 'busy' } as const } }
    const asked = pressAll(['R'], behind).view
    expect(asked.confirmation).toBe('reset-dev')
    expect(press(asked, refused, 'u', size)).toMatchObject({ request: { kind: 'answer', index: 1 } })
    expect(press(asked, refused, 'enter', size)).toMatchObject({ request: null, view: { confirmation: null } })
    expect(press(asked, refused, 'q', size)).toMatchObject({ request: null, view: { isQuitting: false } })
  })

  test('a file that is not proven stays with y only', () => {
    const failed = withDraft({ phase: 'failed', file, problem })
    for (const name of ['y', 'Y']) expect(requestOf([name], failed)).toEqual({ kind: 'keep-failed', keeps: true })
    for (const name of ['n', 'N', 'escape'])
      expect(requestOf([name], failed)).toEqual({ kind: 'keep-failed', keeps: false })
    for (const name of ['enter', ' ', 'q', 'u', 'c', '1']) expect(requestOf([name], failed)).toBeNull()
    expect(pressAll(['l'], failed).view.open).toBe('log')
  })

  test('what could not be prepared is put away', () => {
    const failed = withDraft({ phase: 'failed', file: null, problem })
    for (const name of ['escape', 'enter']) expect(requestOf([name], failed)).toEqual({ kind: 'cancel' })
    for (const name of ['y', 'n', ' ']) expect(requestOf([name], failed)).toBeNull()
    expect(requestOf(['q'], failed)).toEqual({ kind: 'quit' })
  })
})

test('each wish becomes one call', () => {
  const calls: unknown[] = []
  const record =
    (name: string) =>
    (...values: readonly unknown[]): void =>
      void calls.push([name, ...values])
  const actions = {
    ...{ upgrade: record('upgrade'), downgrade: record('downgrade'), reset: record('reset') },
    ...{
      quit: record('quit'),
      interrupt: record('interrupt'),
      stop: record('stop'),
      prepareUndo: record('prepareUndo'),
      undo: record('undo'),
    },
    rehearse: record('rehearse'),
    ...{ tryDrift: record('tryDrift'), settleDrift: record('settleDrift') },
    ...{ prepareReset: record('prepareReset'), resetDev: record('resetDev') },
    ...{
      prepareStepBack: record('prepareStepBack'),
      agreeToCode: record('agreeToCode'),
      stepBack: record('stepBack'),
      restore: record('restore'),
    },
    draft: {
      ...{ begin: record('begin'), answer: record('answer'), choose: record('choose'), accept: record('accept') },
      ...{ keepColumns: record('keepColumns'), keepFailed: record('keepFailed'), cancel: record('cancel') },
    },
  }
  const requests: readonly Request[] = [
    { kind: 'upgrade', target: '+1' },
    { kind: 'reset' },
    { kind: 'rehearse' },
    { kind: 'prepare-undo' },
    { kind: 'undo', change: '20261120-120321-004' },
    { kind: 'prepare-step-back', verb: 'reapply' },
    { kind: 'agree-to-code', verb: 'roll-back', ids: ['ab12'] },
    { kind: 'step-back', verb: 'roll-back', names: ['1-a.js'] },
    { kind: 'restore', snapshot: '20261120-120321-004' },
    { kind: 'try-drift', names: ['view:v'] },
    { kind: 'settle-drift', adopt: ['a'], takeBack: [], ignore: ['b'], shown: [] },
    { kind: 'prepare-reset' },
    { kind: 'reset-dev' },
    { kind: 'draft', message: 'm' },
    { kind: 'answer', index: 1 },
    { kind: 'choose', line: '+ a', choice: 'left' },
    { kind: 'keep-columns', keeps: true },
    { kind: 'keep-failed', keeps: false },
    { kind: 'accept' },
    { kind: 'cancel' },
    { kind: 'cancel-and', next: { kind: 'upgrade', target: '+1' } },
  ]
  for (const request of requests) perform(request, actions)
  expect(calls).toEqual([
    ['upgrade', '+1'],
    ['reset'],
    ['rehearse'],
    ['prepareUndo'],
    ['undo', '20261120-120321-004'],
    ['prepareStepBack', 'reapply'],
    ['agreeToCode', 'roll-back', ['ab12']],
    ['stepBack', 'roll-back', ['1-a.js']],
    ['restore', '20261120-120321-004'],
    ['tryDrift', ['view:v']],
    ['settleDrift', { adopt: ['a'], takeBack: [], ignore: ['b'], shown: [] }],
    ['prepareReset'],
    ['resetDev'],
    ['begin', 'm'],
    ['answer', 1],
    ['choose', '+ a', 'left'],
    ['keepColumns', true],
    ['keepFailed', false],
    ['accept'],
    ['cancel'],
    ['cancel'],
    ['upgrade', '+1'],
  ])
})
