/** What does the migration to draft do? One line to type it in. */

import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, symbols } from './theme.ts'
import type { Typing } from './view.ts'
import { typedPart } from './view-message.ts'

/** What was typed so far. */
export interface MessagePromptProps {
  readonly typing: Typing
  readonly columns: number
}

const label = ' Message  '

/** The part of the line around its cursor, which is a character: the terminal's own is hidden, and colour may be off. */
export function MessagePrompt({ typing, columns }: MessagePromptProps) {
  const { before, after } = typedPart(typing, columns - label.length - 1)
  return (
    <Row columns={columns}>
      <Cell>
        <Text bold color={colors.warn}>
          {label}
        </Text>
      </Cell>
      <Cell cutsEnd>
        <Text>
          {before}
          <Text color={colors.accent}>{symbols.caret}</Text>
          {after}
        </Text>
      </Cell>
    </Row>
  )
}
