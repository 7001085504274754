/** Where secrets disappear: every string of every event, and everything that a command prints, passes here before anyone reads it. */

/**
 * Masks the secrets in a text, at any depth of plain data: passwords and tokens of URLs in any spelling, values of what is called a
 * password, secret, token or key, and bearer tokens.
 * @param value a string, or plain JSON that holds strings
 * @returns the same shape with `***` in place of each secret
 */
export function redact<Value>(value: Value): Value {
  if (typeof value === 'string') return redactText(value) as Value
  if (Array.isArray(value)) return value.map(redact) as Value
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redact(inner)])) as Value
  }
  return value
}

// Every repetition is bounded, so that the time grows with the length of a text and not with its square.

/** A URL up to the next space or quote; in JSON each slash may be escaped. */
const url = /[a-z][a-z0-9+.-]{0,30}:(?:\\?\/){2}[^\s"'`<>]{1,4000}/gi
const schemeAndRest = /^([a-z][a-z0-9+.-]{0,30}:(?:\\?\/){2})(.+)$/i
const startOfUrl = /(?=\b[a-z][a-z0-9+.-]{0,30}:(?:\\?\/){2})/i

/** `db%3A%2F%2Fdoe%3Asecret%40host`: a URL that is a part of another one. */
const encodedUrl = /(%3a%2f%2f[^\s"'&%]{0,200}%3a)[^\s"'&]{1,500}(%40)/gi

const secretName =
  '(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|_pwd)[\\w-]{0,40}'
/** `password=…`, `"token": "…"`, `api_key = '…'`. After a colon only a text in quotes: a model says `password: DataTypes.STRING`. */
const namedSecret = new RegExp(
  `(${secretName}(?:\\\\?["'\`])?\\s{0,4}(?:=>|[=:])\\s{0,4})(\\\\?)(["'])(?:(?!\\2\\3)(?:\\\\.|[^\\n])){1,4000}\\2\\3|(${secretName}["'\`]?=)[^\\s&"'\`]{1,4000}`,
  'gi',
)
/** Words that are too common to be taken for a secret elsewhere. */
const secretParameter = /([?&](?:pwd|pass|key|auth|sig|signature|code)=)[^\s&#"']{1,4000}/gi
const secretOption = new RegExp(`(--[\\w-]{0,40}${secretName}\\s{1,4})[^\\s-][^\\s]{0,4000}`, 'gi')
const bearer =
  /(\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|token)?\s{1,4}|\bbearer\s{1,4}(?=\S{8}))[^\s"']{1,4000}/gi

/** What every secret has beside it; most texts have none of it. */
const hasHint = /:\\?\/|[?&=]|%3a|pass|secret|token|key|auth|bearer|_pwd/i

function redactText(text: string): string {
  if (!hasHint.test(text)) return text
  return text
    .replace(url, redactUrls)
    .replace(encodedUrl, '$1***$2')
    .replace(bearer, '$1***')
    .replace(namedSecret, (_, quoted, escaped, quote, bare) =>
      bare === undefined ? `${quoted}${escaped}${quote}***${escaped}${quote}` : `${bare}***`,
    )
    .replace(secretParameter, '$1***')
    .replace(secretOption, '$1***')
}

/** What follows the scheme may hold further URLs: `a://u:p@h,b://v:q@i`. */
function redactUrls(text: string): string {
  const parts = text.split(startOfUrl).map((part) => {
    const [, scheme, rest] = schemeAndRest.exec(part) ?? []
    return scheme === undefined || rest === undefined
      ? part
      : `${scheme}${redactAuthority(rest, /^https?:|\+https?:/i.test(scheme))}`
  })
  return parts.join('')
}

/**
 * A password that nobody encoded may hold `/`, `?`, `#` and `@`. So where a colon is followed by what is no port, all up to the last `@` is the
 * password. What stands alone before an `@` is a name, but for https, where it is a token. https://www.rfc-editor.org/rfc/rfc3986#section-3.2
 */
function redactAuthority(rest: string, isWeb: boolean): string {
  const authority = /^[^/?#\\]*/.exec(rest)?.[0] ?? ''
  const colon = rest.indexOf(':')
  const end = rest.lastIndexOf('@')
  const isHost = !authority.includes('@') && (authority.startsWith('[') || /^[^:]*(?::\d{0,5})?$/.test(authority))
  if (end === -1 || isHost) return rest
  if (colon !== -1 && colon < end) return `${rest.slice(0, colon)}:***${rest.slice(end)}`
  const isToken = isWeb || authority.lastIndexOf('@') >= longestName
  return isToken ? `***${rest.slice(authority.lastIndexOf('@'))}` : rest
}

/** A name of so many characters is no name. */
const longestName = 24
