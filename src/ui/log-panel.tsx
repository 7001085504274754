/** What happened so far? The last events, then every open problem in full. */

import type { State } from '../event/state.ts'
import { clockWidth, type LogLine, logLines } from './page.ts'
import { PanelTitle } from './panel-title.tsx'
import { ProblemRow } from './problem-panel.tsx'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'

/** The log and its room. */
export interface LogPanelProps {
  readonly state: State
  /** How many lines it is scrolled up from its end. */
  readonly scrolled: number
  readonly columns: number
  readonly rows: number
}

/** The end of the log, or an earlier part of it. */
export function LogPanel({ state, scrolled, columns, rows }: LogPanelProps) {
  const lines = logLines(state, columns)
  const room = Math.max(1, rows - 1)
  const end = Math.max(Math.min(room, lines.length), lines.length - scrolled)
  const start = Math.max(0, end - room)
  const position = lines.length <= room ? '' : `${start + 1}–${end} of ${lines.length}`
  return (
    <>
      <PanelTitle columns={columns} label="Log" about=".devdb/devdb.log" states={[position]} />
      {lines.slice(start, end).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <LogRow key={index} line={line} columns={columns} />
      ))}
    </>
  )
}

function LogRow({ line, columns }: { readonly line: LogLine; readonly columns: number }) {
  if ('problem' in line) return <ProblemRow line={line.problem} columns={columns} />
  return (
    <Row columns={columns}>
      <Cell width={clockWidth}>
        <Text dimColor>{` ${line.clock}`}</Text>
      </Cell>
      <Cell cutsEnd>{line.text}</Cell>
    </Row>
  )
}
