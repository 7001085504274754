/** Does a file stay whose proof failed? */

import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** The file. */
export interface KeepPromptProps {
  /** Relative to the project. */
  readonly file: string
  readonly columns: number
}

/** The question; y and n answer it. */
export function KeepPrompt({ file, columns }: KeepPromptProps) {
  return (
    <Row columns={columns}>
      <Cell canShrink>
        <Text bold color={colors.warn}>{` Keep ${file}`}</Text>
      </Cell>
      <Cell>
        <Text bold color={colors.warn}>
          {', marked as not proven? y/n'}
        </Text>
      </Cell>
    </Row>
  )
}
