/** What of a text that a program, a file or a database gave is safe to print on a terminal? */
import { stripVTControlCharacters } from 'node:util'

/**
 * What moves the cursor, speaks to the terminal, or makes text look like another one: control characters but for line feed and tab, C1, the
 * line separators, marks and overrides of direction, characters without width, and halves of a pair. Joiners stay: emoji and some scripts
 * need them. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const unsafe =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Those that need no look at what stands beside them: most texts have none, and one test says so. */
const isUnsafe = new RegExp(unsafe.source)

/** `CSI … letter` and `OSC … BEL` with C1 beginnings, which Node's own function leaves in part. */
const c1Sequences =
  /\u009b[\d;:?]{0,40}[@-~]|[\u0090\u009d-\u009f][^\u0007\u009c\u001b\n]{0,4000}(?:\u0007|\u009c|\u001b\\)/g

/**
 * A text, of any number of lines, without anything that a terminal would obey. What was there is seen as a blank, an override of direction as `�`.
 * @param text what a step, a model, a file or a database said
 */
export function safeText(text: string): string {
  if (!isUnsafe.test(text)) return text
  return stripVTControlCharacters(text.replace(c1Sequences, ''))
    .replaceAll('\r\n', '\n')
    .replace(unsafe, (character) =>
      character < '\u00a0' || character === '\u2028' || character === '\u2029' ? ' ' : '�',
    )
}

/**
 * One line without colours, cursor movements or other control characters; of a line that rewrote itself the last version.
 * @param text what a step, a model or a database said
 */
export function toPlainLine(text: string): string {
  const line = text.replace(/[\r\n]+$/, '')
  return safeText(line.slice(line.lastIndexOf('\r') + 1))
    .replaceAll('\t', '  ')
    .replaceAll('\n', ' ')
    .trimEnd()
}

/**
 * JSON that says the same, with what is unsafe on a terminal as an escape.
 * @param json one or more documents
 */
export const safeJson = (json: string): string =>
  isUnsafe.test(json)
    ? json.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json
