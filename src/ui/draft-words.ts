/** What is told of a draft, in lines? Pure. */
import type { DraftState } from '../event/state.ts'
import { toPlainLine } from '../report/plain-line.ts'
import { shortPath } from '../report/short-path.ts'
import { wrapText } from './layout.ts'
import { symbols } from './theme.ts'

/**
 * What became of it.
 * @param draft one that is done
 * @param root absolute path of the project
 * @param columns of the terminal
 */
export function resultLines({ file, proof, changes }: DraftState, root: string, columns: number): readonly string[] {
  const accepted = changes.filter(({ choice }) => choice === 'accepted').length
  const parts = [
    ...(file === null ? [] : [`${shortPath(file, root)} ${proofWords(proof)}`]),
    ...(accepted === 0 ? [] : [`${accepted} ${accepted === 1 ? 'difference' : 'differences'} accepted`]),
  ]
  return hanging(symbols.done, parts.join('; '), columns, 1)
}

function proofWords(proof: DraftState['proof']): string {
  if (proof === null || proof.up === 'unproven') return 'needs-edit: look for TODO'
  if (proof.down === 'unproven') return `up ${proof.up}, down needs-edit: look for TODO`
  return `up ${proof.up}, down ${proof.down}, up again ${proof.redo}`
}

/**
 * What it may cost, what else should be known, and what its way back keeps.
 * @param draft the draft
 * @param columns of the terminal
 */
export function remarkLines({ hazards, notes, keepsColumns }: DraftState, columns: number): readonly string[] {
  return [
    ...hazards.flatMap((hazard) => hanging('!', hazard, columns)),
    ...notes.flatMap((note) => hanging('!', note, columns)),
    ...(keepsColumns ? hanging('·', 'down keeps the columns that are added', columns) : []),
  ]
}

/** One line of an answer; `number` is null on those after its first. */
export interface AnswerLine {
  readonly index: number
  readonly number: string | null
  readonly text: string
}

/** How wide cursor and number are, in columns. */
const answerIndent = 6

/**
 * The answers to its question, broken to the width of the screen.
 * @param draft the draft
 * @param columns of the terminal
 */
export const answerLines = ({ question }: DraftState, columns: number): readonly AnswerLine[] =>
  (question?.options ?? []).flatMap((option, index) =>
    wrapText(toPlainLine(option), columns - answerIndent - 1).map((text, line) => ({
      index,
      number: line === 0 ? String(index + 1) : null,
      text,
    })),
  )

/** Its question, broken to the width of the screen. */
export const questionLines = ({ question }: DraftState, columns: number): readonly string[] =>
  question === null ? [] : wrapText(toPlainLine(question.text), columns - 2)

/** One line of a change; `isFirst` is false on those after its first. */
export interface ChangeLine {
  readonly index: number
  readonly isFirst: boolean
  readonly text: string
}

/** How wide cursor and mark are, in columns. */
const changeIndent = { withMark: 7, withoutMark: 3 } as const

/**
 * Its changes, broken to the width of the screen.
 * @param draft the draft
 * @param columns of the terminal
 */
export const changeLines = ({ changes, question }: DraftState, columns: number): readonly ChangeLine[] => {
  const indent = question === null ? changeIndent.withMark : changeIndent.withoutMark
  return changes.flatMap(({ line }, index) =>
    wrapped(toPlainLine(line), columns - indent - 1).map((text, part) => ({ index, isFirst: part === 0, text })),
  )
}

/**
 * The text of its file, broken to the width of the screen.
 * @param draft the draft
 * @param columns of the terminal
 */
export const fileLines = ({ text }: DraftState, columns: number): readonly string[] =>
  text === null
    ? []
    : text
        .trimEnd()
        .split('\n')
        .flatMap((line) => wrapped(toPlainLine(line), columns - 4))

/** A line whose further parts begin a little deeper than it does. */
function wrapped(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line]
  const depth = line.length - line.trimStart().length
  const indent = ' '.repeat(Math.min(depth, Math.floor(width / 3)))
  const text = line.trimStart()
  const [first = ''] = wrapText(text, width - indent.length)
  const rest = wrapText(text.slice(first.length).trimStart(), width - indent.length - 2)
  return [`${indent}${first}`, ...rest.filter((part) => part !== '').map((part) => `${indent}  ${part.trimStart()}`)]
}

/** A text after a mark, its further lines below its first word. */
function hanging(mark: string, text: string, columns: number, indent = 3): readonly string[] {
  const start = indent + mark.length + 1
  return wrapText(toPlainLine(text), columns - start - 1).map((line, index) =>
    index === 0 ? `${' '.repeat(indent)}${mark} ${line}` : `${' '.repeat(start)}${line}`,
  )
}
