/** What does each key do? The one table behind the key bar, the `?` view and the README. */

/** What a key means. */
export type KeyAction =
  | 'upgrade-next'
  | 'upgrade-head'
  | 'downgrade-last'
  | 'go'
  | 'undo'
  | 'rehearse'
  | 'reapply'
  | 'roll-back'
  | 'move-up'
  | 'move-down'
  | 'page-up'
  | 'page-down'
  | 'drift'
  | 'reset-dev'
  | 'generate'
  | 'reset'
  | 'log'
  | 'help'
  | 'back'
  | 'quit'

/** What a key means while a migration is drafted. */
export type DraftKeyAction =
  | 'go-on'
  | 'mark'
  | 'accept-change'
  | 'keep-columns'
  | 'upgrade-first'
  | 'recreate'
  | 'move-up'
  | 'move-down'
  | 'pick'
  | 'page-up'
  | 'page-down'
  | 'keep-failed'
  | 'remove-failed'
  | 'cancel'

/** What a key means while drift is settled. */
export type DriftKeyAction = 'adopt' | 'take-back' | 'ignore' | 'leave' | 'settle' | 'move-up' | 'move-down' | 'close'

/** One line of a table. */
export interface Key<Action = KeyAction> {
  /** Names of the keys: a character, or one of the names that `namesOf` gives. */
  readonly names: readonly string[]
  /** How the key is written for people. */
  readonly shown: string
  /** One or two words for the key bar; empty where the bar leaves it out. */
  readonly label: string
  readonly description: string
  readonly action: Action
  /** It changes the dev database, so it rests while a change runs. */
  readonly changesDev: boolean
}

/** Every key of `devdb watch`, in the order of the key bar. */
export const keys: readonly Key[] = [
  key('upgrade-next', 'u', ['u'], 'upgrade', 'upgrade dev by one migration: apply the next pending one', true),
  key('upgrade-head', 'U', ['U'], 'to head', 'upgrade dev to head: apply everything that is pending', true),
  key('downgrade-last', 'd', ['d'], 'downgrade', 'downgrade dev by one migration: revert the last applied one', true),
  key('go', '⏎', ['enter'], 'go here', 'upgrade or downgrade dev to the migration at the cursor', true),
  key('undo', 'z', ['z'], 'undo', 'take back the last change of dev; asks first, with what is discarded', true),
  key('rehearse', 't', ['t'], 'rehearse', 'try the pending migrations on a copy of dev now, however large it is'),
  key(
    'reapply',
    'a',
    ['a'],
    're-apply',
    're-apply edited migrations: down as they were, up as they are; asks first',
    true,
  ),
  key('roll-back', 'b', ['b'], 'roll back', 'roll back migrations whose files are gone, with their stored code', true),
  key('drift', 'D', ['D'], 'drift', 'show what in dev its migrations did not make: adopt, take back, ignore'),
  key('reset-dev', 'R', ['R'], 'recreate dev', 'recreate dev from its migrations; asks first, with what is lost', true),
  key('move-up', '↑ k', ['up', 'k'], '', 'move the cursor up, or scroll the log'),
  key('move-down', '↓ j', ['down', 'j'], '', 'move the cursor down, or scroll the log'),
  key('page-up', 'PgUp', ['page-up'], '', 'the same, a page at a time'),
  key('page-down', 'PgDn', ['page-down'], '', 'the same, a page at a time'),
  key('generate', 'g', ['g'], 'generate', 'draft the migration that the models need'),
  key('reset', 'r', ['r'], 'reset', 'recreate the throwaway database and run the steps now'),
  key('log', 'l', ['l'], 'log', 'show the log, with every problem in full'),
  key('help', '?', ['?'], 'help', 'show what the keys do'),
  key('back', 'esc', ['escape'], '', 'go back, or put a problem of the dev database away'),
  key('quit', 'q', ['q', 'ctrl-c'], 'quit', 'quit; a running change of dev ends first, a second Ctrl-C stops it'),
]

