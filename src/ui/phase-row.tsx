/** What did one phase of the build come to? */

import { formatDuration } from '../event/format-duration.ts'
import type { Phase } from '../event/state.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, spinnerAt, symbols } from './theme.ts'

/** One phase at a time. */
export interface PhaseRowProps {
  readonly phase: Phase
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
  /** Width of the column of names. */
  readonly nameWidth: number
  /** Some phase came from the cache, so that there is a column for the word. */
  readonly hasCached: boolean
}

/** In fewer columns there is no room for what a phase says. */
const leastForSummary = 56

/** Symbol, name, what it says, how long it took. */
export function PhaseRow({ phase, now, columns, nameWidth, hasCached }: PhaseRowProps) {
  const { symbol, color } = lookOf(phase, now)
  const isQuiet = phase.state === 'waiting' || phase.state === 'skipped'
  return (
    <Row columns={columns} right={<Timing phase={phase} now={now} hasCached={hasCached} />}>
      <Cell width={5}>
        <Text {...(color === undefined ? { dimColor: true } : { color })}>{`   ${symbol}`}</Text>
      </Cell>
      <Cell width={nameWidth}>
        <Text dimColor={isQuiet}>{phase.name}</Text>
      </Cell>
      {columns < leastForSummary || phase.summary === null ? null : (
        <Cell cutsEnd>
          <Text dimColor>{`   ${phase.summary}`}</Text>
        </Cell>
      )}
    </Row>
  )
}

function Timing({ phase, now, hasCached }: Pick<PhaseRowProps, 'phase' | 'now' | 'hasCached'>) {
  return (
    <Text>
      <Text dimColor={phase.state !== 'running'}>{timeOf(phase, now)}</Text>
      {hasCached ? <Text color={colors.accent}>{phase.cached ? '  cached' : '        '}</Text> : null}
    </Text>
  )
}

/** Symbol with what stands before it, and the column that stays free at the right edge with the gap before the time. */
const around = 5 + 3
const gapBeforeSummary = 3
/** A time that grows must not push the names to and fro. */
const leastForTime = 7

/**
 * How wide the column of names is: as the longest name, where time and summary leave the room.
 * @param phases all of them
 * @param columns of the terminal
 * @param now milliseconds since 1970
 */
export function phaseNameWidth(phases: readonly Phase[], columns: number, now: number): number {
  const longest = Math.max(6, ...phases.map(({ name }) => name.length))
  const times = Math.max(leastForTime, ...phases.map((phase) => timeOf(phase, now).length))
  const free = columns - around - times - (phases.some(({ cached }) => cached) ? '  cached'.length : 0)
  if (columns < leastForSummary) return Math.min(longest, free)
  // What a running step prints changes all the time, and is cut instead.
  const said = phases.filter(({ state }) => state !== 'running').map(({ summary }) => summary?.length ?? 0)
  const beside = free - gapBeforeSummary - Math.max(0, ...said)
  return Math.min(longest, free, Math.max(24, Math.floor(columns * 0.3), beside))
}

function timeOf({ state, startedAt, ms }: Phase, now: number): string {
  if (state === 'running') return formatDuration(now - (startedAt ?? now))
  if (state === 'skipped') return 'skipped'
  return ms === null || state === 'waiting' ? '' : formatDuration(ms)
}

function lookOf({ state }: Phase, now: number): { readonly symbol: string; readonly color?: string } {
  switch (state) {
    case 'done':
      return { symbol: symbols.done, color: colors.good }
    case 'failed':
      return { symbol: symbols.failed, color: colors.bad }
    case 'running':
      return { symbol: spinnerAt(now), color: colors.accent }
    case 'waiting':
    case 'skipped':
      return { symbol: symbols.waiting }
  }
}
