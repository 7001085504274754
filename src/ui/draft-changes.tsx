/** Which changes does a draft make, and which of them are left for another time or accepted as they are? */

import type { ChangeChoice } from '../event/draft-fields.ts'
import type { DraftState } from '../event/state.ts'
import type { ChangeLine } from './draft-words.ts'
import { sliceAround } from './layout.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, symbols } from './theme.ts'

/** The changes and their room. */
export interface DraftChangesProps {
  readonly changes: DraftState['changes']
  /** What is seen of them. */
  readonly lines: readonly ChangeLine[]
  /** False while a question is open: what becomes of each is said afterwards. */
  readonly hasMarks: boolean
  /** Index of the change with the cursor; null while none can be marked. */
  readonly cursor: number | null
  readonly columns: number
  readonly rows: number
}

const marks: Readonly<Record<ChangeChoice, string>> = { drafted: '[x]', left: '[ ]', accepted: '[a]' }

/** Each with a mark that says what becomes of it; the lines that do not fit are counted. */
export function DraftChanges({ changes, lines, hasMarks, cursor, columns, rows }: DraftChangesProps) {
  const focus = lines.findIndex(({ index }) => index === cursor)
  const { before, start, end, after } = sliceAround(lines.length, Math.max(0, focus), rows)
  return (
    <>
      {before > 0 ? <MoreRow columns={columns} count={before} where="above" /> : null}
      {lines.slice(start, end).map(({ index, isFirst, text }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <Row key={start + place} columns={columns}>
          <Cell>
            <Text bold color={colors.accent}>
              {isFirst && index === cursor ? ` ${symbols.cursor} ` : '   '}
            </Text>
          </Cell>
          {hasMarks ? (
            <Cell>
              <Text {...lookOf(changes[index]!.choice)}>{isFirst ? `${marks[changes[index]!.choice]} ` : '    '}</Text>
            </Cell>
          ) : null}
          <Cell cutsEnd>
            <Text bold={index === cursor} dimColor={!hasMarks || changes[index]!.choice !== 'drafted'}>
              {text}
            </Text>
          </Cell>
        </Row>
      ))}
      {after > 0 ? <MoreRow columns={columns} count={after} where="below" /> : null}
    </>
  )
}

const lookOf = (choice: ChangeChoice): { readonly color?: string; readonly dimColor?: boolean } =>
  choice === 'left' ? { dimColor: true } : { color: choice === 'drafted' ? colors.good : colors.warn }
