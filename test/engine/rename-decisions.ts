/** Decides renames between two schemas that are given as SQL, and asks what devdb would ask. */

import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { type Question, renameQuestions } from '../../src/engine/draft-questions.ts'
import {
  decideRenames,
  noAnswers,
  type RememberedRenames,
  type RenameAnswers,
  type RenameDecision,
} from '../../src/engine/draft-renames.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { schemaOf } from '../dialect/sqlite/memory.ts'

export const none: RememberedRenames = noAnswers

export interface Decided extends RenameDecision {
  readonly questions: readonly Question[]
}

const silent: RenameAnswers = { renames: [], tableRenames: [], noRename: false, underscored: false }

/** The decision between schemas. */
export function decideBetween(
  from: Schema,
  to: Schema,
  answers: Partial<RenameAnswers> = {},
  before: RememberedRenames = none,
  accepted: readonly string[] = [],
): Decided {
  const sides = { from, to, fits: () => true }
  const isOpen = (line: string): boolean => !accepted.includes(line)
  const decision = decideRenames(sides, { ...silent, ...answers }, before, sqliteRules, isOpen)
  return { ...decision, questions: renameQuestions(decision.open) }
}

/** The same between what statements make. */
export const decide = async (
  before: string,
  after: string,
  answers: Partial<RenameAnswers> = {},
  earlier: RememberedRenames = none,
  accepted: readonly string[] = [],
): Promise<Decided> => decideBetween(await schemaOf(before), await schemaOf(after), answers, earlier, accepted)

export const kinds = ({ questions }: Decided): readonly string[] => questions.map(({ kind }) => kind)

/** The flags of each question. */
export const optionsOf = ({ questions }: Decided): readonly (readonly string[])[] =>
  questions.map(({ options }) => options.map(({ flag }) => flag))

/** What a command line with these flags says; names are plain ones. */
export function answersOf(flags: readonly string[]): RenameAnswers {
  const words = (flag: string): readonly string[] =>
    flags.flatMap((each) => (each.startsWith(`${flag} `) ? each.split(' ').slice(1) : []))
  return {
    renames: words('--rename'),
    tableRenames: words('--rename-table'),
    noRename: flags.includes('--no-rename'),
    underscored: flags.includes('--underscored'),
  }
}
