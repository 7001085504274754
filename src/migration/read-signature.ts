/** How is a migration called, as its own text shows it? Its parameters are counted, and their use decides; a parameter's name decides nothing. */
import { closingAt, destructured, masked, splitValues, valueEnd } from './source-text.ts'

/** What migrations work through. */
export type Tool = 'queryInterface' | 'sequelize'

/** The keys that lead from a migration's first argument to its tool: none where it is the first argument. */
export interface ToolPlace {
  readonly keys: readonly string[]
  readonly tool: Tool
}

/** What a migration expects. */
export interface Signature {
  /** Null where its text does not show it. */
  readonly place: ToolPlace | null
  /** What its second parameter is: Sequelize, with the types of columns, or something of the project's own; null where it takes none. */
  readonly second: 'Sequelize' | 'other' | null
}

interface FoundFunction {
  readonly parameters: readonly string[]
  /** Masked. */
  readonly body: string
}

/**
 * Reads the signature of a migration's up.
 * @param source the file's text
 * @returns null where no up is found
 */
export function readSignature(source: string): Signature | null {
  const found = findFunction(masked(source), 'up')
  if (found === null) return null
  const [first, second] = found.parameters
  return {
    place: first === undefined ? null : placeOf(first, found.body),
    second: second === undefined ? null : kindOfSecond(second, found.body),
  }
}

/** What a migration's up calls its second parameter; null where it has none. */
export function secondParameter(source: string): string | null {
  const name = nameOf(findFunction(masked(source), 'up')?.parameters[1] ?? '')
  return name === '' ? null : name
}

/** Finds a function by the name under which it is exported. */
function findFunction(text: string, name: string): FoundFunction | null {
  for (const match of text.matchAll(new RegExp(`(?<![\\w$])${name}\\b`, 'g'))) {
    const before = text.slice(0, match.index)
    if (/\.\s*$/.test(before) && !/\bexports\.\s*$/.test(before)) continue
    const after = skip(text, match.index + name.length)
    const found = text[after] === '(' || text[after] === '<' ? functionAt(text, after) : assignedAt(text, after)
    if (found !== null) return found
  }
  return null
}

const skip = (text: string, at: number): number => at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)

/** `up: async () => …`, `up = function () {…}`, `const up: Type = async () => …`, `up: named`. */
function assignedAt(text: string, at: number): FoundFunction | null {
  const sign = text[at]
  if (sign !== ':' && (sign !== '=' || /[=>]/.test(text[at + 1] ?? ''))) return null
  const value = functionAt(text, skip(text, at + 1))
  if (value !== null) return value
  const rest = text.slice(at + 1, valueEnd(text, at + 1))
  // Behind its type.
  const equals = sign === ':' ? rest.search(/=(?![>=])/) : -1
  if (equals >= 0) return functionAt(text, skip(text, at + 2 + equals))
  const other = /^\s*([\w$]+)\s*$/.exec(rest)?.[1]
  return other === undefined || /^(?:up|async|function)$/.test(other) ? null : findFunction(text, other)
}

