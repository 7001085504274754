/** How a fault of the configuration is told: where it is, what is wrong, and what was meant. */

import { nearest } from '../schema/nearest.ts'
import { userConfigSchema } from './user-config-schema.ts'
import * as z from './zod.ts'

/** A fault: its path in the file, and what was expected. */
export type Fault = string

/**
 * One line for an issue; of a union that failed, the faults of the alternative that came closest.
 * @param issue what the schema found
 * @param above the path of the union that it was found in
 */
export function faultsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): readonly Fault[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union') {
    const deeper = issue.errors.filter((inner) =>
      inner.some(({ path: at, code }) => at.length > 0 || code === 'unrecognized_keys'),
    )
    if (deeper.length === 1 && deeper[0] !== undefined) return deeper[0].flatMap((inner) => faultsOf(inner, path))
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${written([...path, key])}: is not an option${meantBy(path, key)}`)
  }
  return [`${written(path)}: ${issue.message.replace(/^Invalid input: /, '')}`]
}

const written = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('') || 'the file'

/** What a key was meant to be, as far as the options at its place tell. */
function meantBy(path: readonly PropertyKey[], key: string): string {
  const schema = z.toJSONSchema(userConfigSchema, { unrepresentable: 'any' })
  const meant = nearest(key, keysAt([schema], path))
  return meant === null ? '' : `; did you mean ${meant}?`
}

/** All keys that may stand at a path. */
function keysAt(schemas: readonly z.core.JSONSchema.BaseSchema[], path: readonly PropertyKey[]): readonly string[] {
  const open = schemas.flatMap((schema) => [schema, ...(schema.anyOf ?? [])]) as z.core.JSONSchema.BaseSchema[]
  const [part, ...rest] = path
  if (part === undefined) return open.flatMap(({ properties }) => Object.keys(properties ?? {}))
  const inner = open.map(({ properties, items }) => (typeof part === 'number' ? items : properties?.[String(part)]))
  return keysAt(inner.filter((one) => typeof one === 'object') as z.core.JSONSchema.BaseSchema[], rest)
}
