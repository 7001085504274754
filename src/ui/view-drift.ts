/** What does a key do while drift is settled? Pure: the next view, and perhaps a wish. */
import type { DriftLines } from '../event/drift-fields.ts'
import type { State } from '../event/state.ts'
import { chosenIndex } from './draft-layout.ts'
import { findDriftKey } from './keys.ts'
import { type DriftChoice, initialDriftView, isNo, type Pressed, still, type ViewState } from './view.ts'

/** Opens the panel, where there is any drift. */
export function openDrift(view: ViewState, { drift }: State): Pressed {
  if (drift.objects === null) return still(view, 'it is not known whether dev differs from its migrations')
  if (drift.objects.length === 0) return still(view, 'dev is what its migrations made')
  return still({ ...view, open: 'drift', drift: initialDriftView })
}

/**
 * What a key does in the panel.
 * @param view the view, without its notice
 * @param state what is true
 * @param name of the key, see `namesOf`
 * @returns null where it means what it always means
 */
export function pressInDrift(view: ViewState, state: State, name: string): Pressed | null {
  const action = findDriftKey(name)?.action
  if (action === undefined) return name === '?' || name === 'q' ? null : still(view)
  const objects = state.drift.objects ?? []
  const names = objects.map((object) => object.name)
  const index = chosenIndex(names, view.drift.chosen)
  if (action === 'close') return still({ ...view, open: 'board', drift: initialDriftView })
  if (action === 'settle') return settle(view, state, objects)
  if (action === 'move-up' || action === 'move-down') {
    const next = Math.max(0, Math.min(names.length - 1, index + (action === 'move-up' ? -1 : 1)))
    return still({ ...view, drift: { ...view.drift, chosen: names[next] ?? null } })
  }
  const here = names[index]
  if (here === undefined) return still(view)
  // The cursor stays, as it does where the changes of a draft are marked.
  return still({ ...view, drift: { chosen: here, choices: { ...view.drift.choices, [here]: action } } })
}

/** What becomes of an object: it is left while nobody says otherwise. */
export const choiceOf = ({ drift }: Pick<ViewState, 'drift'>, name: string): DriftChoice =>
  drift.choices[name] ?? 'leave'

function settle(view: ViewState, state: State, objects: readonly DriftLines[]): Pressed {
  const { board, running } = state.dev
  const chosen = (choice: DriftChoice): readonly string[] =>
    objects.map(({ name }) => name).filter((name) => choiceOf(view, name) === choice)
  const wish = { adopt: chosen('adopt'), takeBack: chosen('take-back'), ignore: chosen('ignore') }
  if (Object.values(wish).every((names) => names.length === 0)) return still(view, 'all is left: nothing to do')
  if (running !== null) return still(view, 'a change of the dev database is running')
  const pending = board?.migrations.filter((migration) => migration.state === 'pending').length ?? 0
  if (wish.adopt.length > 0 && pending > 0)
    return still(view, `dev has ${pending} pending: upgrade it first, then adopt`)
  if (wish.takeBack.length > 0)
    return { view: { ...view, confirmation: 'drift' }, request: { kind: 'try-drift', names: wish.takeBack } }
  return {
    view: { ...view, open: 'board', drift: initialDriftView },
    request: { kind: 'settle-drift', ...wish, shown: [] },
  }
}

/** What ran on a copy is done by y, and exactly what was shown. */
export function answerDrift(view: ViewState, state: State, name: string): Pressed {
  const { dev, drift } = state
  const closed = { ...view, confirmation: null }
  const trial = drift.trial
  if (trial === null) return dev.problem !== null || isNo(name) ? still(closed) : still(view)
  if (isNo(name) || trial.problem !== null) return still(closed)
  if (name !== 'y' && name !== 'Y') return still(view)
  if (dev.running !== null) return still(closed, 'a change of the dev database is running')
  const objects = drift.objects ?? []
  const chosen = (choice: DriftChoice): readonly string[] =>
    objects.map((object) => object.name).filter((each) => choiceOf(view, each) === choice)
  return {
    view: { ...closed, open: 'board', drift: initialDriftView },
    request: {
      kind: 'settle-drift',
      adopt: chosen('adopt'),
      takeBack: trial.names,
      ignore: chosen('ignore'),
      shown: trial.lines,
    },
  }
}
