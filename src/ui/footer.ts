/** What stands below the board, and how high is it? Pure. */

import { describeWayBack } from '../event/describe-drift.ts'
import { describeReset } from '../event/describe-reset.ts'
import { describeUndo } from '../event/describe-undo.ts'
import type { State } from '../event/state.ts'
import type { ShownCode } from '../event/trial-fields.ts'
import { shortUrl } from '../report/short-path.ts'
import { resultLines } from './draft-words.ts'
import { keyLines, keysNow, type ShownKey } from './key-lines.ts'
import { wrapText } from './layout.ts'
import type { Size } from './page.ts'
import { upgradeLines } from './upgrade-risk.ts'
import type { Confirmation, ViewState } from './view.ts'

/** The parts of the footer, from above. */
export interface Footer {
  /** How many rows the question before a downgrade gets; then there is nothing else. */
  readonly confirmation: number
  /** The question before an undo, a re-apply, a roll-back or an upgrade that may go wrong; then there is nothing else either. */
  readonly undo: readonly string[]
  /** Whether the message of a migration is typed there. */
  readonly isTyping: boolean
  /** The file that failed its proof, of which is asked whether it stays. */
  readonly failedFile: string | null
  /** What became of a draft. */
  readonly result: readonly string[]
  readonly notice: string | null
  readonly keys: readonly (readonly ShownKey[])[]
  readonly height: number
}

/**
 * What stands below.
 * @param state what is true
 * @param view what is on screen
 * @param size of the screen
 * @param now milliseconds since 1970
 */
export function footerOf(state: State, view: ViewState, { columns, rows }: Size, now: number): Footer {
  const names = isDowngrade(view.confirmation) ? view.confirmation.names : []
  const wanted = names.length > 1 ? 1 + names.length : names.length
  const confirmation = Math.min(wanted, Math.max(1, Math.floor(rows / 2)))
  const undo = questionLines(state, view.confirmation, columns, now).slice(0, Math.max(1, rows - 2))
  const none = { confirmation, undo, isTyping: false, failedFile: null, result: [], notice: null, keys: [] }
  if (view.confirmation !== null) return { ...none, height: confirmation + undo.length }
  if (view.isQuitting) return { ...none, notice: quittingWords(state), height: 1 }
  const shown = view.open === 'board' ? state.draft : null
  const parts = {
    ...none,
    isTyping: view.typing !== null,
    failedFile: shown?.phase === 'failed' ? shown.file : null,
    result: shown?.phase === 'done' ? resultLines(shown, state.root, columns).slice(0, mostIn(rows)) : [],
    notice: view.notice,
    keys: keyLines(keysNow(view, state), columns).slice(0, mostIn(rows)),
  }
  const ones = [parts.isTyping, parts.failedFile !== null, parts.notice !== null].filter(Boolean).length
  return { ...parts, height: ones + parts.result.length + parts.keys.length }
}

/** Whether a question is that of a downgrade, which has a list of its own. */
export const isDowngrade = (confirmation: ViewState['confirmation']): confirmation is Confirmation =>
  confirmation !== null && typeof confirmation !== 'string' && !('risks' in confirmation)

function questionLines(
  state: State,
  confirmation: ViewState['confirmation'],
  columns: number,
  now: number,
): readonly string[] {
  if (confirmation === 'undo') return undoLines(state, columns, now)
  if (confirmation === 'drift') return driftLines(state, columns)
  if (confirmation === 'reset-dev') return resetLines(state, columns)
  if (typeof confirmation === 'string') return stepBackLines(state, confirmation, columns)
  return confirmation === null || isDowngrade(confirmation) ? [] : upgradeLines(confirmation, Math.max(10, columns - 3))
}

