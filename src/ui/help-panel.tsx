/** What do the keys and the symbols mean? */

import { helpLines, termWidth } from './page.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** The help and its room. */
export interface HelpPanelProps {
  /** How many lines it is scrolled down. */
  readonly scrolled: number
  readonly columns: number
  readonly rows: number
}

/** The table of keys, then the symbols. */
export function HelpPanel({ scrolled, columns, rows }: HelpPanelProps) {
  const lines = helpLines(columns)
  const start = Math.max(0, Math.min(scrolled, lines.length - rows))
  return lines.slice(start, start + rows).map(([term, text], index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
    <Row key={index} columns={columns}>
      <Cell width={termWidth}>
        <Text bold color={colors.accent}>{` ${term}`}</Text>
      </Cell>
      <Cell cutsEnd>{text}</Cell>
    </Row>
  ))
}
