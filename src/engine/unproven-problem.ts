/** What a draft leaves behind that is not as it should be. */
import { type BrokenObject, describeObject } from '../dialect/broken-object.ts'
import type { Problem } from '../error.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'

/** The Problem of a draft that ran and did not do what it is for. */
export const unprovenProblem = (message: string, details: readonly string[]): Problem => ({
  code: 'draft-unproven',
  message,
  details,
})

/** Triggers and views that are not there any more, except those of tables that the schema does not have. */
export function lostObjects(before: Schema, now: Schema, schema: Schema): readonly string[] {
  const names = ({ tables, views }: Schema): readonly string[] => [
    ...Object.values(tables).flatMap(({ triggers }) => triggers.map(({ name }) => `trigger ${name}`)),
    ...views.map(({ name }) => `view ${name}`),
  ]
  const expected = Object.values(before.tables).filter(({ name }) => schema.tables[name] !== undefined)
  const tables = Object.fromEntries(expected.map((table) => [table.name, table]))
  const present = new Set(names(now))
  return names({ ...before, tables })
    .filter((name) => !present.has(name))
    .map((name) => `- ${name}`)
}

/** The tables that changes concern, under the names that they have before and after. */
export const touchedTables = (changes: readonly Change[]): readonly string[] =>
  changes.flatMap((change) => [change.table, ...(change.kind === 'rename-table' ? [change.to] : [])])

/** What the draft would leave behind without its tables or columns. */
export function brokenProblem(when: string, broken: readonly BrokenObject[]): Problem {
  const details = broken.map((each) => `${describeObject(each)} does not work: ${each.reason}`)
  return unprovenProblem(`${when} ${details[0]}`, details)
}
