/** Which drops and additions are one thing with another name: what was answered, and what is a question still. */
import { applyChanges } from '../schema/apply-changes.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { isSameInWords } from '../schema/likeness.ts'
import {
  columnCandidates,
  type RenameCandidate,
  type RenameEvidence,
  type SwapCandidate,
  swapCandidates,
  tableCandidates,
} from '../schema/rename.ts'
import type { EqualityRules } from '../schema/rules.ts'
import { assertDistinct, columnRename, tableRename } from './rename-words.ts'

/** What the command line answers. */
export interface RenameAnswers {
  /** Such as `users.nick:users.nickname`. */
  readonly renames: readonly string[]
  /** Such as `people:users`. */
  readonly tableRenames: readonly string[]
  /** Nothing is a rename beyond those that are given. */
  readonly noRename: boolean
  /** Whatever differs only in how its words are joined was renamed. */
  readonly underscored: boolean
}

/** What was answered earlier, in the words of the command line. */
export interface RememberedRenames {
  readonly renames: readonly string[]
  readonly tableRenames: readonly string[]
  /** Columns such as `users.nick`, or pairs such as `users.a <> users.b`, that were not renamed. */
  readonly notRenamed: readonly string[]
  readonly notRenamedTables: readonly string[]
}

/** Answers of both: those of a later moment beside those of an earlier one. */
export const joinAnswers = (a: RememberedRenames, b: Partial<RememberedRenames>): RememberedRenames => ({
  renames: [...a.renames, ...(b.renames ?? [])],
  tableRenames: [...a.tableRenames, ...(b.tableRenames ?? [])],
  notRenamed: [...a.notRenamed, ...(b.notRenamed ?? [])],
  notRenamedTables: [...a.notRenamedTables, ...(b.notRenamedTables ?? [])],
})

/** The answers of now, and those of earlier about things of which they say nothing. */
export function keepAnswers(now: RememberedRenames, earlier: RememberedRenames): RememberedRenames {
  const subject = (words: string): string => words.split(':')[0]!
  const add = (own: readonly string[], others: readonly string[], old: readonly string[]): readonly string[] => {
    const known = new Set([...own, ...others].map(subject))
    return [...own, ...old.filter((words) => !known.has(subject(words)))].sort()
  }
  return {
    renames: add(now.renames, now.notRenamed, earlier.renames),
    tableRenames: add(now.tableRenames, now.notRenamedTables, earlier.tableRenames),
    notRenamed: add(now.notRenamed, now.renames, earlier.notRenamed),
    notRenamedTables: add(now.notRenamedTables, now.tableRenames, earlier.notRenamedTables),
  }
}

/** No answers. */
export const noAnswers: RememberedRenames = { renames: [], tableRenames: [], notRenamed: [], notRenamedTables: [] }

/** What is known of renames, and what must be asked. */
export interface RenameDecision {
  /** Tables first. */
  readonly renames: readonly Change[]
  readonly open: {
    /** What differs only in how its words are joined: one answer is enough for all of it. */
    readonly underscored: readonly RenameCandidate[]
    readonly others: readonly RenameCandidate[]
    readonly swaps: readonly SwapCandidate[]
  }
  /** All answers that still decide something. */
  readonly remembered: RememberedRenames
}

type Settled = { readonly to: string } | 'not renamed' | 'open'

/**
 * Decides what can be decided.
 * @param sides the migrations' schema, the models', and what the present rows say
 * @param answers of the command line
 * @param before answers that were given earlier
 * @param rules when two things are the same
 * @param isOpen of the changes' lines those that are to be drafted: about what is accepted or left out nobody is asked
 * @throws DevdbError `usage` for a rename of or to what is not there
 */
