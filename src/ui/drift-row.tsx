/** Does dev differ from its migrations? One row, where it does. */

import type { DriftState } from '../event/state.ts'
import { fittest } from './layout.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** Says that there is drift, and which key shows it. */
export function DriftRow({ drift, columns }: { readonly drift: DriftState; readonly columns: number }) {
  const texts = driftWords(drift)
  if (texts.length === 0) return null
  return (
    <Row columns={columns}>
      <Cell cutsEnd>
        <Text color={colors.warn}>{`   ! ${fittest(texts, columns - 6)}`}</Text>
      </Cell>
    </Row>
  )
}

/** What is said, in ever fewer words; nothing where dev is what its migrations made. */
export function driftWords({ objects, stale }: DriftState): readonly string[] {
  const count = objects?.length ?? 0
  if (count > 0)
    return [
      `${count === 1 ? 'one thing differs' : `${count} things differ`} from what the migrations made: D`,
      `${count} ${count === 1 ? 'differs' : 'differ'} from the migrations: D`,
    ]
  return stale.length === 0 ? [] : [`ignored, but no longer true: ${stale.join('; ')}`]
}
