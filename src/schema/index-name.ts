/** What indexes are called. Names of indexes are one namespace per database, shared with its tables. */
import type { Index } from './schema.ts'

/** The name that Sequelize gives an index whose table and columns it knows: https://sequelize.org/docs/v6/other-topics/indexes/ */
export const generatedIndexName = (table: string, { parts, unique }: Index): string =>
  `${underscored([table, ...parts.map(({ column }) => column ?? 'expression')].join('_'))}${unique ? '_unique' : ''}`

/** `ProjectTags` → `project_tags`, as Sequelize has it. */
const underscored = (name: string): string =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, '_')

/**
 * A name that nothing has yet.
 * @param wanted the name, or what it begins with
 * @param isTaken asked in lower case
 */
export function freeIndexName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted
  for (let number = 2; isTaken(name.toLowerCase()); number++) name = `${wanted}_${number}`
  return name
}

/** An index's name after its table was renamed: it follows where it began with the table's name. */
export function renamedIndexName(index: string, from: string, to: string): string {
  for (const change of [(name: string) => name, underscored]) {
    if (index.startsWith(`${change(from)}_`)) return `${change(to)}${index.slice(change(from).length)}`
  }
  return index
}
