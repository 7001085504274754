/** What does each key do? The one table behind the key bar, the `?` view and the README. */

/** What a key means. */
export type KeyAction =
  | 'upgrade-next'
  | 'upgrade-head'
  | 'downgrade-last'
  | 'go'
  | 'move-up'
  | 'move-down'
  | 'page-up'
  | 'page-down'
  | 'reset'
  | 'log'
  | 'help'
  | 'back'
  | 'quit'

/** One line of the table. */
export interface Key {
  /** Names of the keys: a character, or one of the names that `namesOf` gives. */
  readonly names: readonly string[]
  /** How the key is written for people. */
  readonly shown: string
  /** One or two words for the key bar; empty where the bar leaves it out. */
  readonly label: string
  readonly description: string
  readonly action: KeyAction
  /** It changes the dev database, so it rests while a change runs. */
  readonly changesDev: boolean
}

/** Every key of `devdb watch`, in the order of the key bar. */
export const keys: readonly Key[] = [
  key('upgrade-next', 'u', ['u'], 'upgrade', 'upgrade dev by one migration: apply the next pending one', true),
  key('upgrade-head', 'U', ['U'], 'to head', 'upgrade dev to head: apply everything that is pending', true),
  key('downgrade-last', 'd', ['d'], 'downgrade', 'downgrade dev by one migration: revert the last applied one', true),
  key('go', '⏎', ['enter'], 'go here', 'upgrade or downgrade dev to the migration at the cursor', true),
  key('move-up', '↑ k', ['up', 'k'], '', 'move the cursor up, or scroll the log'),
  key('move-down', '↓ j', ['down', 'j'], '', 'move the cursor down, or scroll the log'),
  key('page-up', 'PgUp', ['page-up'], '', 'the same, a page at a time'),
  key('page-down', 'PgDn', ['page-down'], '', 'the same, a page at a time'),
  key('reset', 'r', ['r'], 'reset', 'recreate the throwaway database and run the steps now'),
  key('log', 'l', ['l'], 'log', 'show the log, with every problem in full'),
  key('help', '?', ['?'], 'help', 'show what the keys do'),
  key('back', 'esc', ['escape'], '', 'go back, or put a problem of the dev database away'),
  key('quit', 'q', ['q', 'ctrl-c'], 'quit', 'quit; a running change of dev ends first, a second Ctrl-C stops it'),
]

/**
 * What a key means.
 * @param name a character, or a name that `namesOf` gave
 * @returns the line of the table; undefined for a key that means nothing
 */
export const findKey = (name: string): Key | undefined => keys.find(({ names }) => names.includes(name))

/** The flags that Ink sets for a key without a character. */
export interface InkKey {
  readonly upArrow: boolean
  readonly downArrow: boolean
  readonly pageUp: boolean
  readonly pageDown: boolean
  readonly return: boolean
  readonly escape: boolean
  readonly ctrl: boolean
  readonly meta: boolean
}

const longestTyping = 8

/**
 * The names of the keys in one chunk of input: quick typing arrives together. A paste is not a series of keys.
 * @param input what Ink read
 * @param flags what Ink made of it
 */
export function namesOf(input: string, flags: InkKey): readonly string[] {
  if (flags.upArrow) return ['up']
  if (flags.downArrow) return ['down']
  if (flags.pageUp) return ['page-up']
  if (flags.pageDown) return ['page-down']
  if (flags.return) return ['enter']
  if (flags.escape) return ['escape']
  if (flags.ctrl) return input === 'c' ? ['ctrl-c'] : []
  const characters = [...input]
  return flags.meta || characters.length > longestTyping
    ? []
    : characters.map((character) => controlNames[character] ?? character)
}

const controlNames: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u0003': 'ctrl-c',
  '\u001b': 'escape',
}

function key(
  action: KeyAction,
  shown: string,
  names: readonly string[],
  label: string,
  description: string,
  changesDev = false,
): Key {
  return { action, shown, names, label, description, changesDev }
}
