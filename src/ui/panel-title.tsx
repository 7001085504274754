/** How does a panel begin? A bold word, what it is about, and its state at the right edge in as many words as fit. */

import type { ReactNode } from 'react'
import { fittest } from './layout.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'

/** The first line of a panel. */
export interface PanelTitleProps {
  readonly columns: number
  readonly label: string
  readonly about: string
  /** The state, said in ever fewer words. */
  readonly states: readonly string[]
  readonly color?: string
  /** Drawn at the right edge after the state: a progress bar. */
  readonly after?: ReactNode
  /** How many columns `after` takes. */
  readonly afterWidth?: number
}

/** How much of the subject is left when the state wants its room, in columns. */
const leastAbout = (columns: number): number => (columns < 60 ? 12 : 24)

/** One line: label, subject, state. */
export function PanelTitle({ columns, label, about, states, color, after, afterWidth = 0 }: PanelTitleProps) {
  const taken =
    label.length + 3 + Math.min(about.length, leastAbout(columns)) + 3 + (afterWidth === 0 ? 0 : afterWidth + 2)
  const state = fittest(states, columns - taken)
  return (
    <Row
      columns={columns}
      right={
        <>
          <Text {...(color === undefined ? {} : { color })}>{state}</Text>
          {after === undefined ? null : <Text>{'  '}</Text>}
          {after}
        </>
      }
    >
      <Cell>
        <Text bold>{` ${label}`}</Text>
      </Cell>
      <Cell canShrink>
        <Text dimColor>{`  ${about}`}</Text>
      </Cell>
    </Row>
  )
}
