/** What do the models need that no migration gives? Or, where nobody can tell: what does the throwaway hold? */

import type { TableRows } from '../event/describe-reset.ts'
import type { ModelsState } from '../event/state.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
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
          <Text bold>{models.listed === null ? ' Models need a migration' : ' Models are not compared'}</Text>
        </Cell>
        {models.listed === null ? null : (
          <Cell cutsEnd>
            <Text dimColor>{'  the throwaway is built from the migrations'}</Text>
          </Cell>
        )}
      </Row>
      {shown.map((line) => (
        <Row key={line} columns={columns}>
          <Cell cutsEnd>
            <Text {...(models.listed === null ? { color: colorOf(line) } : { dimColor: true })}>{`   ${line}`}</Text>
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

function modelLines({ changes, stale, listed }: ModelsState): readonly string[] {
  if (listed !== null) return rowLines(listed)
  return [...(changes ?? []), ...stale.map((entry) => `accepted, but no longer true: ${entry}`)]
}

/** What the throwaway holds: there is nothing else to say of models that nobody can sync. */
function rowLines(listed: readonly TableRows[]): readonly string[] {
  if (listed.length === 0) return ['it holds no tables yet']
  const width = Math.min(24, Math.max(0, ...listed.map(({ table }) => table.length)))
  return listed.map(({ table, rows }) => `${table.padEnd(width)}  ${rows} ${rows === 1 ? 'row' : 'rows'}`)
}

const colorOf = (line: string): string =>
  line.startsWith('+') ? colors.good : line.startsWith('-') ? colors.bad : colors.warn
