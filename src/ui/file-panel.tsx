/** What would the file of a draft hold? */

import type { DraftState } from '../event/state.ts'
import { shortPath } from '../report/short-path.ts'
import { fileLines } from './draft-words.ts'
import { PanelTitle } from './panel-title.tsx'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'

/** The file and its room. */
export interface FilePanelProps {
  readonly draft: DraftState
  readonly root: string
  /** How many lines it is scrolled down. */
  readonly scrolled: number
  readonly columns: number
  readonly rows: number
}

/** Its name, which lines of how many are seen, and these. */
export function FilePanel({ draft, root, scrolled, columns, rows }: FilePanelProps) {
  const lines = fileLines(draft, columns)
  if (rows < 1 || lines.length === 0) return null
  const room = rows - 1
  const start = Math.max(0, Math.min(scrolled, lines.length - room))
  const seen = lines.slice(start, start + room)
  const position = seen.length === lines.length ? '' : `${start + 1}–${start + seen.length} of ${lines.length}`
  return (
    <>
      <PanelTitle
        columns={columns}
        label="File"
        about={shortPath(draft.file ?? '', root)}
        states={[room === 0 ? `${lines.length} lines` : position]}
      />
      {seen.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <Row key={start + index} columns={columns}>
          <Cell cutsEnd>
            <Text dimColor>{`   ${line}`}</Text>
          </Cell>
        </Row>
      ))}
    </>
  )
}
