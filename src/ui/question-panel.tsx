/** What does a draft need to know, and which answers are there? */

import type { DraftState } from '../event/state.ts'
import { type AnswerLine, answerLines } from './draft-words.ts'
import { sliceAround } from './layout.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, symbols } from './theme.ts'

/** The question and its room. */
export interface QuestionPanelProps {
  readonly draft: DraftState
  /** The question, broken to the width. */
  readonly lines: readonly string[]
  /** Index of the answer with the cursor. */
  readonly cursor: number
  readonly columns: number
  readonly rows: number
  readonly answerRows: number
}

/** The question, then its answers with the digits that give them. */
export function QuestionPanel({ draft, lines, cursor, columns, rows, answerRows }: QuestionPanelProps) {
  const answers = answerLines(draft, columns)
  const isOpen = draft.phase === 'asking'
  const focus = Math.max(
    0,
    answers.findIndex(({ index }) => index === cursor),
  )
  const { before, start, end, after } = sliceAround(answers.length, focus, answerRows)
  return (
    <>
      {lines.slice(0, rows).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <Row key={index} columns={columns}>
          <Cell cutsEnd>
            <Text bold dimColor={!isOpen}>{` ${index === rows - 1 && lines.length > rows ? `${line} …` : line}`}</Text>
          </Cell>
        </Row>
      ))}
      {before > 0 ? <MoreRow columns={columns} count={before} where="above" /> : null}
      {answers.slice(start, end).map((line) => (
        <AnswerRow
          key={`${line.index} ${line.text}`}
          {...{ line, isOpen, columns }}
          isAtCursor={line.index === cursor}
        />
      ))}
      {after > 0 ? <MoreRow columns={columns} count={after} where="below" /> : null}
    </>
  )
}

interface AnswerRowProps {
  readonly line: AnswerLine
  readonly isAtCursor: boolean
  readonly isOpen: boolean
  readonly columns: number
}

function AnswerRow({ line: { number, text }, isAtCursor, isOpen, columns }: AnswerRowProps) {
  return (
    <Row columns={columns}>
      <Cell>
        <Text bold color={colors.accent}>
          {` ${isOpen && isAtCursor && number !== null ? symbols.cursor : ' '} ${(number ?? '').padEnd(3)}`}
        </Text>
      </Cell>
      <Cell cutsEnd>
        <Text bold={isOpen && isAtCursor} dimColor={!isOpen}>
          {text}
        </Text>
      </Cell>
    </Row>
  )
}
