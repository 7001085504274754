/** Which keys do something right now, and in how many lines are they told? Pure. */
import type { MigrationStatus } from '../event/event.ts'
import type { DraftState, State } from '../event/state.ts'
import { type DraftKeyAction, draftKeys, driftKeys, type Key, type KeyAction, keys } from './keys.ts'
import type { ViewState } from './view.ts'

/** A key as the bar says it. */
export type ShownKey = Pick<Key, 'shown' | 'label'>

/**
 * The keys that do something now. Those that change the dev database rest while a change runs.
 * @param view what is on screen
 * @param state what is true
 */
export function keysNow(
  { open, typing }: ViewState,
  { dev, drift, models, rehearsal, draft }: State,
): readonly ShownKey[] {
  if (typing !== null) return [of('go', 'draft it'), of('back', 'cancel')]
  const always = [of('log'), of('help'), of('quit')]
  if (open === 'drift') return driftKeysNow(always)
  if (open !== 'board') return [{ shown: '↑↓', label: 'scroll' }, of('back', 'back'), ...always]
  if (draft !== null && draft.phase !== 'done') return draftKeysNow(draft, always)
  // What became of a draft is read below the board, whose keys count again.
  const first = draft === null ? [] : [ofDraft('go-on', 'goes on')]
  if (dev.url === '') return [...first, ...always]
  const hasDrift = drift.objects !== null && drift.objects.length > 0
  const isMissing = isAny(dev, ({ state }) => state === 'missing')
  const needsDraft = models.changes !== null && models.changes.length > 0
  const now = keys.filter(
    ({ label, changesDev, action }) =>
      label !== '' &&
      !(dev.running !== null && changesDev) &&
      (action !== 'generate' || needsDraft) &&
      // It is said right after a change, and where it is the way back to a branch.
      (action !== 'undo' || dev.last !== null || dev.reversal !== null) &&
      (action !== 'rehearse' || /^(?:waiting|older|failed)$/.test(rehearsal.state)) &&
      (action !== 'reapply' || isAny(dev, ({ edited }) => edited !== null)) &&
      (action !== 'roll-back' || isMissing) &&
      (action !== 'drift' || hasDrift) &&
      // It is always there; the bar says it where dev is not what its migrations make.
      (action !== 'reset-dev' || hasDrift || isMissing) &&
      (action !== 'go' || draft === null),
  )
  return [...first, ...now]
}

const isAny = ({ board }: State['dev'], test: (migration: MigrationStatus) => boolean): boolean =>
  board?.migrations.some(test) === true

const driftKeysNow = (always: readonly ShownKey[]): readonly ShownKey[] => [
  { shown: '↑↓', label: 'move' },
  ...driftKeys.filter(({ label }) => label !== '').map((key) => labelled(key)),
  ...always.filter(({ shown }) => shown !== of('log').shown),
]

function draftKeysNow(draft: DraftState, always: readonly ShownKey[]): readonly ShownKey[] {
  const move = { shown: '↑↓', label: 'move' }
  switch (phaseOf(draft)) {
    case 'preparing':
      return [ofDraft('cancel'), ...always]
    case 'asking':
      return [
        move,
        ofDraft('go-on', 'answer'),
        ...(draft.question?.isBehind === true ? [ofDraft('upgrade-first'), ofDraft('recreate')] : []),
        ofDraft('cancel'),
        ...always,
      ]
    case 'preview': {
      const columns = ofDraft('keep-columns', draft.keepsColumns ? 'drop columns' : 'keep columns')
      const scroll = { shown: 'PgDn', label: 'scroll' }
      return [
        move,
        ofDraft('mark'),
        ofDraft('accept-change'),
        columns,
        scroll,
        ofDraft('go-on'),
        ofDraft('cancel'),
        ...always,
      ]
    }
    case 'proving':
    case 'done':
      return always
    case 'failed':
      return draft.file === null
        ? [ofDraft('cancel', 'back'), ...always]
        : [ofDraft('keep-failed'), ofDraft('remove-failed'), of('log'), of('help')]
  }
}

/** What is known stays on screen while it is prepared anew, and so do its keys: the bar must not flicker. */
function phaseOf({ phase, question, changes }: DraftState): DraftState['phase'] {
  if (phase !== 'preparing') return phase
  if (question !== null) return 'asking'
  return changes.length > 0 ? 'preview' : phase
}

const of = (action: KeyAction, label?: string): ShownKey => labelled(keys.find((key) => key.action === action)!, label)

const ofDraft = (action: DraftKeyAction, label?: string): ShownKey =>
  labelled(draftKeys.find((key) => key.action === action)!, label)

const labelled = (key: ShownKey, label = key.label): ShownKey => ({ shown: key.shown.split(' ')[0]!, label })

/**
 * Breaks the key bar into lines.
 * @param shown the keys
 * @param columns of the terminal
 */
export function keyLines(shown: readonly ShownKey[], columns: number): readonly (readonly ShownKey[])[] {
  const lines: ShownKey[][] = [[]]
  let width = 0
  for (const key of shown) {
    const keyWidth = key.shown.length + key.label.length + 3
    // One column at the right edge stays free.
    if (width + keyWidth > columns - 1 && width > 0) {
      lines.push([])
      width = 0
    }
    lines.at(-1)!.push(key)
    width += keyWidth
  }
  return lines
}
