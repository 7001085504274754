/** Which project is this, and is it being watched? */

import { fittest } from './layout.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** The first line of the screen. */
export interface HeaderProps {
  readonly columns: number
  readonly project: string
  /** What git has checked out, where there is room to say so; null where that is not known. */
  readonly branch: string | null
  /** What the watch is doing, at the right edge. */
  readonly note: string
}

/** The name of the program, the project, and a note. */
export function Header({ columns, project, branch, note }: HeaderProps) {
  const room = columns - Math.min(project.length, 12) - 12
  // What is checked out says which migrations there are; how many files are watched can be left out.
  const notes =
    branch === null || note === ''
      ? [note]
      : [`${branch} · ${note}`, `${branch} · ${note.replace(/^watching /, '')}`, branch, shortened(branch, room)]
  return (
    <Row columns={columns} right={<Text dimColor>{fittest([...notes, ''], room)}</Text>}>
      <Cell>
        <Text bold color={colors.accent}>
          {' devdb'}
        </Text>
      </Cell>
      <Cell canShrink>
        <Text>{`  ${project}`}</Text>
      </Cell>
    </Row>
  )
}

/** A long name of a branch, whose beginning and end tell it from others. */
function shortened(branch: string, width: number): string {
  const end = Math.max(1, Math.floor((width - 1) / 2))
  return `${branch.slice(0, Math.max(1, width - 1 - end))}…${branch.slice(-end)}`
}
