/** What do colours and symbols mean? Each state has a symbol or a word too: nothing is said by colour alone. */

/** Terminal colours by meaning. */
export const colors = { accent: 'cyan', good: 'green', bad: 'red', warn: 'yellow' } as const

/** Every symbol on the screen, with what the `?` view says of it. */
export const symbols = {
  done: '✓',
  failed: '✗',
  waiting: '·',
  applied: '●',
  pending: '○',
  missing: '!',
  found: '!',
  differs: '≠',
  back: '↩',
  cursor: '›',
  caret: '▏',
  more: '⋮',
} as const

const spinnerFrames = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']

/** How often the spinner turns, in milliseconds. */
export const spinnerMs = 100

/**
 * The spinner's picture at a time.
 * @param now milliseconds since 1970
 */
export const spinnerAt = (now: number): string => spinnerFrames[Math.floor(now / spinnerMs) % spinnerFrames.length]!
