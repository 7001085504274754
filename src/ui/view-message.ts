/** What does a key do while the message of a migration is typed? Pure. Every printable key is text here. */
import { initialDraftView, type Pressed, still, type Typing, type ViewState } from './view.ts'

/** Before the first character. */
export const emptyTyping: Typing = { text: '', at: 0 }

/**
 * What a key does to the line, or with it.
 * @param view the view, without its notice
 * @param typing what was typed so far
 * @param name of the key, see `namesOf`
 */
export function pressInMessage(view: ViewState, typing: Typing, name: string): Pressed {
  if (name === 'escape') return still({ ...view, typing: null })
  if (name !== 'enter') return still({ ...view, typing: edit(typing, name) })
  const message = typing.text.trim()
  if (message === '') return still(view, 'say what the migration does')
  return { view: { ...view, typing: null, draft: initialDraftView }, request: { kind: 'draft', message } }
}

function edit({ text, at }: Typing, name: string): Typing {
  const characters = [...text]
  switch (name) {
    case 'left':
      return { text, at: Math.max(0, at - 1) }
    case 'right':
      return { text, at: Math.min(characters.length, at + 1) }
    case 'home':
      return { text, at: 0 }
    case 'end':
      return { text, at: characters.length }
    case 'backspace':
      return at === 0 ? { text, at } : { text: characters.toSpliced(at - 1, 1).join(''), at: at - 1 }
    default:
      return isPrintable(name) ? { text: characters.toSpliced(at, 0, name).join(''), at: at + 1 } : { text, at }
  }
}

const isPrintable = (name: string): boolean => [...name].length === 1 && !/[\p{Cc}\p{Cs}]/u.test(name)

/** The part of a line that is seen, before and after the cursor. */
export interface TypedPart {
  readonly before: string
  readonly after: string
}

/**
 * The part of a line around its cursor.
 * @param typing what was typed so far
 * @param width in columns, that of the cursor included
 */
export function typedPart({ text, at }: Typing, width: number): TypedPart {
  const characters = [...text]
  const fitting = (from: readonly string[], room: number): readonly string[] => {
    let left = room
    const end = from.findIndex((character) => {
      left -= widthOf(character)
      return left < 0
    })
    return end === -1 ? from : from.slice(0, end)
  }
  const before = fitting(characters.slice(0, at).reverse(), width - 1).toReversed()
  const taken = before.reduce((sum, character) => sum + widthOf(character), 1)
  return { before: before.join(''), after: fitting(characters.slice(at), width - taken).join('') }
}

/** Chinese, Japanese and Korean characters and pictures take two columns, accents that are written apart none. */
const widthOf = (character: string): number =>
  /\p{M}/u.test(character) ? 0 : (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
