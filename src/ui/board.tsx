/** The main view: how do the two databases stand, and what is wrong? Shares the rows among its panels. */

import type { State } from '../event/state.ts'
import { cursorIndex } from './cursor.ts'
import { DevPanel } from './dev-panel.tsx'
import { DriftRow, driftWords } from './drift-row.tsx'
import { shareRows } from './layout.ts'
import { ModelsPanel, modelsHeight } from './models-panel.tsx'
import { dismissedNow, type OpenProblem, openProblems } from './open-problems.ts'
import { ProblemPanel, problemHeight } from './problem-panel.tsx'
import { findingRows } from './rehearsal-panel.tsx'
import { findingLines } from './rehearsal-words.ts'
import { reversalLines } from './reversal-lines.ts'
import { rowLossLines } from './row-loss-lines.ts'
import { Text } from './text.tsx'
import { ThrowawayPanel } from './throwaway-panel.tsx'
import type { ViewState } from './view.ts'
import { WarningPanel, warningLines } from './warning-panel.tsx'

/** The main view and its room. */
export interface BoardProps {
  readonly state: State
  readonly view: ViewState
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
  readonly rows: number
}

const leastProblem = 8
/** Of a list that is cut at both ends, one row is left of three: a tall screen spares two more. */
const leastMigrationsIn = (rows: number): number => (rows >= 14 ? 5 : 3)
const leastPhases = 2
const mostFindings = 8

/** Throwaway, dev, what the models need, problems, warnings. */
export function Board({ state, view, now, columns, rows }: BoardProps) {
  const { throwaway, dev, drift, rehearsal, models, root, warnings } = state
  const hasDatabases = hasDatabasesIn(state)
  const dismissed = dismissedNow(state, view)
  const problems = openProblems(state, dismissed)
  const findings = findingsIn(state)
  const room = share(state, problems, columns, rows - titleRows(state, columns))
  const slots = gapSlots(state, problems)
  const isOpen = (slot: GapSlot): boolean => slots.slice(0, room.gaps).includes(slot)
  return (
    <>
      {hasDatabases ? (
        <>
          <ThrowawayPanel {...{ throwaway, root, now, columns, rows: room.phases }} />
          <Gap isOpen={isOpen('dev')} />
          <DevPanel
            {...{ dev, rehearsal, findings, root, now, columns, rows: room.migrations }}
            findingRows={room.findings}
            needsDraft={models.changes !== null && models.changes.length > 0}
            cursor={cursorIndex(dev.board, view.cursor)}
            problem={dev.problem === dismissed ? null : dev.problem}
          >
            <DriftRow drift={drift} columns={columns} />
          </DevPanel>
          <Gap isOpen={isOpen('models')} />
          <ModelsPanel models={models} columns={columns} rows={room.models} />
          <Gap isOpen={isOpen('problems')} />
        </>
      ) : null}
      {problems.map(({ title, problem }, index) => (
        <ProblemPanel key={title} {...{ title, problem, root, columns, rows: room.problems[index] ?? 0 }} />
      ))}
      <Gap isOpen={isOpen('warnings')} />
      <WarningPanel warnings={warnings} columns={columns} rows={room.warnings} />
    </>
  )
}

/** What an empty line may stand before. */
type GapSlot = 'dev' | 'models' | 'problems' | 'warnings'

/** The empty lines that are wanted, the most important one first. */
function gapSlots({ models, warnings }: State, problems: readonly OpenProblem[]): readonly GapSlot[] {
  const isAfterDev = problems.length > 0 || warnings.length > 0
  return [
    'dev',
    ...(isAfterDev ? (['problems'] as const) : []),
    ...(modelsHeight(models) > 0 ? (['models'] as const) : []),
    ...(problems.length > 0 && warnings.length > 0 ? (['warnings'] as const) : []),
  ]
}

/** What the rehearsal found about each migration, while nothing runs on dev. */
function findingsIn({ dev, rehearsal }: State): ReadonlyMap<string, readonly string[]> {
  const migrations = dev.running === null ? (dev.board?.migrations ?? []) : []
  const found = migrations.map(({ name }) => [name, findingLines(rehearsal.results[name])] as const)
  return new Map(found.filter(([, lines]) => lines.length > 0))
}

function wishesOf(state: State, problems: readonly OpenProblem[], columns: number, rows: number) {
  const { throwaway, dev, models, root, warnings } = state
  const leastMigrations = leastMigrationsIn(rows)
  const migrations = dev.board?.migrations.length ?? 0
  return [
    { least: leastMigrations, most: Math.min(leastMigrations, migrations) },
    ...problems.map(({ problem }) => ({ least: leastProblem, most: problemHeight(problem, root, columns) })),
    { least: leastPhases, most: throwaway.phases.length },
    { least: 1, most: Math.min(mostFindings, findingRows([...findingsIn(state).values()].flat(), columns).length) },
    { least: 3, most: modelsHeight(models) },
    { least: 2, most: warningLines(warnings, columns).length },
    { least: 0, most: gapSlots(state, problems).length },
    { least: 0, most: Math.max(0, migrations - leastMigrations) },
  ]
}

/** A few migrations are always seen; the rest of them comes last, for there may be hundreds. */
function share(state: State, problems: readonly OpenProblem[], columns: number, rows: number) {
  const [leastMigrationRows = 0, ...heights] = shareRows(rows, wishesOf(state, problems, columns, rows))
  const [phases = 0, findings = 0, models = 0, warnings = 0, gaps = 0, moreMigrations = 0] = heights.slice(
    problems.length,
  )
  return {
    problems: heights.slice(0, problems.length),
    phases,
    findings,
    models,
    warnings,
    gaps,
    migrations: leastMigrationRows + moreMigrations,
  }
}

/**
 * How many rows the board would like.
 * @param state what is true
 * @param view the Problem that the user put away
 * @param columns of the terminal
 */
export function boardHeight(
  state: State,
  view: Pick<ViewState, 'dismissed' | 'confirmation'>,
  columns: number,
): number {
  const wishes = wishesOf(state, openProblems(state, dismissedNow(state, view)), columns, 0)
  return titleRows(state, columns) + wishes.reduce((sum, { most }) => sum + most, 0)
}

const hasDatabasesIn = ({ throwaway, dev }: State): boolean => throwaway.url !== '' || dev.url !== ''

const titleRows = (state: State, columns: number): number =>
  (hasDatabasesIn(state) ? 2 : 0) +
  (state.dev.last === null || state.dev.reversal !== null ? 0 : 1) +
  rowLossLines(state.dev).length +
  reversalLines(state.dev.reversal, columns).length +
  driftRows(state)

/** The drift is told below the migrations, in one row. */
const driftRows = (state: State): number => (hasDatabasesIn(state) && driftWords(state.drift).length > 0 ? 1 : 0)

const Gap = ({ isOpen }: { readonly isOpen: boolean }) => (isOpen ? <Text> </Text> : null)
