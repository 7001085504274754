/** The figures as a table for people. Pure. */
import type { Figure } from './figure.ts'

const head = ['case', 'devdb', 'yardstick', 'against', 'ratio', 'min', 'max', 'goal', 'reached']
const isText = [true, false, false, true, false, false, false, false, true]

/** @returns the lines of the table, a title above each group */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(cellsOf)
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]!.length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (isText[index] ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)))
      .join('  ')
      .trimEnd()
  const lines = rows.flatMap((row, index) => {
    const { group } = figures[index]!
    return figures[index - 1]?.group === group ? [line(row)] : ['', group, line(row)]
  })
  return `${[line(head), ...lines].join('\n')}\n`
}

function cellsOf({ case: name, yardstick, unit, devdb, compared, ratio, goal, reached }: Figure): readonly string[] {
  const times = (value: number): string => `${shown(value)} ×`
  return [
    name,
    `${shown(devdb.median)} ${unit}`,
    compared === null ? '' : `${shown(compared.median)} ${unit}`,
    yardstick ?? '',
    ratio === null ? '' : times(ratio.median),
    // Of the ratio; of the values themselves where there is none.
    ratio === null ? shown(devdb.min) : times(ratio.min),
    ratio === null ? shown(devdb.max) : times(ratio.max),
    goal === null ? '' : `${goal.kind === 'faster' ? '≥' : '≤'} ${goal.factor} ${goal.kind === 'below' ? unit : '×'}`,
    reached === null ? '' : reached ? 'yes' : 'NO',
  ]
}

const shown = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
