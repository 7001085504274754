/** What a draft cannot know: questions, each with a flag for every answer. */

import type { MigrationFile } from '../migration/migration-folder.ts'
import { shellWord } from '../process/shell-word.ts'
import type { RenameCandidate, SwapCandidate } from '../schema/rename.ts'
import { fullName, likeliest, type RememberedRenames, type RenameDecision, swapName } from './draft-renames.ts'

/** A question, and the flags of which one answers it. */
export interface Question {
  readonly id: string
  readonly kind: 'rename-column' | 'rename-table' | 'underscored' | 'not-up-to-date'
  readonly text: string
  readonly options: readonly Option[]
}

/** One answer: its flag for a command line, and what it says. */
export interface Option {
  readonly text: string
  readonly flag: string
  readonly answer: Partial<RememberedRenames> & { readonly onTop?: true }
}

/** Was what is gone renamed? */
export const renameQuestions = ({ underscored, others, swaps }: RenameDecision['open']): readonly Question[] => {
  // What the one answer is about is not offered for anything else.
  const claimed = new Set(underscored.map((each) => fullName(each.table)(likeliest(each))))
  const rest = others.flatMap((each) => {
    const to = each.to.filter((name) => !claimed.has(fullName(each.table)(name)))
    return to.length === 0 ? [] : [{ ...each, to }]
  })
  return [
    ...(underscored.length === 0 ? [] : [underscoredQuestion(underscored)]),
    ...rest.map(renameQuestion),
    ...swaps.map(swapQuestion),
  ]
}

const notRenamed = '--no-rename'

function underscoredQuestion(candidates: readonly RenameCandidate[]): Question {
  const pairs = candidates.map((each) => `${fullName(each.table)(each.from)} → ${likeliest(each)}`)
  const some = pairs.length > 3 ? `${pairs.slice(0, 3).join(', ')}, …` : pairs.join(', ')
  return {
    id: 'underscored',
    kind: 'underscored',
    text: `${pairs.length} names are now joined otherwise (${some}): were they renamed?`,
    options: [
      { text: 'all of them were renamed', flag: '--underscored', answer: renamedAll(candidates) },
      { text: 'no, dropped with what they hold', flag: notRenamed, answer: rejected(candidates) },
    ],
  }
}

const wordsOf = ({ table, from }: RenameCandidate, to: string): string =>
  `${fullName(table)(from)}:${fullName(table)(to)}`

const renamedAll = (candidates: readonly RenameCandidate[]): Partial<RememberedRenames> => ({
  tableRenames: candidates.filter(({ table }) => table === null).map((each) => wordsOf(each, likeliest(each))),
  renames: candidates.filter(({ table }) => table !== null).map((each) => wordsOf(each, likeliest(each))),
})

const rejected = (candidates: readonly RenameCandidate[]): Partial<RememberedRenames> => ({
  notRenamedTables: candidates.filter(({ table }) => table === null).map(({ from }) => from),
  notRenamed: candidates.filter(({ table }) => table !== null).map(({ table, from }) => fullName(table)(from)),
})

function renameQuestion(candidate: RenameCandidate): Question {
  const { table, from, to } = candidate
  const full = fullName(table)
  const flag = table === null ? '--rename-table' : '--rename'
  return {
    id: `rename ${full(from)}`,
    kind: table === null ? 'rename-table' : 'rename-column',
    text: `${full(from)} is gone: was it renamed?`,
    options: [
      ...to.map((name) => ({
        text: `renamed to ${full(name)}`,
        flag: `${flag} ${shellWord(wordsOf(candidate, name))}`,
        answer: { [table === null ? 'tableRenames' : 'renames']: [wordsOf(candidate, name)] },
      })),
      { text: 'no, dropped with what it holds', flag: notRenamed, answer: rejected([candidate]) },
    ],
  }
}

function swapQuestion(swap: SwapCandidate): Question {
  const [a, b] = swap.columns
  const full = fullName(swap.table)
  const renames = [`${full(a)}:${full(b)}`, `${full(b)}:${full(a)}`]
  return {
    id: `swap ${full(a)} ${full(b)}`,
    kind: 'rename-column',
    text: `${full(a)} and ${full(b)} have exchanged their types: did they exchange their names?`,
    options: [
      {
        text: 'yes, each takes the name of the other',
        flag: `--rename ${renames.map(shellWord).join(' ')}`,
        answer: { renames },
      },
      {
        text: 'no, each stays where it is and is converted',
        flag: notRenamed,
        answer: { notRenamed: [swapName(swap)] },
      },
    ],
  }
}

/** Upgrade first, or draft on top? */
export const notUpToDate = (pending: readonly MigrationFile[]): Question => ({
  id: 'not-up-to-date',
  kind: 'not-up-to-date',
  text: `dev has ${pending.length} pending: ${pending.map(({ name }) => name).join(', ')}; upgrade it first (devdb upgrade), or draft on top of them`,
  options: [{ text: 'draft on top of them; the proof runs them first', flag: '--on-top', answer: { onTop: true } }],
})
