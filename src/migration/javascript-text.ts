/** Values written as JavaScript: as a person writes them, and as a formatter leaves them. */

/** A string literal with the quotes that need fewer escapes. */
export function text(value: string): string {
  const json = JSON.stringify(value)
  return value.includes("'") && !value.includes('"')
    ? json
    : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/**
 * SQL as a literal: a template where it has several lines or both quotes. A line break inside quotes is written as an escape, so that it
 * stays what it is wherever the literal is indented.
 */
export function sqlText(sql: string): string {
  const isOneLine = !sql.includes('\n') && !sql.includes('\r')
  if (isOneLine && !(sql.includes("'") && sql.includes('"'))) return text(sql)
  const escaped = sql.replace(/[\\`]|\$\{/g, '\\$&').replaceAll('\r', '\\r')
  return `\`${escaped.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (quoted) => quoted.replaceAll('\n', '\\n'))}\``
}

/** A name as the key of an object literal; `__proto__` would be something else. */
export const propertyName = (name: string): string => {
  if (name === '__proto__') return "['__proto__']"
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : text(name)
}

/** A JSON value as a literal. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).map(([key, each]) => `${propertyName(key)}: ${valueText(each)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

/** An object literal of these entries: on one line where it fits. */
export const objectText = (entries: readonly string[], room: number): string => {
  const line = `{ ${entries.join(', ')} }`
  return line.length <= room && !line.includes('\n')
    ? line
    : `{\n${entries.map((entry) => `${indent(entry)},`).join('\n')}\n}`
}

/**
 * A call: on one line where it fits, else with its last argument over several lines, else with each argument on its own.
 * @param callee what is called
 * @param args its arguments but for a last object
 * @param entries those of the last object; none: there is no such argument
 * @param room how many characters a line may have
 * @param after arguments that follow the object
 */
export function callText(
  callee: string,
  args: readonly string[],
  entries: readonly string[],
  room: number,
  after: readonly string[] = [],
): string {
  const whole = entries.length === 0 ? [] : [`{ ${entries.join(', ')} }`]
  const line = `${callee}(${[...args, ...whole, ...after].join(', ')})`
  if (line.length <= room && !line.includes('\n')) return line
  const [only] = args
  if (args.length === 1 && entries.length + after.length === 0 && only!.startsWith('`') && only!.includes('\n'))
    return line
  const head = `${callee}(${[...args, '{'].join(', ')}`
  if (entries.length > 0 && after.length === 0 && head.length <= room && !head.includes('\n'))
    return `${head}\n${entries.map((entry) => `${indent(entry)},`).join('\n')}\n})`
  const rest = entries.length === 0 ? [] : [objectText(entries, room - 3)]
  return `${callee}(\n${[...args, ...rest, ...after].map((argument) => `${indent(argument)},`).join('\n')}\n)`
}

/** Each line two characters further in. */
export const indent = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n')

/** A comment, in lines that fit. */
export function comment(words: string, room: number): string {
  const lines: string[] = []
  for (const word of words.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < room) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(`// ${word}`)
  }
  return lines.join('\n')
}
