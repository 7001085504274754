/** Which keys are there right now? */

import type { ShownKey } from './key-lines.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'

/** The keys in lines. */
export interface KeyBarProps {
  readonly lines: readonly (readonly ShownKey[])[]
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
