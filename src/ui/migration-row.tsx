/** What is the state of one migration, and what runs on it now? */

import type { MigrationStatus } from '../event/event.ts'
import { formatDuration } from '../event/format-duration.ts'
import type { DevState, RehearsalState } from '../event/state.ts'
import { fittest } from './layout.ts'
import { ProgressBar, progressWidth } from './progress-bar.tsx'
import { orderNote, type RehearsalMood, rehearsalNote } from './rehearsal-words.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, spinnerAt, symbols } from './theme.ts'

/** What a running change has to do with a migration. `done`: made, but not in the dev database before the change ends. */
export type Progress = 'none' | 'waiting' | 'running' | 'done'

/** One migration at a time. */
export interface MigrationRowProps {
  readonly migration: MigrationStatus
  readonly isAtCursor: boolean
  readonly hasFailed: boolean
  readonly progress: Progress
  readonly running: DevState['running']
  readonly rehearsal: RehearsalState
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
}

/** How much of a name is left when a note wants its room, with what stands before it, in columns: of a name that may be cut, less. */
const shortestName = 32
const shortestCutName = 20

const missingNotes = ({ branch }: MigrationStatus): readonly string[] => [
  ...(branch ? [`missing: from branch ${branch}`] : ['missing: applied, but its file is gone']),
  'missing',
]

/**
 * How far a running change is with a migration.
 * @param running the change
 * @param name of the migration
 */
export function progressOf(running: DevState['running'], name: string): Progress {
  if (running === null) return 'none'
  if (running.migration === name) return 'running'
  const index = running.names.indexOf(name)
  if (index === -1) return 'none'
  return index < running.names.indexOf(running.migration ?? '') ? 'done' : 'waiting'
}

/** Cursor, symbol, name, and a note where the state is unusual. */
export function MigrationRow(props: MigrationRowProps) {
  const { migration, isAtCursor, columns } = props
  const { symbol, color, note, noteColor = color } = lookOf(props)
  return (
    <Row columns={columns} right={<Note {...props} note={note} color={noteColor} />}>
      <Cell>
        <Text bold color={colors.accent}>
          {isAtCursor ? ` ${symbols.cursor} ` : '   '}
        </Text>
      </Cell>
      <Cell>
        <Text color={color}>{`${symbol} `}</Text>
      </Cell>
      <Cell canShrink>
        <Text bold={isAtCursor}>{migration.name}</Text>
      </Cell>
    </Row>
  )
}

function Note({
  progress,
  running,
  now,
  columns,
  note,
  color,
}: MigrationRowProps & { readonly note: string; readonly color: string }) {
  if (progress !== 'running' || running === null) return <Text color={color}>{note}</Text>
  const elapsedMs = now - running.startedAt
  return (
    <Text>
      {running.estimateMs === null ? null : (
        <ProgressBar elapsedMs={elapsedMs} estimateMs={running.estimateMs} width={progressWidth(columns)} />
      )}
      <Text>{`  ${formatDuration(elapsedMs)}`}</Text>
    </Text>
  )
}

interface Look {
  readonly symbol: string
  readonly color: string
  readonly note: string
  readonly noteColor?: string
}

const moods: Readonly<Record<RehearsalMood, string>> = {
  good: colors.good,
  warn: colors.warn,
  bad: colors.bad,
  open: colors.accent,
}

function lookOf({ migration, hasFailed, progress, rehearsal, now, columns }: MigrationRowProps): Look {
  if (progress === 'running') return { symbol: spinnerAt(now), color: colors.accent, note: '' }
  if (progress === 'done') return { symbol: symbols.done, color: colors.good, note: '' }
  if (hasFailed) return { symbol: symbols.failed, color: colors.bad, note: 'failed' }
  if (migration.state === 'missing') {
    return {
      symbol: symbols.missing,
      color: colors.warn,
      note: fittest(missingNotes(migration), columns - shortestName),
    }
  }
  if (migration.state === 'applied') {
    const edited = { real: 'edited', cosmetic: 'edited, in its looks only' }[migration.edited ?? 'real']
    const note = migration.edited === null ? '' : edited
    return { symbol: symbols.applied, color: colors.good, note, noteColor: colors.warn }
  }
  const rehearsed = rehearsalNote(rehearsal, migration.name)
  const order = migration.outOfOrder ? orderNote(rehearsal, migration.name) : ''
  const note = [order, rehearsed?.text ?? ''].filter((part) => part !== '').join('  ')
  return {
    symbol: symbols.pending,
    color: colors.warn,
    note: fittest([note, note.replace(/^out of /, '').replace('  ', ' ')], columns - shortestCutName),
    noteColor: rehearsed === null ? colors.warn : moods[rehearsed.mood],
  }
}
