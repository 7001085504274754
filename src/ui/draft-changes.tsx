/** Which changes does a draft make, and which of them are left for another time or accepted as they are? */
import { Text } from 'ink'
import type { ChangeChoice } from '../event/draft-fields.ts'
import type { DraftState } from '../event/state.ts'
import { sliceAround } from './layout.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { colors, symbols } from './theme.ts'

/** The changes and their room. */
export interface DraftChangesProps {
  readonly changes: DraftState['changes']
  /** False while a question is open: what becomes of each is said afterwards. */
  readonly hasMarks: boolean
  /** Index of the change with the cursor; null while none can be marked. */
  readonly cursor: number | null
  readonly columns: number
  readonly rows: number
}

const marks: Readonly<Record<ChangeChoice, string>> = { drafted: '[x]', left: '[ ]', accepted: '[a]' }

/** A line for each, with a mark that says what becomes of it; those that do not fit are counted. */
export function DraftChanges({ changes, hasMarks, cursor, columns, rows }: DraftChangesProps) {
  const { before, start, end, after } = sliceAround(changes.length, cursor ?? 0, rows)
  return (
    <>
      {before > 0 ? <MoreRow columns={columns} count={before} where="above" /> : null}
      {changes.slice(start, end).map(({ line, choice }, index) => (
        <Row key={line} columns={columns}>
          <Cell>
            <Text bold color={colors.accent}>
              {start + index === cursor ? ` ${symbols.cursor} ` : '   '}
            </Text>
          </Cell>
          {hasMarks ? (
            <Cell>
              <Text {...lookOf(choice)}>{`${marks[choice]} `}</Text>
            </Cell>
          ) : null}
          <Cell cutsEnd>
            <Text bold={start + index === cursor} dimColor={!hasMarks || choice !== 'drafted'}>
              {line}
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
