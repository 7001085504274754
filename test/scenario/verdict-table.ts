/** What does devdb detect, and what not? The README's table: phrases of `groups.json`, each under what its scenarios turn out to be. */
import { readFileSync } from 'node:fs'
import { readScenarios, type Scenario } from './scenarios.ts'

/** What becomes of a change. */
type Verdict = 'drafted' | 'nothing' | 'kept'

const groups = JSON.parse(readFileSync(new URL('groups.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, readonly string[]>>>
>

/**
 * The rows: the group, and its phrases by verdict.
 * @throws Error when the scenarios of a phrase differ in their verdicts, or where one belongs to no phrase
 */
export function verdictRows(scenarios: readonly Scenario[] = readScenarios()): readonly (readonly string[])[] {
  const waiting = new Set(scenarios)
  const phraseOf = (phrase: string, patterns: readonly string[]) => {
    const own = [...waiting].filter(({ name }) => patterns.some((pattern) => matches(name, pattern)))
    for (const scenario of own) waiting.delete(scenario)
    const [verdict, ...others] = [...new Set(own.map(verdictOf))]
    if (verdict === undefined || others.length > 0)
      throw new Error(`"${phrase}" in groups.json: ${verdict === undefined ? 'no scenario' : 'several verdicts'}`)
    return { verdict, text: verdict === 'drafted' && own.some(asks) ? `${phrase} (?)` : phrase }
  }
  const rows = Object.entries(groups).map(([group, phrases]) => {
    const found = Object.entries(phrases).map(([phrase, patterns]) => phraseOf(phrase, patterns))
    const cell = (wanted: Verdict): string =>
      found.flatMap(({ verdict, text }) => (verdict === wanted ? [text] : [])).join('<br>')
    return [group, cell('drafted'), cell('nothing'), cell('kept')]
  })
  if (waiting.size > 0) throw new Error(`not in groups.json: ${[...waiting].map(({ name }) => name).join(', ')}`)
  return rows
}

const matches = (name: string, pattern: string): boolean => {
  const [head = '', tail] = pattern.split('*')
  return tail === undefined ? name === pattern : name.startsWith(head) && name.endsWith(tail)
}

function verdictOf({ name, expected, migrated, answers }: Scenario): Verdict {
  if (migrated.length > 0 || /-(?:kept|rebuilt)$/.test(name)) return expected.length > 0 ? 'kept' : 'nothing'
  if (expected.length > 0) return 'drafted'
  return name.startsWith('migrations-only-') || answers.keepsOld === true ? 'kept' : 'nothing'
}

/** Whether a change raises the question of a rename: what an answer calls by its old name is gone without the answer, or two are swapped. */
export const asks = ({ answers, expected }: Scenario): boolean => {
  const renames = [...(answers.renames ?? []), ...(answers.tableRenames ?? [])]
  return renames.some((rename) => {
    const [from, to] = rename.split(':')
    return renames.includes(`${to}:${from}`) || expected.some((line) => line.startsWith(`- ${from}  `))
  })
}
