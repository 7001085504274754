/** What is worth knowing, though nothing failed? */

import type { Warning } from '../event/state.ts'
import { wrapText } from './layout.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** The warnings and their room. */
export interface WarningPanelProps {
  readonly warnings: readonly Warning[]
  readonly columns: number
  readonly rows: number
}

/** Each warning with its hint. */
export function WarningPanel({ warnings, columns, rows }: WarningPanelProps) {
  const hasHarm = warnings.some(({ isHarm }) => isHarm === true)
  return warningLines(warnings, columns)
    .slice(0, Math.max(0, rows))
    .map((line, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
      <Row key={index} columns={columns}>
        <Cell cutsEnd>
          <Text color={hasHarm ? colors.bad : colors.warn}>{line}</Text>
        </Cell>
      </Row>
    ))
}

/**
 * The lines of all warnings, the newest first.
 * @param warnings the warnings
 * @param columns of the terminal
 */
export function warningLines(warnings: readonly Warning[], columns: number): readonly string[] {
  return warnings
    .toReversed()
    .flatMap(({ problem: { message, hint } }) => [
      ...wrapText(message, columns - 4).map((text, index) => `${index === 0 ? ' ! ' : '   '}${text}`),
      ...(hint === undefined ? [] : wrapText(`→ ${hint}`, columns - 4).map((text) => `   ${text}`)),
    ])
}
