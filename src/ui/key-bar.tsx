/** Which keys are there right now? */
import { Text } from 'ink'
import type { State } from '../event/state.ts'
import { type Key, keys } from './keys.ts'
import { Cell, Row } from './row.tsx'
import type { ViewState } from './view-state.ts'

/** The keys in lines. */
export interface KeyBarProps {
  readonly lines: readonly (readonly Key[])[]
  readonly columns: number
}

/** Each key with its label, in as many lines as the width asks for. */
export function KeyBar({ lines, columns }: KeyBarProps) {
  return lines.map((line) => (
    <Row key={line[0]?.shown} columns={columns}>
      <Cell cutsEnd>
        {line.map(({ shown, label }) => (
          <Text key={shown}>
            <Text bold>{` ${shown}`}</Text>
            <Text dimColor>{` ${label} `}</Text>
          </Text>
        ))}
      </Cell>
    </Row>
  ))
}

/**
 * The keys that do something now. Those that change the dev database rest while a change runs.
 * @param open what is on screen
 * @param dev the dev database
 */
export function keysNow(open: ViewState['open'], dev: State['dev']): readonly Key[] {
  const always = keys.filter(({ action }) => action === 'quit' || action === 'help' || action === 'log')
  const back = keys.filter(({ action }) => action === 'back').map((key) => ({ ...key, label: 'back' }))
  const scroll = keys
    .filter(({ action }) => action === 'move-up')
    .map((key) => ({ ...key, shown: '↑↓', label: 'scroll' }))
  if (open !== 'board') return [...scroll, ...back, ...always]
  if (dev.url === '') return always
  return keys.filter(({ label, changesDev }) => label !== '' && !(dev.running !== null && changesDev))
}

/**
 * Breaks the key bar into lines.
 * @param shown the keys
 * @param columns of the terminal
 */
export function keyLines(shown: readonly Key[], columns: number): readonly (readonly Key[])[] {
  const lines: Key[][] = [[]]
  let width = 0
  for (const key of shown) {
    const keyWidth = key.shown.length + key.label.length + 3
    if (width + keyWidth > columns && width > 0) {
      lines.push([])
      width = 0
    }
    lines.at(-1)!.push(key)
    width += keyWidth
  }
  return lines
}
