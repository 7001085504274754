/** What a draft cannot know: questions, each with a flag for every answer. */
import type { MigrationFile } from '../migration/migration-folder.ts'
import type { Change } from '../schema/change.ts'
import { type RenameCandidate, renameCandidates } from '../schema/rename.ts'

/** A question, and the flags of which one answers it. */
export interface Question {
  readonly id: string
  readonly kind: 'rename-column' | 'rename-table' | 'not-up-to-date'
  readonly text: string
  readonly options: readonly { readonly text: string; readonly flag: string }[]
}

/** Was what is gone renamed? */
export const renameQuestions = (changes: readonly Change[]): readonly Question[] =>
  renameCandidates(changes).map(renameQuestion)

function renameQuestion({ table, from, to }: RenameCandidate): Question {
  const full = (name: string): string => (table === null ? name : `${table}.${name}`)
  const flag = table === null ? '--rename-table' : '--rename'
  return {
    id: `rename ${full(from)}`,
    kind: table === null ? 'rename-table' : 'rename-column',
    text: `${full(from)} is gone: was it renamed?`,
    options: [
      ...to.map((name) => ({
        text: `renamed to ${full(name)}`,
        flag: `${flag} ${shellWord(`${full(from)}:${full(name)}`)}`,
      })),
      { text: 'no, dropped with what it holds', flag: '--no-rename' },
    ],
  }
}

/** As it is typed in a POSIX shell. */
const shellWord = (word: string): string =>
  /^[\p{L}\p{N}_.:/-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** Upgrade first, or draft on top? */
export const notUpToDate = (pending: readonly MigrationFile[]): Question => ({
  id: 'not-up-to-date',
  kind: 'not-up-to-date',
  text: `dev has ${pending.length} pending: ${pending.map(({ name }) => name).join(', ')}; upgrade it first (devdb upgrade), or draft on top of them`,
  options: [{ text: 'draft on top of them; the proof runs them first', flag: '--on-top' }],
})
