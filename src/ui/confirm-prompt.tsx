/** What exactly will be reverted? Asked before every downgrade. */

import { sliceAround } from './layout.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'
import type { Confirmation } from './view.ts'

/** The question and its room. */
export interface ConfirmPromptProps {
  readonly confirmation: Confirmation
  readonly columns: number
  readonly rows: number
}

/** The question; several migrations are listed in the order in which they would be reverted. */
export function ConfirmPrompt({ confirmation: { names }, columns, rows }: ConfirmPromptProps) {
  const several = names.length > 1
  const { start, end, after } = sliceAround(several ? names.length : 0, 0, rows - 1)
  return (
    <>
      <Row columns={columns}>
        <Cell canShrink>
          <Text bold color={colors.warn}>{` Downgrade ${several ? `${names.length} migrations` : names[0]}`}</Text>
        </Cell>
        <Cell>
          <Text bold color={colors.warn}>
            {'? y/n'}
          </Text>
        </Cell>
      </Row>
      {(several ? names : []).slice(start, end).map((name) => (
        <Row key={name} columns={columns}>
          <Cell canShrink>{`   ↓ ${name}`}</Cell>
        </Row>
      ))}
      {after > 0 ? <MoreRow columns={columns} count={after} where="below" /> : null}
    </>
  )
}
