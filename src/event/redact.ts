/** Where passwords disappear: every string of every event passes here before anyone reads it. */

/**
 * Replaces the password in each URL found in a text, at any depth of plain data.
 * @param value a string, or plain JSON that holds strings
 * @returns the same shape with `scheme://user:***@host` in place of each password
 */
export function redact<Value>(value: Value): Value {
  if (typeof value === 'string') return redactText(value) as Value
  if (Array.isArray(value)) return value.map(redact) as Value
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redact(inner)])) as Value
  }
  return value
}

const credentials = /([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^\s/?#@]+@/gi
const secretParameter = /([?&](?:password|passwd|pwd|secret|token|key)=)[^\s&#]+/gi

const redactText = (text: string): string =>
  text.includes('://') || text.includes('?')
    ? text.replace(credentials, '$1:***@').replace(secretParameter, '$1***')
    : text
