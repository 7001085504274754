/** What an event makes of the dev database's state. */
import { describeEvent } from './describe-event.ts'
import type { Board, Event } from './event.ts'
import { rowLines } from './row-loss.ts'
import type { DevState } from './state.ts'

/** The next state of dev. */
export function applyToDev(dev: DevState, event: Event): DevState {
  const next = apply(dev, event)
  const isOfEvent = 'problem' in event && event.problem === next.problem
  const isUnread = isOfEvent ? event.kind === 'board-failed' : dev.isUnread && next.problem === dev.problem
  return next === dev && isUnread === dev.isUnread ? dev : { ...next, isUnread }
}

function apply(dev: DevState, event: Event): DevState {
  switch (event.kind) {
    case 'board-read':
      return {
        ...dev,
        board: event.board,
        last: lastAfter(dev, event.board),
        // Sessions that were recorded earlier know of none.
        reversal: event.reversal ?? null,
        problem: dev.isUnread ? null : dev.problem,
      }
    case 'board-failed':
      return { ...dev, problem: event.problem }
    case 'change-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: event.direction, names: event.names, startedAt: event.at },
      }
    case 'reset-started':
    case 'restore-started':
    case 'drift-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: directions[event.kind], names: [], startedAt: event.at },
      }
    // What was found the last time is not what is asked for now.
    case 'drift-asked':
    case 'reset-asked':
      return { ...dev, problem: null, reset: null }
    case 'undo-prepared': {
      const { change, what, at, snapshot, since } = event
      return { ...dev, problem: null, undo: { change, what, at, snapshot, since } }
    }
    case 'reset-prepared':
      return { ...dev, problem: null, reset: { tables: event.tables } }
    case 'undo-refused':
      return { ...dev, undo: null, problem: event.problem }
    case 'step-back-prepared': {
      const { verb, names, lost, problem, snapshot } = event
      return { ...dev, problem: null, storedCode: null, stepBack: { verb, names, lost, problem, snapshot } }
    }
    case 'step-back-refused':
      return { ...dev, stepBack: null, storedCode: null, problem: event.problem }
    case 'stored-code-shown':
      return { ...dev, problem: null, stepBack: null, storedCode: { verb: event.verb, code: event.code } }
    case 'stored-code-agreed':
      return { ...dev, problem: null, storedCode: null }
    case 'step-back-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: event.verb, names: event.names, startedAt: event.at },
      }
    case 'migration-started':
      return dev.running === null
        ? dev
        : {
            ...dev,
            running: { ...dev.running, migration: event.migration, startedAt: event.at, estimateMs: event.estimateMs },
          }
    case 'snapshot-failed':
      return { ...dev, problem: event.problem }
    case 'change-settled':
      return { ...dev, last: { at: event.at, text: describeEvent(event), rows: rowLines(event), isRead: false } }
    case 'change-finished':
    case 'reset-finished':
    case 'restore-finished':
    case 'step-back-finished':
    case 'drift-finished':
      return {
        ...dev,
        running: null,
        last: { at: event.at, text: describeEvent(event), rows: rowLines(event), isRead: false },
      }
    case 'change-failed':
    case 'reset-failed':
    case 'restore-failed':
    case 'step-back-failed':
    case 'drift-failed':
      return { ...dev, running: null, undo: null, problem: event.problem }
    default:
      return dev
  }
}

const nothingDone = {
  problem: null,
  undo: null,
  stepBack: null,
  storedCode: null,
  reset: null,
  reversal: null,
  last: null,
} as const
const directions = { 'reset-started': 'reset', 'restore-started': 'restore', 'drift-started': 'drift' } as const
const idleChange = { migration: null, estimateMs: null } as const

/** A line about a change must not stand beside a board that another process, or a switch of branches, has made since. */
function lastAfter({ board, last }: DevState, now: Board): DevState['last'] {
  if (last === null) return null
  if (!last.isRead) return { ...last, isRead: true }
  return board !== null && isStandingAs(board, now) ? last : null
}

/** A file that was added, a draft mostly, is pending and leaves what was done as true as it was. */
const isStandingAs = (before: Board, now: Board): boolean => standing(before) === standing(now)

const standing = ({ exists, migrations }: Board): string =>
  JSON.stringify([
    exists,
    ...migrations.filter(({ state }) => state !== 'pending').map(({ name, state }) => [name, state]),
  ])
