/** How is one line of the screen built? The left text shrinks in its middle, the right text keeps to the edge. */
import { Box } from 'ink'
import type { ReactNode } from 'react'
import { Text } from './text.tsx'

/** One cell, exactly one row high. */
export interface CellProps {
  readonly children: ReactNode
  /** In columns; without it the cell is as wide as its text. */
  readonly width?: number
  /** The text may be cut in its middle. */
  readonly canShrink?: boolean
  /** The text may be cut at its end instead. */
  readonly cutsEnd?: boolean
  readonly alignsRight?: boolean
}

/** A piece of a row. */
export function Cell({ children, width, canShrink = false, cutsEnd = false, alignsRight = false }: CellProps) {
  return (
    <Box
      {...(width === undefined ? {} : { width })}
      height={1}
      flexShrink={canShrink || cutsEnd ? 1 : 0}
      justifyContent={alignsRight ? 'flex-end' : 'flex-start'}
    >
      <Text wrap={cutsEnd ? 'truncate-end' : 'truncate-middle'}>{children}</Text>
    </Box>
  )
}

/** A row of cells, with something at its right edge perhaps. */
export interface RowProps {
  readonly columns: number
  readonly children: ReactNode
  readonly right?: ReactNode
}

/** One line of the screen. One column at the right edge stays free. */
export function Row({ columns, children, right }: RowProps) {
  return (
    <Box width={columns} height={1} paddingRight={1}>
      <Box flexGrow={1} flexShrink={1} height={1}>
        {children}
      </Box>
      {right === undefined ? null : (
        <Box flexShrink={0} marginLeft={2} height={1}>
          <Text wrap="truncate-end">{right}</Text>
        </Box>
      )}
    </Box>
  )
}

/** The hidden part of a list. */
export interface MoreRowProps {
  readonly columns: number
  readonly count: number
  readonly where: 'above' | 'below'
}

/** Says how much of a list is out of sight. */
export function MoreRow({ columns, count, where }: MoreRowProps) {
  return (
    <Row columns={columns}>
      <Cell>
        <Text dimColor>{`   ⋮ ${count} more ${where}`}</Text>
      </Cell>
    </Row>
  )
}
