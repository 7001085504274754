/** What do the models need that no migration gives? */
import { Text } from 'ink'
import type { ModelsState } from '../event/state.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { colors } from './theme.ts'

/** The models' needs and their room. */
export interface ModelsPanelProps {
  readonly models: ModelsState
  readonly columns: number
  readonly rows: number
}

/** A title, and a line for each change; those that do not fit are counted. */
export function ModelsPanel({ models, columns, rows }: ModelsPanelProps) {
  const lines = modelLines(models)
  if (lines.length === 0 || rows < 2) return null
  const shown = lines.length <= rows - 1 ? lines : lines.slice(0, rows - 2)
  return (
    <>
      <Row columns={columns}>
        <Cell>
          <Text bold>{' Models need a migration'}</Text>
        </Cell>
      </Row>
      {shown.map((line) => (
        <Row key={line} columns={columns}>
          <Cell cutsEnd>
            <Text color={colorOf(line)}>{`   ${line}`}</Text>
          </Cell>
        </Row>
      ))}
      {shown.length < lines.length ? (
        <MoreRow columns={columns} count={lines.length - shown.length} where="below" />
      ) : null}
    </>
  )
}

/** How many rows the panel would like: none when nothing is needed. */
export function modelsHeight(models: ModelsState): number {
  const lines = modelLines(models).length
  return lines === 0 ? 0 : lines + 1
}

const modelLines = ({ changes, stale }: ModelsState): readonly string[] => [
  ...(changes ?? []),
  ...stale.map((entry) => `accepted, but no longer true: ${entry}`),
]

const colorOf = (line: string): string =>
  line.startsWith('+') ? colors.good : line.startsWith('-') ? colors.bad : colors.warn
