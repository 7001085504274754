/** Random drops and additions: whatever is answered, devdb stops asking, and what it remembers says the same again. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Question } from '../../src/engine/draft-questions.ts'
import { joinAnswers } from '../../src/engine/draft-renames.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { schemaOf } from '../dialect/sqlite/memory.ts'
import { answersOf, type Decided, decideBetween, none } from './rename-decisions.ts'

const numRuns = 100
const columns = fc.dictionary(
  fc.constantFrom('a', 'b', 'ab', 'a_b', 'aB', 'nick', 'nickname', 'nick_name', 'c', 'd'),
  fc.constantFrom('TEXT', 'TEXT', 'TEXT NOT NULL DEFAULT 0', 'INTEGER', 'INTEGER REFERENCES keep'),
  { minKeys: 1, maxKeys: 5, noNullPrototype: true },
)
const schema = fc.dictionary(fc.constantFrom('t', 'T_', 'people', 'users', 'user_s'), columns, {
  maxKeys: 3,
  noNullPrototype: true,
})
type Random = typeof schema extends fc.Arbitrary<infer Value> ? Value : never

/** SQLite tells no names apart by their capitals. */
const statementsOf = (tables: Random): string =>
  [
    'CREATE TABLE keep (id INTEGER PRIMARY KEY)',
    ...Object.entries(tables).map(([table, own]) => {
      const entries = Object.entries(own).filter(
        ([name], index, all) => all.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) === index,
      )
      return `CREATE TABLE "${table}" (id INTEGER PRIMARY KEY, ${entries.map((entry) => entry.join(' ')).join(', ')})`
    }),
  ].join('; ')

const picks = fc.array(fc.nat(), { minLength: 30, maxLength: 30 })

async function check(property: (from: Schema, to: Schema, numbers: readonly number[]) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(schema, schema, picks, async (before, after, numbers) => {
      property(await schemaOf(statementsOf(before)), await schemaOf(statementsOf(after)), numbers)
    }),
    { numRuns },
  )
}

const optionOf = ({ options }: Question, number: number) => options[number % options.length]!

/** Whether two of the answers want one thing to have two names, or two things to have one. */
function contradict(flags: readonly string[]): boolean {
  const { renames, tableRenames } = answersOf(flags)
  const ends = [...renames, ...tableRenames].flatMap((words) => words.split(':').map((end, side) => `${side} ${end}`))
  return new Set(ends).size < ends.length
}

/** Columns of a table are asked about as if it had its likeliest name. */
const isOfTables = ({ kind }: Question): boolean => kind !== 'rename-column'

test('a command that is repeated with one flag of each question asks nothing any more, or says that two of them contradict', async () => {
  let answered = 0
  let refused = 0
  await check((from, to, numbers) => {
    const { questions } = decideBetween(from, to)
    const flags = questions.map(
      (question, index) => optionOf(question, isOfTables(question) ? 0 : numbers[index]!).flag,
    )
    const repeat = (): Decided => decideBetween(from, to, answersOf(flags))
    if (contradict(flags)) {
      refused++
      expect(repeat).toThrow(expect.objectContaining({ code: 'usage' }))
      return
    }
    if (questions.length > 1) answered++
    expect(repeat().questions.map(({ text }) => text)).toEqual([])
  })
  expect([answered, refused].every((number) => number > 0)).toBe(true)
})

test('somebody who answers one question after the other comes to an end, and what is remembered says the same without asking', async () => {
  let longest = 0
  await check((from, to, numbers) => {
    let given = none
    let decided = decideBetween(from, to)
    let count = 0
    for (; decided.questions.length > 0; count++) {
      expect(count).toBeLessThan(20)
      const { onTop: _, ...answer } = optionOf(decided.questions[0]!, numbers[count]!).answer
      given = joinAnswers(given, answer)
      decided = decideBetween(from, to, {}, given)
    }
    longest = Math.max(longest, count)
    const again = decideBetween(from, to, {}, decided.remembered)
    expect([again.questions, again.remembered, again.renames]).toEqual([[], decided.remembered, decided.renames])
  })
  expect(longest).toBeGreaterThan(2)
})

test('--no-rename renames nothing and asks nothing, also beside answers of earlier', async () => {
  await check((from, to, numbers) => {
    const given = decideBetween(from, to).questions.reduce((all, question, index) => {
      const { onTop: _, ...answer } = optionOf(question, numbers[index]!).answer
      return joinAnswers(all, answer)
    }, none)
    const { renames, questions } = decideBetween(from, to, { noRename: true }, given)
    expect([renames, questions]).toEqual([[], []])
  })
})
