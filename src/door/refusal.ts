/** What people read when SQL would have opened the dev database by itself. */

/** What a refusal begins with. A driver reports it inside an error of its own. */
export const refusalMark = 'devdb keeps the dev database out of reach'

/** What to do about a refusal. */
export const refusalHint =
  'take that statement out; a step that has to read dev says so in the configuration: readsDev: true'

/**
 * The refusal in what a driver reported.
 * @param message an error's message
 * @returns the sentence without the words that the driver put in front of it; null where it is another error
 */
export const refusalIn = (message: string): string | null => {
  const at = message.indexOf(refusalMark)
  return at === -1 ? null : message.slice(at)
}
