/** Where is the dev database among its migrations, and what runs on it? */

import { Fragment, type ReactNode } from 'react'
import type { Problem } from '../error.ts'
import type { Board } from '../event/event.ts'
import { formatClock, formatDuration } from '../event/format-duration.ts'
import type { DevState, RehearsalState } from '../event/state.ts'
import { shortUrl } from '../report/short-path.ts'
import { sliceAround } from './layout.ts'
import { MigrationRow, progressOf } from './migration-row.tsx'
import { PanelTitle } from './panel-title.tsx'
import { placeFindings, RehearsalPanel } from './rehearsal-panel.tsx'
import { reversalLines } from './reversal-lines.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { rowLossLines } from './row-loss-lines.ts'
import { Text } from './text.tsx'
import { colors, spinnerAt } from './theme.ts'

/** The dev database at a time. */
export interface DevPanelProps {
  /** What stands below the migrations. */
  readonly children?: ReactNode
  readonly dev: DevState
  readonly rehearsal: RehearsalState
  /** What it found, by the migration's name. */
  readonly findings: ReadonlyMap<string, readonly string[]>
  readonly root: string
  /** Whether the models need what no migration gives. */
  readonly needsDraft: boolean
  /** Index of the migration with the cursor; -1 when there are none. */
  readonly cursor: number
  /** The Problem on screen, whose migration is marked. */
  readonly problem: Problem | null
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
  /** How many rows the migrations get. */
  readonly rows: number
  /** How many rows what was found about them gets. */
  readonly findingRows: number
}

/** The title, a row for each migration, and what the last change came to. */
export function DevPanel({
  children,
  dev,
  rehearsal,
  findings,
  findingRows,
  root,
  needsDraft,
  cursor,
  problem,
  now,
  columns,
  rows,
}: DevPanelProps) {
  const migrations = dev.board?.migrations ?? []
  const runningIndex = migrations.findIndex(({ name }) => name === dev.running?.migration)
  const { before, start, end, after } = sliceAround(
    migrations.length,
    Math.max(0, runningIndex === -1 ? cursor : runningIndex),
    rows,
  )
  const seen = migrations.slice(start, end)
  const shown = new Map([...findings].filter(([name]) => seen.some((migration) => migration.name === name)))
  const placed = placeFindings(shown, migrations[cursor]?.name, { columns, rows: findingRows })
  return (
    <>
      <PanelTitle columns={columns} label="Dev" about={shortUrl(dev.url, root)} {...titleOf(dev, needsDraft, now)} />
      {before > 0 ? <MoreRow columns={columns} count={before} where="above" /> : null}
      {seen.map((migration, index) => (
        <Fragment key={migration.name}>
          <MigrationRow
            migration={migration}
            isAtCursor={start + index === cursor}
            hasFailed={problem?.migration === migration.name}
            progress={progressOf(dev.running, migration.name)}
            {...{ running: dev.running, rehearsal, now, columns }}
          />
          <RehearsalPanel findings={[]} rows={0} {...placed.get(migration.name)} columns={columns} />
        </Fragment>
      ))}
      {after > 0 ? <MoreRow columns={columns} count={after} where="below" /> : null}
      {children}
      {dev.last === null || dev.reversal !== null ? null : <LastRow last={dev.last} columns={columns} />}
      {rowLossLines(dev).map((line) => (
        <Row key={line} columns={columns}>
          <Cell cutsEnd>
            <Text color={colors.warn}>{line}</Text>
          </Cell>
        </Row>
      ))}
      {reversalLines(dev.reversal, columns).map((line) => (
        <Row key={line} columns={columns}>
          <Cell cutsEnd>
            <Text color={colors.accent}>{line}</Text>
          </Cell>
        </Row>
      ))}
    </>
  )
}

function LastRow({ last, columns }: { readonly last: NonNullable<DevState['last']>; readonly columns: number }) {
  return (
    <Row columns={columns} right={<Text dimColor>{formatClock(last.at)}</Text>}>
      <Cell cutsEnd>
        <Text color={colors.good}>{`   ✓ ${last.text}`}</Text>
      </Cell>
    </Row>
  )
}

function titleOf({ running, board, problem }: DevState, needsDraft: boolean, now: number) {
  if (running !== null) return { states: runningStates(running, now), color: colors.accent }
  if (board === null)
    return { states: [problem === null ? 'reading' : 'not readable'], ...(problem ? { color: colors.bad } : {}) }
  if (!board.exists) return { states: absentStates(board, needsDraft), color: colors.warn }
  return boardTitle(board)
}

/** Without migrations there is nothing that could create it. */
function absentStates({ migrations }: Board, needsDraft: boolean): readonly string[] {
  if (migrations.length > 0) return ['absent — u creates it', 'absent']
  return needsDraft ? ['absent — g drafts a migration for it', 'absent — g drafts one', 'absent'] : ['absent']
}

function boardTitle({ migrations }: Board) {
  const count = (state: string) => migrations.filter((migration) => migration.state === state).length
  const [applied, pending, missing] = [count('applied'), count('pending'), count('missing')]
  const counts = [`${applied} applied`, `${pending} pending`, ...(missing > 0 ? [`${missing} missing`] : [])]
  const color = missing > 0 ? colors.warn : pending > 0 ? colors.accent : colors.good
  return { states: [counts.join(' · '), counts.slice(1).join(' · '), `${pending} pending`], color }
}

const verbs = {
  upgrade: 'upgrading',
  downgrade: 'downgrading',
  reset: 'recreating',
  restore: 'restoring',
  reapply: 're-applying',
  'roll-back': 'rolling back',
  drift: 'settling drift',
} as const

function runningStates({ direction, names, migration, startedAt }: NonNullable<DevState['running']>, now: number) {
  const spinner = spinnerAt(now)
  const verb = verbs[direction]
  const index = names.indexOf(migration ?? '')
  const place = names.length > 1 && index !== -1 ? ` ${index + 1} of ${names.length}` : ''
  return [`${spinner} ${verb}${place} · ${formatDuration(now - startedAt)}`, `${spinner} ${verb}${place}`, spinner]
}
