/** What went wrong, where, and what to do next? It stays until it is mended. */

import type { Problem } from '../error.ts'
import type { ProblemLine } from '../report/format-problem.ts'
import { margin, wrappedProblem } from './page.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, symbols } from './theme.ts'

/** A Problem and its room. */
export interface ProblemPanelProps {
  readonly title: string
  readonly problem: Problem
  readonly root: string
  readonly columns: number
  readonly rows: number
}

/** The title, then the Problem; what does not fit is in the log, but the line at fault and the hint are seen first. */
export function ProblemPanel({ title, problem, root, columns, rows }: ProblemPanelProps) {
  const lines = clip(wrappedProblem(problem, root, columns), rows - 1)
  return (
    <>
      <Row columns={columns}>
        <Cell canShrink>
          <Text bold color={colors.bad}>{` ${symbols.failed} ${title}`}</Text>
        </Cell>
      </Row>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <ProblemRow key={index} line={line} columns={columns} />
      ))}
    </>
  )
}

/** One line of a Problem. */
export interface ProblemRowProps {
  readonly line: ProblemLine
  readonly columns: number
}

/** A line in the colour of its part. */
export function ProblemRow({ line: { part, text }, columns }: ProblemRowProps) {
  return (
    <Row columns={columns}>
      <Cell cutsEnd>
        <Text {...looks[part]}>{`${' '.repeat(margin)}${text}`}</Text>
      </Cell>
    </Row>
  )
}

/**
 * How many rows a Problem would like, with its title.
 * @param problem the Problem
 * @param root absolute path of the project
 * @param columns of the terminal
 */
export const problemHeight = (problem: Problem, root: string, columns: number): number =>
  1 + wrappedProblem(problem, root, columns).length

function clip(lines: readonly ProblemLine[], rows: number): readonly ProblemLine[] {
  if (lines.length <= rows) return lines
  const hint = lines.filter(({ part }) => part === 'hint').slice(0, Math.max(0, rows - 2))
  const rest = lines.filter(({ part }) => part !== 'hint' && part !== 'frame')
  const kept = rest.slice(0, Math.max(0, rows - hint.length - 1))
  return rows <= 0 ? [] : [...kept, { part: 'detail', text: '… more in the log (l)' }, ...hint]
}

const looks: Readonly<
  Record<ProblemLine['part'], { readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean }>
> = {
  message: {},
  place: { color: colors.accent },
  frame: { dimColor: true },
  fault: { color: colors.bad },
  statement: { dimColor: true },
  detail: { dimColor: true },
  hint: { color: colors.good },
}
