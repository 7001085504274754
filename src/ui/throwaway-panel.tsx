/** Is the throwaway database ready, and what did each phase of its build come to? */

import { formatDuration, formatWhen } from '../event/format-duration.ts'
import type { Phase, ThrowawayState } from '../event/state.ts'
import { shortUrl } from '../report/short-path.ts'
import { sliceAround } from './layout.ts'
import { PanelTitle } from './panel-title.tsx'
import { PhaseRow, phaseNameWidth } from './phase-row.tsx'
import { ProgressBar, progressWidth } from './progress-bar.tsx'
import { MoreRow } from './row.tsx'
import { colors, spinnerAt } from './theme.ts'

/** The throwaway database at a time. */
export interface ThrowawayPanelProps {
  readonly throwaway: ThrowawayState
  readonly root: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
  /** How many rows the phases get. */
  readonly rows: number
}

/** The title, then a row for each phase. */
export function ThrowawayPanel({ throwaway, root, now, columns, rows }: ThrowawayPanelProps) {
  const { phases } = throwaway
  const active = phases.findLastIndex(({ state }) => state === 'running' || state === 'failed')
  const { before, start, end, after } = sliceAround(phases.length, Math.max(active, 0), rows)
  const seen = phases.slice(start, end)
  const nameWidth = phaseNameWidth(phases, columns, now)
  const hasCached = phases.some(({ cached }) => cached)
  return (
    <>
      <Title throwaway={throwaway} root={root} now={now} columns={columns} />
      {before > 0 ? <MoreRow columns={columns} count={before} where="above" /> : null}
      {seen.map((phase: Phase) => (
        <PhaseRow key={`${phase.kind} ${phase.name}`} {...{ phase, now, columns, nameWidth, hasCached }} />
      ))}
      {after > 0 ? <MoreRow columns={columns} count={after} where="below" /> : null}
    </>
  )
}

function Title({ throwaway, root, now, columns }: Omit<ThrowawayPanelProps, 'rows'>) {
  const about = shortUrl(throwaway.url, root)
  const { running } = throwaway
  if (running === null) {
    return <PanelTitle columns={columns} label="Throwaway" about={about} {...verdict(throwaway, now)} />
  }
  const elapsedMs = now - running.startedAt
  const elapsed = formatDuration(elapsedMs)
  const spinner = spinnerAt(now)
  const states = [`${spinner} building · ${elapsed}`, `${spinner} ${elapsed}`]
  const width = progressWidth(columns)
  const bar =
    running.estimateMs === null
      ? {}
      : {
          after: <ProgressBar elapsedMs={elapsedMs} estimateMs={running.estimateMs} width={width} />,
          afterWidth: width,
        }
  return <PanelTitle columns={columns} label="Throwaway" about={about} states={states} color={colors.accent} {...bar} />
}

function verdict({ state, builtAt, ms, tables, phases }: ThrowawayState, now: number) {
  const when = builtAt === null ? '' : formatWhen(builtAt, now)
  const clock = when.split(' ').at(-1) ?? ''
  // A change of dev goes before; nothing of what is seen below is in the database that stands.
  const has = (wanted: Phase['state']): boolean => phases.some((phase) => phase.state === wanted)
  if (has('waiting') && !has('failed'))
    return { color: colors.warn, states: ['build cancelled · it starts again', 'starts again'] }
  switch (state) {
    case 'ready': {
      const took = ms === null ? '' : formatDuration(ms)
      const size = phases.length === 0 && tables !== null ? `${tables} ${tables === 1 ? 'table' : 'tables'}` : ''
      return {
        color: colors.good,
        states: [join('ready', size, took, when), join('ready', took, clock), join('ready', took), 'ready'],
      }
    }
    case 'stale':
      return {
        color: colors.warn,
        states: [
          join('stale', when && `the build of ${when} is kept`),
          join('stale', clock && `from ${clock}`),
          join('stale', clock),
          'stale',
        ],
      }
    case 'failed':
      return { color: colors.bad, states: ['failed · there is no throwaway database', 'failed'] }
    case 'absent':
      return { states: ['not built yet', 'absent'] }
  }
}

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ')
