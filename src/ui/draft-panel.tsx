/** Which migration is being drafted, what is asked of the developer, and what would be written? */

import type { DraftState } from '../event/state.ts'
import { shortPath } from '../report/short-path.ts'
import { DraftChanges } from './draft-changes.tsx'
import { chosenIndex, shareDraft } from './draft-layout.ts'
import { changeLines, questionLines, remarkLines } from './draft-words.ts'
import { FilePanel } from './file-panel.tsx'
import { PanelTitle } from './panel-title.tsx'
import { ProblemPanel } from './problem-panel.tsx'
import { QuestionPanel } from './question-panel.tsx'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, spinnerAt } from './theme.ts'
import type { DraftView } from './view.ts'

/** A draft, how it is looked at, and its room. */
export interface DraftPanelProps {
  readonly draft: DraftState
  readonly view: DraftView
  readonly root: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
  readonly rows: number
}

/** What was said of it, then the question or the changes, what they may cost, and the text of the file. */
export function DraftPanel({ draft, view, root, now, columns, rows }: DraftPanelProps) {
  const room = shareDraft(draft, root, columns, rows)
  const { problem, file, changes } = draft
  const hasQuestion = draft.question !== null
  const canMark = !hasQuestion && (draft.phase === 'preview' || draft.phase === 'preparing')
  const cursor = chosenIndex(
    changes.map(({ line }) => line),
    view.chosen,
  )
  return (
    <>
      <PanelTitle columns={columns} label="Draft" about={draft.message} {...titleOf(draft, now)} />
      {room.running > 0 && file !== null ? (
        <ProvingRow file={shortPath(file, root)} now={now} columns={columns} />
      ) : null}
      <QuestionPanel
        lines={questionLines(draft, columns)}
        {...{ draft, columns }}
        cursor={chosenIndex(draft.question?.options ?? [], view.chosen)}
        rows={room.question}
        answerRows={room.answers}
      />
      {room.gap > 0 && hasQuestion ? <Text> </Text> : null}
      <DraftChanges
        changes={changes}
        lines={changeLines(draft, columns)}
        hasMarks={!hasQuestion}
        cursor={canMark ? cursor : null}
        columns={columns}
        rows={room.changes}
      />
      <Remarks lines={remarkLines(draft, columns)} columns={columns} rows={room.remarks} />
      {room.gap > 0 && !hasQuestion ? <Text> </Text> : null}
      <FilePanel {...{ draft, root, columns }} scrolled={view.scrolled} rows={room.file} />
      {problem === null || room.problem === 0 ? null : (
        <ProblemPanel title="It did not work" {...{ problem, root, columns }} rows={room.problem} />
      )}
    </>
  )
}

function ProvingRow({ file, now, columns }: { readonly file: string; readonly now: number; readonly columns: number }) {
  return (
    <Row columns={columns}>
      <Cell>
        <Text color={colors.accent}>{`   ${spinnerAt(now)} proving `}</Text>
      </Cell>
      <Cell canShrink>
        <Text color={colors.accent}>{file}</Text>
      </Cell>
      <Cell>
        <Text color={colors.accent}>{' up, down, up'}</Text>
      </Cell>
    </Row>
  )
}

interface RemarksProps {
  readonly lines: readonly string[]
  readonly columns: number
  readonly rows: number
}

function Remarks({ lines, columns, rows }: RemarksProps) {
  const shown = lines.length <= rows ? lines : lines.slice(0, Math.max(0, rows - 1))
  return (
    <>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <Row key={index} columns={columns}>
          <Cell cutsEnd>
            <Text color={colors.warn}>{line}</Text>
          </Cell>
        </Row>
      ))}
      {shown.length < lines.length && rows > 0 ? (
        <MoreRow columns={columns} count={lines.length - shown.length} where="below" />
      ) : null}
    </>
  )
}

function titleOf({ phase, file, changes }: DraftState, now: number) {
  const spinner = spinnerAt(now)
  const count = (wanted: string): number => changes.filter(({ choice }) => choice === wanted).length
  const [drafted, left, accepted] = [count('drafted'), count('left'), count('accepted')]
  const others = [...(left > 0 ? [`${left} left`] : []), ...(accepted > 0 ? [`${accepted} accepted`] : [])]
  switch (phase) {
    case 'preparing':
      return { states: [`${spinner} preparing`, spinner], color: colors.accent }
    case 'asking':
      return { states: ['a question', '?'], color: colors.warn }
    case 'preview':
    case 'proving':
    case 'done':
      if (changes.length === 0) return { states: ['the models need no migration', 'not needed'], color: colors.good }
      return { states: [[`${drafted} drafted`, ...others].join(' · '), `${drafted} drafted`] }
    case 'failed':
      return { states: [file === null ? 'failed' : 'not proven', 'failed'], color: colors.bad }
  }
}
