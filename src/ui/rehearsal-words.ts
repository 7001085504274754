/** What does the rehearsal say of a migration? Pure. */
import { describeLoss, describeMergedOrder, type RehearsedMigration, type Stage } from '../event/rehearsal.ts'
import type { RehearsalState } from '../event/state.ts'
import { symbols } from './theme.ts'

/** How good it looks: `good`, `warn` where something is lost or found, `bad` where it fails. */
export type RehearsalMood = 'good' | 'warn' | 'bad' | 'open'

const marks: Readonly<Record<Stage['result'], string>> = {
  ok: symbols.done,
  failed: symbols.failed,
  irreversible: '–',
  skipped: symbols.waiting,
}

/**
 * The note beside a pending migration, such as `up ✓ down ✓`.
 * @param rehearsal what is known
 * @param name of the migration
 * @returns null where nothing is known of it
 */
export function rehearsalNote(
  { state, results }: RehearsalState,
  name: string,
): { readonly text: string; readonly mood: RehearsalMood } | null {
  const one = results[name]
  if (one === undefined) {
    if (state === 'running') return { text: 'rehearsing', mood: 'open' }
    return state === 'waiting' || state === 'failed' ? { text: 'not rehearsed', mood: 'open' } : null
  }
  const older = state === 'older' ? ' older' : ''
  return { text: `up ${markOf(one, 'up')} down ${markOf(one, 'down')}${older}`, mood: moodOf(one) }
}

/** A direction that works, but loses or leaves something, is marked as such: colour alone says nothing. */
function markOf(one: RehearsedMigration, direction: 'up' | 'down'): string {
  if (direction === 'down' && one.redo.result === 'failed') return marks.failed
  const { result } = one[direction]
  const isLost = one.lost.some((loss) => loss.direction === direction)
  const isFound = direction === 'up' ? one.lints.length > 0 : one.schemaRestored === false
  return result === 'ok' && (isLost || isFound) ? symbols.found : marks[result]
}

const orders = { same: symbols.done, differs: symbols.differs, failed: symbols.failed } as const

/**
 * What is said of a migration that is pending below applied ones: whether it makes the same in name order.
 * @param rehearsal what is known
 * @param name of the migration
 */
export function orderNote({ results }: RehearsalState, name: string): string {
  const merged = results[name]?.mergedOrder
  return merged ? `out of order ${orders[merged.result]}` : 'out of order'
}

function moodOf(one: RehearsedMigration): RehearsalMood {
  const stages = [one.up, one.down, one.redo]
  if (stages.some(({ result }) => result === 'failed')) return 'bad'
  if (one.up.result === 'skipped') return 'open'
  if (one.mergedOrder?.result === 'failed') return 'bad'
  const isSame = (one.mergedOrder?.result ?? 'same') === 'same'
  const isClean = one.lost.length + one.lints.length === 0 && one.schemaRestored !== false && isSame
  return isClean && one.down.result === 'ok' ? 'good' : 'warn'
}

/**
 * What was found, a line each; none where all is well.
 * @param one the migration's rehearsal, or undefined where there is none
 */
export function findingLines(one: RehearsedMigration | undefined): readonly string[] {
  if (one === undefined) return []
  const problems = new Set(
    [one.up, one.down, one.redo].flatMap(({ result, problem }) =>
      result === 'failed' && problem !== null ? [problem.message] : [],
    ),
  )
  return [
    ...problems,
    ...(one.down.result === 'irreversible' ? ['it has no down'] : []),
    ...[...one.lost, ...(one.changed ?? [])].map(describeLoss),
    ...describeMergedOrder(one.mergedOrder),
    ...one.leftovers.map((line) => `down leaves ${line}`),
    ...one.lints.map(({ message }) => message),
  ]
}