/** A function that begins at a place: with or without `async` and `function`, or wrapped into a call. */
function functionAt(text: string, start: number): FoundFunction | null {
  const head = /^(?:async\b\s*)?(?:function\b\s*\*?\s*[\w$]*\s*)?/.exec(text.slice(start))?.[0] ?? ''
  let at = start + head.length
  const single = /^([\w$]+)\s*=>\s*/.exec(text.slice(at))
  if (single !== null) return { parameters: [single[1]!], body: bodyAt(text, at + single[0].length) }
  if (text[at] === '<') at = skip(text, closingAt(text, at) + 1)
  if (text[at] !== '(') return wrappedAt(text, at)
  const close = closingAt(text, at)
  if (close < 0) return null
  const tail = /^\s*(?::[^;=]*?)?(=>\s*|(?=\{))/.exec(text.slice(close + 1, close + 400))
  if (tail === null) return wrappedAt(text, at)
  const begin = skip(text, close + 1 + tail[0].length)
  return { parameters: splitValues(text.slice(at + 1, close)), body: bodyAt(text, begin) }
}

/** `inTransaction(async (queryInterface) => …)`. */
function wrappedAt(text: string, at: number): FoundFunction | null {
  const call = /^[\w$.]*\(\s*/.exec(text.slice(at))
  return call === null || call[0].length === 0 ? null : functionAt(text, at + call[0].length)
}

const bodyAt = (text: string, at: number): string =>
  text.slice(at, text[at] === '{' ? closingAt(text, at) + 1 || text.length : valueEnd(text, at))

/** Where the tool is, seen from the first parameter. */
function placeOf(parameter: string, body: string): ToolPlace | null {
  if (!parameter.startsWith('{')) return placeOfName(nameOf(parameter), body)
  const close = closingAt(parameter, 0)
  for (const [key, local] of destructured(parameter.slice(1, close))) {
    const place = placeOf(local, body)
    if (place !== null) return { ...place, keys: [key, ...place.keys] }
  }
  // Its text passes it on: then it is what most make of it.
  return /\bcontext\b/.test(parameter) ? { keys: ['context'], tool: 'queryInterface' } : null
}

/** The parameter without its type and its default. */
const nameOf = (parameter: string): string => /^[\w$]+/.exec(parameter)?.[0] ?? ''

const ofQueryInterface =
  /^(?:(?:create|drop|rename|describe|show|add|remove|change|bulk|raw|select|upsert|insert|update|delete|increment|table(?=Exists))\w*|sequelize|queryGenerator|QueryGenerator|quote\w*)$/
const ofSequelize =
  /^(?:getQueryInterface|query|transaction|define|models?|authenticate|sync|getDialect|escape|isDefined)$/

function placeOfName(name: string, body: string): ToolPlace | null {
  if (name === '') return null
  const members = membersOf(name, body)
  if (members.some((member) => member !== 'sequelize' && ofQueryInterface.test(member)))
    return { keys: [], tool: 'queryInterface' }
  if (members.includes('getQueryInterface')) return { keys: [], tool: 'sequelize' }
  for (const member of members) {
    const place = placeOfName(`${name}.${member}`, body)
    if (place === null) continue
    // `queryInterface.sequelize.query(…)` is the way of those who have the query interface.
    return member === 'sequelize' && place.keys.length === 0 && !usesTool(name, body)
      ? { keys: [], tool: 'queryInterface' }
      : { ...place, keys: [member, ...place.keys] }
  }
  for (const [key, local] of takenFrom(name, body)) {
    const place = placeOfName(local, body)
    if (place !== null) return { ...place, keys: key === null ? place.keys : [key, ...place.keys] }
  }
  return members.some((member) => ofSequelize.test(member)) ? { keys: [], tool: 'sequelize' } : null
}

/** Whether what is called `sequelize` there is asked for the query interface, and so is no part of one. */
const usesTool = (name: string, body: string): boolean =>
  membersOf(`${name}.sequelize`, body).includes('getQueryInterface')

const escaped = (name: string): string => name.replaceAll('$', '\\$').replaceAll('.', '\\s*\\??\\.\\s*')

const membersOf = (name: string, body: string): readonly string[] => [
  ...new Set(
    [...body.matchAll(new RegExp(`(?<![\\w$.])${escaped(name)}\\s*[?!]?\\.\\s*([\\w$]+)`, 'g'))].map(
      ([, member]) => member!,
    ),
  ),
]

/** Other names that a body gives to it, or to what it holds: `const { qi } = context`, `const qi = context`. */
function takenFrom(name: string, body: string): readonly (readonly [key: string | null, local: string])[] {
  const whole = [
    ...body.matchAll(
      new RegExp(`\\b(?:const|let|var)\\s+([\\w$]+)\\s*(?::[^=]*)?=\\s*${escaped(name)}\\s*(?=[;\\n])`, 'g'),
    ),
  ]
  const parts = [
    ...body.matchAll(
      new RegExp(`\\b(?:const|let|var)\\s*\\{([^}]*)\\}\\s*(?::[^=]*)?=\\s*${escaped(name)}(?![\\w$.(])`, 'g'),
    ),
  ]
  return [
    ...whole.map(([, local]) => [null, local!] as const).filter(([, local]) => local !== name),
    ...parts.flatMap(([, inner]) => destructured(inner!)),
  ]
}

/** Members of Sequelize that are no types of columns. */
const ofLibrary = /^(?:[A-Z]\w*|literal|fn|col|cast|where|json|and|or)$/

function kindOfSecond(parameter: string, body: string): Signature['second'] {
  if (parameter.startsWith('{')) {
    const keys = destructured(parameter.slice(1, closingAt(parameter, 0))).map(([key]) => key)
    return keys.length > 0 && keys.every((key) => ofLibrary.test(key)) ? 'Sequelize' : 'other'
  }
  const name = nameOf(parameter)
  const members = [...membersOf(name, body), ...takenFrom(name, body).flatMap(([key]) => (key === null ? [] : [key]))]
  const isNamed = /^_?(?:sequelize|datatypes?)$/i.test(name)
  if (members.length === 0) return isNamed ? 'Sequelize' : 'other'
  // What only holds the library is not the library.
  const holdsTypes = isNamed || members.some((member) => /^[A-Z\d]+$/.test(member))
  return holdsTypes && members.every((member) => ofLibrary.test(member)) ? 'Sequelize' : 'other'
}