/** Every key of a draft, in the order of the key bar. */
export const draftKeys: readonly Key<DraftKeyAction>[] = [
  key('mark', 'space', [' '], 'mark', 'draft the change at the cursor [x], or leave it [ ]'),
  key(
    'accept-change',
    'a',
    ['a'],
    'accept',
    'accept the difference at the cursor [a], in devdb.accepted.json; again: draft it',
  ),
  key('keep-columns', 'c', ['c'], 'keep columns', 'let the way back keep the columns that are added, or drop them'),
  key('go-on', '⏎', ['enter'], 'write and prove', 'write the file and prove it; or give the answer at the cursor'),
  key('upgrade-first', 'u', ['u'], 'upgrade first', 'where dev is not up to date: upgrade it, then go on'),
  key('recreate', 'R', ['R'], 'recreate dev', 'recreate dev from its migrations, then go on; asks first'),
  key('move-up', '↑ k', ['up', 'k'], '', 'move the cursor up'),
  key('move-down', '↓ j', ['down', 'j'], '', 'move the cursor down'),
  key('pick', '1–9', [...'123456789'], '', 'give that answer'),
  key('page-up', 'PgUp', ['page-up'], '', 'scroll the text of the file up'),
  key('page-down', 'PgDn', ['page-down'], '', 'scroll the text of the file down'),
  key('keep-failed', 'y', ['y', 'Y'], 'keep', 'keep a file that is not proven, marked as such'),
  key('remove-failed', 'n', ['n', 'N'], 'remove', 'remove it'),
  key('cancel', 'esc', ['escape'], 'cancel', 'put the draft away; a file that is not proven is removed'),
]

/** Every key of drift, in the order of the key bar. */
export const driftKeys: readonly Key<DriftKeyAction>[] = [
  key('adopt', 'a', ['a'], 'adopt', 'adopt it [a]: into a new migration, which is noted as applied on dev'),
  key('take-back', 't', ['t'], 'take back', 'take it back on dev [t], after a snapshot'),
  key('ignore', 'i', ['i'], 'ignore', 'ignore it from now on [i], in devdb.drift.json'),
  key('leave', 'l', ['l', ' '], 'leave', 'leave it [ ]'),
  key('settle', '⏎', ['enter'], 'do it', 'do what was chosen; asks first where something is taken back'),
  key('move-up', '↑ k', ['up', 'k'], '', 'move the cursor up'),
  key('move-down', '↓ j', ['down', 'j'], '', 'move the cursor down'),
  key('close', 'esc', ['escape', 'D'], 'close', 'close it; nothing is done'),
]

/**
 * What a key means.
 * @param name a character, or a name that `namesOf` gave
 * @returns the line of the table; undefined for a key that means nothing
 */
export const findKey = (name: string): Key | undefined => keys.find(({ names }) => names.includes(name))

/**
 * What a key means while a migration is drafted.
 * @param name a character, or a name that `namesOf` gave
 * @returns undefined for a key that means nothing there
 */
export const findDraftKey = (name: string): Key<DraftKeyAction> | undefined =>
  draftKeys.find(({ names }) => names.includes(name))

/**
 * What a key means while drift is settled.
 * @param name a character, or a name that `namesOf` gave
 * @returns undefined for a key that means nothing there
 */
export const findDriftKey = (name: string): Key<DriftKeyAction> | undefined =>
  driftKeys.find(({ names }) => names.includes(name))

/** The flags that Ink sets for a key without a character. */
export interface InkKey {
  readonly upArrow: boolean
  readonly downArrow: boolean
  readonly leftArrow: boolean
  readonly rightArrow: boolean
  readonly home: boolean
  readonly end: boolean
  readonly pageUp: boolean
  readonly pageDown: boolean
  readonly return: boolean
  readonly escape: boolean
  readonly backspace: boolean
  readonly delete: boolean
  readonly ctrl: boolean
  readonly meta: boolean
}

const longestTyping = 8

/**
 * The names of the keys in one chunk of input: quick typing arrives together. A paste is text, and never a series of keys.
 * @param input what Ink read
 * @param flags what Ink made of it
 * @param isTyping whether a line is being typed, which takes a paste too
 */
export function namesOf(input: string, flags: InkKey, isTyping = false): readonly string[] {
  const flagged = flagNames.find(([flag]) => flags[flag])
  if (flagged !== undefined) return [flagged[1]]
  if (flags.ctrl) return input === 'c' || input === 'z' ? [`ctrl-${input}`] : []
  const isPaste = [...input].length > longestTyping
  if (flags.meta || (isPaste && !isTyping)) return []
  // What stands after a line break in a paste belongs to the text still; a last one ends it.
  const text = isPaste ? input.replace(/\s+(?=\S)/g, ' ').replace(/[\r\n]+$/, '\r') : input
  return [...text].map((character) => controlNames[character] ?? character)
}

/** The key that erases says \x7f on most terminals, and Ink calls that one `delete`. */
const flagNames = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['home', 'home'],
  ['end', 'end'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof InkKey, string])[]

const controlNames: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u0003': 'ctrl-c',
  '\u001a': 'ctrl-z',
  '\u001b': 'escape',
  '\b': 'backspace',
  '\u007f': 'backspace',
}

function key<Action>(
  action: Action,
  shown: string,
  names: readonly string[],
  label: string,
  description: string,
  changesDev = false,
): Key<Action> {
  return { action, shown, names, label, description, changesDev }
}