/** What going back with stored code comes to, as it was tried on a copy. */
function stepBackLines({ dev }: State, verb: 'reapply' | 'roll-back', columns: number): readonly string[] {
  const width = Math.max(10, columns - 3)
  const found = dev.stepBack?.verb === verb ? dev.stepBack : null
  if (dev.storedCode?.verb === verb) return storedCodeLines(dev.storedCode.code, width)
  if (found === null)
    return wrapText(dev.problem === null ? 'trying it on a copy' : `${dev.problem.message} – any key goes on`, width)
  const { names, lost, problem, snapshot } = found
  const what = verb === 'reapply' ? `re-apply ${names.join(', ')}` : `roll back ${names.toReversed().join(', ')}`
  const instead = snapshot === null ? '' : ` s restores snapshot ${snapshot} of before instead;`
  const keys = problem === null ? 'y/n' : snapshot === null ? 'any of n and esc goes back' : 's/n'
  const result =
    problem === null ? (lost.length === 0 ? 'no row is lost' : lost.join('; ')) : `it does not run: ${problem.message}`
  return wrapText(`${what}: ${result};${instead} ${keys}`, width)
}

/** The question first, which must not be cut off; then of each migration as much as there is room for. */
function storedCodeLines(code: readonly ShownCode[], width: number): readonly string[] {
  const most = Math.max(1, Math.floor(12 / code.length))
  const each = code.flatMap(({ name, id, first, more }) => {
    const shown = first.slice(0, most)
    const rest = more + first.length - shown.length
    const after = rest > 0 ? [`  … ${rest} more ${rest === 1 ? 'line' : 'lines'}`] : []
    return [`${name}  sha256 ${id.slice(0, 12)}`, ...shown.map((line) => `  ${line}`), ...after]
  })
  const question = 'this code is stored in dev, and this project’s devdb did not store it: run it on a copy? y/n'
  return [...wrapText(question, width), ...each.flatMap((line) => wrapText(line, width))]
}

/** What taking drift back comes to, as it was tried on a copy. */
function driftLines({ dev, drift, root }: State, columns: number): readonly string[] {
  const width = Math.max(10, columns - 3)
  const problem = drift.trial === null ? dev.problem : drift.trial.problem
  if (problem !== null)
    return wrapText(
      `${problem.message}${problem.hint === undefined ? '' : `: ${problem.hint}`} – any key goes back`,
      width,
    )
  if (drift.trial === null) return wrapText('trying it on a copy', width)
  return wrapText(`${describeWayBack(drift.trial, shortUrl(dev.url, root))} – go on? y/n`, width)
}

/** What recreating dev loses. */
function resetLines({ dev, root }: State, columns: number): readonly string[] {
  const width = Math.max(10, columns - 3)
  if (dev.reset === null)
    return wrapText(
      dev.problem === null ? 'counting the rows of dev' : `${dev.problem.message} – any key goes on`,
      width,
    )
  return wrapText(`${describeReset(dev.reset.tables, shortUrl(dev.url, root))} – go on? y/n`, width)
}

/** What an undo takes back and discards, or why there is none. */
function undoLines({ dev }: State, columns: number, now: number): readonly string[] {
  const width = Math.max(10, columns - 3)
  if (dev.undo !== null) return wrapText(`${describeUndo(dev.undo, dev.url, now)} – go on? y/n`, width)
  return wrapText(
    dev.problem === null ? 'reading what an undo would take back' : `${dev.problem.message} – any key goes on`,
    width,
  )
}

/** A low screen is not for keys alone. */
const mostIn = (rows: number): number => Math.max(1, Math.floor(rows / 3))

function quittingWords({ dev, draft }: State): string {
  if (dev.running !== null) return 'quits when the change is done; Ctrl-C again stops it, and dev stays'
  return draft?.phase === 'proving' ? 'quits when the proof is done; Ctrl-C again stops it' : 'quitting'
}

/** What is left between header and footer. */
export interface Room {
  readonly hasGaps: boolean
  readonly rows: number
}

/**
 * The room of the body, between gaps where there is enough of it.
 * @param rows of the screen
 * @param footer what stands below
 * @param wanted how many rows the body would like
 */
export function bodyRoom(rows: number, footer: Footer, wanted: number): Room {
  const room = rows - 1 - footer.height
  const hasGaps = room >= 18 || room - 2 >= wanted
  return { hasGaps, rows: hasGaps ? room - 2 : room }
}
