/** What do the keys do before dev is recreated? Pure. */
import type { State } from '../event/state.ts'
import { isNo, type Pressed, still, type ViewState } from './view.ts'

/** Asks, with what will be lost. */
export const askReset = (view: ViewState): Pressed => ({
  view: { ...view, confirmation: 'reset-dev' },
  request: { kind: 'prepare-reset' },
})

/** Dev is recreated by y, once it is known and shown what is lost. */
export function answerReset(view: ViewState, { dev }: State, name: string): Pressed {
  const closed = { ...view, confirmation: null }
  if (isNo(name) || (dev.reset === null && dev.problem !== null)) return still(closed)
  if ((name !== 'y' && name !== 'Y') || dev.reset === null) return still(view)
  if (dev.running !== null) return still(closed, 'a change of the dev database is running')
  return { view: closed, request: { kind: 'reset-dev' } }
}