export function decideRenames(
  sides: RenameEvidence,
  answers: RenameAnswers,
  before: RememberedRenames,
  rules: EqualityRules,
  isOpen: (line: string) => boolean = () => true,
): RenameDecision {
  const { from, to } = sides
  const left = (renames: readonly Change[]) =>
    diff(applyChanges(from, renames), to, { rules, isFromModels: true }).filter((change) =>
      isOpen(describeChange(change)),
    )
  const settle = (candidate: RenameCandidate): Settled => {
    const full = fullName(candidate.table)
    const earlier = candidate.table === null ? before.tableRenames : before.renames
    const rejected = candidate.table === null ? before.notRenamedTables : before.notRenamed
    const sameWords = candidate.to.find((name) => isSameInWords(candidate.from, name))
    if (answers.underscored && sameWords !== undefined) return { to: sameWords }
    const known = candidate.to.find((name) => earlier.includes(`${full(candidate.from)}:${full(name)}`))
    if (known !== undefined && !answers.noRename) return { to: known }
    return answers.noRename || rejected.includes(full(candidate.from)) ? 'not renamed' : 'open'
  }

  const toldTables = answers.tableRenames.map((words) => tableRename(words, from, to))
  const contested = answers.noRename ? 'not renamed' : 'open'
  const tables = settleAll(tableCandidates(left(toldTables), sides), settle, contested)
  const tableRenames = [...toldTables, ...tables.renames]
  // Questions about columns of a table whose own question is open are asked with it, as if its likeliest answer were given.
  const assumed = [...tableRenames, ...likelyRenames(tables.open)]

  const base = applyChanges(from, assumed)
  const toldColumns = answers.renames.map((words) => columnRename(words, base, to, assumed))
  assertDistinct([...toldTables, ...toldColumns])
  const evidence = { ...sides, from: base }
  const changes = left([...assumed, ...toldColumns])
  const columns = settleAll(columnCandidates(changes, evidence), settle, contested)
  // A column that has only just got its name has exchanged it with no other one.
  const told = (swap: SwapCandidate): boolean =>
    toldColumns.some(
      (each) =>
        each.kind === 'rename-column' &&
        each.table === swap.table &&
        [each.from, each.to].some((name) => swap.columns.includes(name)),
    )
  const swaps = swapCandidates(changes).filter((swap) => !told(swap))
  const isRemembered = ({ table, columns: [a, b] }: SwapCandidate): boolean =>
    !answers.noRename &&
    [`${table}.${a}:${table}.${b}`, `${table}.${b}:${table}.${a}`].every((words) => before.renames.includes(words))
  const remembered = swaps.filter(isRemembered)
  const known = remembered.filter((swap) => !remembered.some((other) => other !== swap && sharesColumn(swap, other)))
  const rest = swaps.filter((swap) => !known.some((other) => sharesColumn(swap, other)))
  const isRejected = (swap: SwapCandidate): boolean => answers.noRename || before.notRenamed.includes(swapName(swap))
  const columnRenames = [...toldColumns, ...columns.renames, ...known.flatMap(swapRenames)]
  const renames = [...tableRenames, ...columnRenames]
  assertDistinct(renames)
  const open = [...tables.open, ...columns.open]
  const joined = unrivalled(open.filter(isJoinedOtherwise))
  const underscored = joined.length > 1 ? joined : []
  return {
    renames,
    open: {
      underscored,
      others: open.filter((each) => !underscored.includes(each)),
      swaps: rest.filter((swap) => !isRejected(swap)),
    },
    remembered: {
      tableRenames: tableRenames
        .flatMap((each) => (each.kind === 'rename-table' ? [`${each.table}:${each.to}`] : []))
        .sort(),
      renames: columnRenames.flatMap((each) => (each.kind === 'rename-column' ? [wordsOf(each)] : [])).sort(),
      notRenamedTables: tables.rejected.map(({ from: name }) => name).sort(),
      notRenamed: [
        ...columns.rejected.map((each) => fullName(each.table)(each.from)),
        ...rest.filter(isRejected).map(swapName),
      ].sort(),
    },
  }
}

/**
 * What candidates come to. A name that one answer takes is offered to nobody else; one that two answers take has none.
 * @param contested what becomes of candidates whose answers want the same name
 */
function settleAll(
  candidates: readonly RenameCandidate[],
  settle: (candidate: RenameCandidate) => Settled,
  contested: Settled,
) {
  const wanted = candidates.flatMap((each) => {
    const settled = settle(each)
    return typeof settled === 'string' ? [] : [{ ...each, to: [settled.to] }]
  })
  const taken = unrivalled(wanted).map((each) => endOf(each))
  const resultOf = (each: RenameCandidate): Settled => {
    const settled = settle(each)
    return typeof settled === 'string' || taken.includes(endOf({ ...each, to: [settled.to] })) ? settled : contested
  }
  const open = candidates
    .filter((each) => resultOf(each) === 'open')
    .map((each) => ({ ...each, to: each.to.filter((name) => !taken.includes(endOf({ ...each, to: [name] }))) }))
  return {
    renames: candidates.flatMap((each) => renameOf(each, resultOf(each))),
    open: open.filter(({ to }) => to.length > 0),
    rejected: candidates.filter((each) => resultOf(each) === 'not renamed'),
  }
}

/** Those whose likeliest name nobody else of them wants. */
function unrivalled(candidates: readonly RenameCandidate[]): readonly RenameCandidate[] {
  const ends = candidates.map(endOf)
  return candidates.filter((_, index) => ends.indexOf(ends[index]!) === ends.lastIndexOf(ends[index]!))
}

const endOf = (candidate: RenameCandidate): string => JSON.stringify([candidate.table, likeliest(candidate)])

const sharesColumn = (a: SwapCandidate, b: SwapCandidate): boolean =>
  a.table === b.table && a.columns.some((name) => b.columns.includes(name))

/** Of what may be called, the first. */
export const likeliest = ({ to }: RenameCandidate): string => to[0]!

const isJoinedOtherwise = (each: RenameCandidate): boolean => isSameInWords(each.from, likeliest(each))

/** A name as it is written in an answer. */
export const fullName =
  (table: string | null) =>
  (name: string): string =>
    table === null ? name : `${table}.${name}`

/** The pair as it is remembered when it was not swapped. */
export const swapName = ({ table, columns: [a, b] }: SwapCandidate): string => `${table}.${a} <> ${table}.${b}`

const wordsOf = ({ table, from, to }: { table: string; from: string; to: string }): string =>
  `${table}.${from}:${table}.${to}`

function renameOf({ table, from }: RenameCandidate, settled: Settled): readonly Change[] {
  if (typeof settled === 'string') return []
  return [
    table === null
      ? { kind: 'rename-table', table: from, to: settled.to }
      : { kind: 'rename-column', table, from, to: settled.to },
  ]
}

const swapRenames = ({ table, columns: [a, b] }: SwapCandidate): readonly Change[] => [
  { kind: 'rename-column', table, from: a, to: b },
  { kind: 'rename-column', table, from: b, to: a },
]

/** What would be answered: the first name that is not taken by then; those with the same words choose first. */
function likelyRenames(open: readonly RenameCandidate[]): readonly Change[] {
  const taken = new Set<string>()
  const isLater = (each: RenameCandidate): boolean => !isJoinedOtherwise(each)
  return [...open.filter(isJoinedOtherwise), ...open.filter(isLater)].flatMap((each) => {
    const to = each.to.find((name) => !taken.has(name))
    if (to === undefined) return []
    taken.add(to)
    return renameOf(each, { to })
  })
}
