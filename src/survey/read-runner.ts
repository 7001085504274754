/** What does a set-up of Umzug call its migrations with? Read from its text: from `resolve`, from `params`, or from `context`. */
import type { Signature, ToolPlace } from '../migration/read-signature.ts'
import { closingAt, destructured, masked, splitValues, valueEnd } from '../migration/source-text.ts'

/**
 * Reads it.
 * @param text what stands between the brackets of `new Umzug(…)`
 * @param source the whole file, for what the text only names
 * @returns null where it does not show
 */
export function readRunner(text: string, source: string): Signature | null {
  const params = optionOf(optionOf(text, 'migrations') ?? '', 'params')
  if (params?.startsWith('[')) return ofArguments(splitValues(params.slice(1, -1)), text, source)
  const call = resolvedCall(text, source)
  if (call !== null) return ofArguments(call, text, source)
  // Umzug 2 passes nothing but what `params` says.
  if (/\bstorageOptions\b|\btraverseDirectories\b/.test(masked(text))) return null
  const place = contextPlace(text, source)
  return place === null ? null : { place: under('context', place), second: null }
}

const under = (key: string, { keys, tool }: ToolPlace): ToolPlace => ({ keys: [key, ...keys], tool })

/**
 * The value of an option of an object literal, also one that is written in short or as a method; null where there is none.
 * @param text an object literal
 * @param name the option
 */
export function optionOf(text: string, name: string): string | null {
  const inner = text.trim().replace(/^\{([\s\S]*)\}$/, '$1')
  for (const entry of splitValues(inner)) {
    const plain = masked(entry)
    const at = /[\w$]/.exec(plain)?.index ?? 0
    const found = /^(?:async\s+)?([\w$]+)\s*(:\s*)?/.exec(plain.slice(at))
    if (found?.[1] !== name) continue
    return found[2] === undefined ? entry.slice(at).trim() : entry.slice(at + found[0].length).trim()
  }
  return null
}

/** The arguments with which a resolver calls the up of a file; null where none does. */
function resolvedCall(text: string, source: string): readonly string[] | null {
  const migrations = optionOf(text, 'migrations') ?? ''
  const resolver = optionOf(migrations, 'resolve') ?? optionOf(migrations, 'customResolver')
  // A list of migrations, which is made elsewhere, or in a function.
  if (resolver === null && migrations.startsWith('{')) return null
  const where = resolver?.includes('.up') ? resolver : source
  const plain = masked(where)
  for (const match of plain.matchAll(/([\w$]*)\s*\)?\s*[?!]?\.up\s*(?:\?\.)?\s*\(/g)) {
    if (/umzug|migrator/i.test(match[1] ?? '')) continue
    const open = match.index + match[0].length - 1
    const values = splitValues(where.slice(open + 1, closingAt(plain, open)))
    if (values.length > 0) return values
  }
  return null
}

function ofArguments([first = '', second]: readonly string[], text: string, source: string): Signature | null {
  const place = argumentPlace(first, text, source)
  return place === null ? null : { place, second: second === undefined ? null : kindOfSecond(second) }
}

function argumentPlace(value: string, text: string, source: string): ToolPlace | null {
  const bare = withoutType(value)
  if (/^(?:\w+\.)?context$/.test(bare)) return contextPlace(text, source)
  if (bare.startsWith('{')) {
    const places = destructured(bare.slice(1, -1)).map(([key, inner]) => {
      const place = key === 'context' ? contextPlace(text, source) : placeOfValue(inner, source)
      return place === null ? null : under(key, place)
    })
    return places.find((place) => place !== null) ?? null
  }
  const tool = placeOfValue(bare, source)
  if (tool !== null) return tool
  // What Umzug hands to the resolver's own up goes on as it is.
  if (!/^\w+$/.test(bare)) return null
  const place = contextPlace(text, source)
  return place === null ? null : under('context', place)
}

/** Where the query interface is in the context. */
function contextPlace(text: string, source: string): ToolPlace | null {
  const value = optionOf(text, 'context')
  return value === null ? null : placeOfValue(value, source)
}

/** Umzug calls a context that is a function: https://github.com/sequelize/umzug#minimal-example */
const returned = (value: string): string => {
  const body = /^(?:async\s*)?\([^)]*\)\s*=>\s*([\s\S]*)$/.exec(value)?.[1]?.trim() ?? value
  const inner = /^\(([\s\S]*)\)$/.exec(body)?.[1]?.trim()
  if (inner !== undefined) return inner
  return body.startsWith('{') && body !== value ? (/\breturn\s+([\s\S]*?)\s*;?\s*\}\s*$/.exec(body)?.[1] ?? body) : body
}

/** Where a value leads to the query interface, or to Sequelize. */
export function placeOfValue(given: string, source: string, depth = 0): ToolPlace | null {
  const value = withoutType(returned(given.trim()))
  if (/\bgetQueryInterface\(\s*\)$|(?:^|\.)(?:queryInterface|qi)$/.test(value))
    return { keys: [], tool: 'queryInterface' }
  if (value.startsWith('{')) {
    const found = destructured(value.slice(1, -1)).flatMap(([key, inner]) => {
      const place = placeOfValue(inner, source, depth + 1)
      return place === null ? [] : [under(key, place)]
    })
    return found.find(({ tool }) => tool === 'queryInterface') ?? found[0] ?? null
  }
  if (/^(?:[\w$]+\.)*(?:sequelize|sequelizeInstance|connection)$/i.test(value) && !/^Sequelize$/.test(value))
    return { keys: [], tool: 'sequelize' }
  const named = depth > 3 || !/^[\w$]+$/.test(value) ? null : definitionOf(value, source)
  if (named !== null) return placeOfValue(named, source, depth + 1)
  return /^db$/.test(value) ? { keys: [], tool: 'sequelize' } : null
}

/** What a name stands for in a file; null where that is not there. */
export function definitionOf(name: string, source: string): string | null {
  const plain = masked(source)
  const found = new RegExp(`\\b(?:const|let|var)\\s+${name.replaceAll('$', '\\$')}\\s*(?::[^=]*)?=\\s*`).exec(plain)
  if (found === null) return null
  const start = found.index + found[0].length
  const end = /\n(?=\s*(?:const|let|var|export|module|async|function|class|\/\/|$))/.exec(plain.slice(start))
  const limit = Math.min(
    valueEnd(plain, start),
    plain[start] === '{' ? closingAt(plain, start) + 1 : start + (end?.index ?? plain.length),
  )
  return source.slice(start, limit).trim()
}

const withoutType = (value: string): string =>
  value
    .replace(/\s+as\s+[\s\S]*$/, '')
    .replace(/!$/, '')
    .trim()

const kindOfSecond = (value: string): Signature['second'] =>
  /(?:^|\.)Sequelize$|^DataTypes$|\.DataTypes$|\.constructor$/.test(withoutType(value)) ? 'Sequelize' : 'other'
