/** Why is an upgrade not done unasked, and what is said of it? Pure. */
import { type DraftMark, describeLoss, describeMergedOrder, type RehearsedMigration } from '../event/rehearsal.ts'
import type { RehearsalState, State } from '../event/state.ts'
import { toPlainLine } from '../report/plain-line.ts'
import { wrapText } from './layout.ts'
import { symbols } from './theme.ts'
import { isNo, type Pressed, still, type UpgradeQuestion, type ViewState } from './view.ts'

/**
 * Upgrades dev, or asks first: where a migration was not rehearsed, fails in its rehearsal, loses rows there or must still be edited.
 * @param view the view, without its notice
 * @param state what is true
 * @param target what `Actions.upgrade` gets
 */
export function upgradeOrAsk(view: ViewState, state: State, target: string): Pressed {
  const question = questionOf(state, target)
  return question.risks.length === 0
    ? { view, request: { kind: 'upgrade', target } }
    : still({ ...view, confirmation: question })
}

/**
 * What a key answers. No is the default. Where there are other reasons by then, the question is asked again with them.
 * @param view the view, without its notice
 * @param question what was asked
 * @param state what is true
 * @param name of the key, see `namesOf`
 */
export function answerUpgrade(view: ViewState, question: UpgradeQuestion, state: State, name: string): Pressed {
  const closed = { ...view, confirmation: null }
  if (isNo(name) || name === 'enter') return still(closed)
  if (name !== 'y' && name !== 'Y') return still(view)
  if (state.dev.running !== null) return still(closed, 'a change of the dev database is running')
  const { target, names, risks } = questionOf(state, question.target)
  const isKnown = names.join() === question.names.join() && risks.every((risk) => question.risks.includes(risk))
  return isKnown ? { view: closed, request: { kind: 'upgrade', target } } : upgradeOrAsk(closed, state, target)
}

/**
 * The question, which is never cut off, and its reasons below.
 * @param question what is asked
 * @param width in columns
 */
export function upgradeLines({ names, risks }: UpgradeQuestion, width: number): readonly string[] {
  const what = names.length === 1 ? names[0] : `${names.length} migrations`
  return [
    ...wrapText(toPlainLine(`Upgrade dev with ${what}? [y/N]`), width),
    ...risks.flatMap((risk) =>
      wrapText(toPlainLine(risk), Math.max(10, width - 4)).map(
        (line, index) => `${index === 0 ? '  ! ' : '    '}${line}`,
      ),
    ),
  ]
}

function questionOf({ dev: { board }, rehearsal }: State, target: string): UpgradeQuestion {
  const pending = (board?.migrations ?? []).filter(({ state }) => state === 'pending').map(({ name }) => name)
  const end = target === 'head' ? pending.length : target === '+1' ? 1 : pending.indexOf(target) + 1
  const names = pending.slice(0, end)
  const reasons = names.map((name) => ({ name, text: reasonOf(rehearsal, name, board?.exists === true) }))
  // After one that fails nothing more was tried; that one says it all.
  const failing = reasons.findIndex(({ name }) => rehearsal.results[name]?.up.result === 'failed')
  const counted = failing === -1 ? reasons : reasons.slice(0, failing + 1)
  return {
    target,
    names,
    risks: namedReasons(
      counted.filter(({ text }) => text !== ''),
      names.length,
    ),
  }
}

interface Reason {
  readonly name: string
  readonly text: string
}

/** A reason that several share is said once. */
function namedReasons(reasons: readonly Reason[], count: number): readonly string[] {
  return [...new Set(reasons.map(({ text }) => text))].map((text) => {
    const names = reasons.filter((reason) => reason.text === text).map(({ name }) => name)
    if (count === 1) return text
    return `${names.length > 3 ? `${names.length} migrations` : names.join(', ')}: ${text}`
  })
}

const markWords: Readonly<Record<DraftMark, string>> = {
  'needs-edit': 'its file is still marked needs-edit',
  'not-proven': 'its file is marked NOT PROVEN: its test failed',
}

/** Empty where nothing speaks against it. An absent dev has nothing to lose. */
function reasonOf({ state, results }: RehearsalState, name: string, exists: boolean): string {
  const one = results[name]
  if (one === undefined || one.up.result === 'skipped') {
    if (one === undefined && !exists) return ''
    return state === 'running' ? 'not rehearsed yet' : 'not rehearsed'
  }
  return [...failures(one), ...lossesOfUp(one), ...(one.mark ? [markWords[one.mark]] : [])].join('; ')
}

function failures({ up, down, redo, mergedOrder }: RehearsedMigration): readonly string[] {
  const stages = [
    ['up', up],
    ['down', down],
    ['up again', redo],
  ] as const
  const failed = stages.find(([, { result }]) => result === 'failed')
  return [
    ...(failed === undefined
      ? []
      : [`${failed[0]} ${symbols.failed} in its rehearsal: ${failed[1].problem?.message ?? 'failed'}`]),
    ...(mergedOrder?.result === 'failed' ? describeMergedOrder(mergedOrder) : []),
  ]
}

const lossesOfUp = ({ lost }: RehearsedMigration): readonly string[] =>
  lost.filter(({ direction }) => direction === 'up').map(describeLoss)
