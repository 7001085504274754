/** What did the rehearsal find about a migration? Stands below its row. */

import { shareRows, wrapText } from './layout.ts'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** What was found, and the room for it. */
export interface RehearsalPanelProps {
  readonly findings: readonly string[]
  readonly columns: number
  readonly rows: number
}

const indentation = '     '

/** A line for each finding; those that do not fit are counted. */
export function RehearsalPanel({ findings, columns, rows }: RehearsalPanelProps) {
  const lines = findingRows(findings, columns)
  if (rows < 1) return null
  const shown = lines.length <= rows ? lines : lines.slice(0, rows - 1)
  return (
    <>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <Row key={index} columns={columns}>
          <Cell cutsEnd>
            <Text color={colors.warn}>{line}</Text>
          </Cell>
        </Row>
      ))}
      {shown.length < lines.length ? (
        <MoreRow columns={columns} count={lines.length - shown.length} where="below" />
      ) : null}
    </>
  )
}

/** What was found about one migration, and how many rows it gets. */
export interface PlacedFindings {
  readonly findings: readonly string[]
  readonly rows: number
}

/**
 * Shares rows among the migrations about which something was found: the one at the cursor first, then from above.
 * @param found what was found, by the migration's name
 * @param first the migration at the cursor
 * @param size of the screen, and the rows there are
 */
export function placeFindings(
  found: ReadonlyMap<string, readonly string[]>,
  first: string | undefined,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): ReadonlyMap<string, PlacedFindings> {
  const names = [...found.keys()].sort((one, other) => Number(other === first) - Number(one === first))
  const heights = shareRows(
    rows,
    names.map((name) => ({ least: 2, most: findingRows(found.get(name) ?? [], columns).length })),
  )
  return new Map(names.map((name, index) => [name, { findings: found.get(name) ?? [], rows: heights[index] ?? 0 }]))
}

/** The lines of all findings, broken to the width of the screen. */
export const findingRows = (findings: readonly string[], columns: number): readonly string[] =>
  findings.flatMap((finding) =>
    wrapText(finding, Math.max(10, columns - indentation.length - 3)).map(
      (text, index) => `${indentation}${index === 0 ? '! ' : '  '}${text}`,
    ),
  )
