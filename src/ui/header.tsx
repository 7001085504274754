/** Which project is this, and is it being watched? */
import { Text } from 'ink'
import { fittest } from './layout.ts'
import { Cell, Row } from './row.tsx'
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
  const notes = [...(branch === null || note === '' ? [] : [`${branch} · ${note}`]), note, '']
  return (
    <Row columns={columns} right={<Text dimColor>{fittest(notes, columns - Math.min(project.length, 12) - 12)}</Text>}>
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
