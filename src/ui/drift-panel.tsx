/** What in dev did its migrations not make, and what becomes of each? */

import type { DevState, DriftState } from '../event/state.ts'
import { toPlainLine } from '../report/plain-line.ts'
import { shortUrl } from '../report/short-path.ts'
import { chosenIndex } from './draft-layout.ts'
import { sliceAround, wrapText } from './layout.ts'
import { PanelTitle } from './panel-title.tsx'
import { Cell, MoreRow, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors, symbols } from './theme.ts'
import type { DriftChoice, ViewState } from './view.ts'
import { choiceOf } from './view-drift.ts'

/** The drift, what was chosen, and the room. */
export interface DriftPanelProps {
  readonly drift: DriftState
  readonly dev: DevState
  readonly view: ViewState
  readonly root: string
  readonly columns: number
  readonly rows: number
}

const marks: Readonly<Record<DriftChoice, string>> = {
  leave: '[ ]',
  adopt: '[a]',
  'take-back': '[t]',
  ignore: '[i]',
}

/** What becomes of what is at the cursor. */
const meanings: Readonly<Record<DriftChoice, string>> = {
  leave: 'left as it is',
  adopt: 'put into a new migration, which is noted as applied on dev',
  'take-back': 'taken back on dev, after a snapshot; asks first, with what is lost',
  ignore: 'ignored from now on, in devdb.drift.json',
}

/** A row for each object with its mark; below them what is at the cursor in full, and what becomes of it. */
export function DriftPanel({ drift, dev, view, root, columns, rows }: DriftPanelProps) {
  const objects = drift.objects ?? []
  const cursor = chosenIndex(
    objects.map(({ name }) => name),
    view.drift.chosen,
  )
  const details = detailLines(drift, view, columns)
  const list = Math.max(Math.min(3, objects.length), Math.min(objects.length, rows - 1 - details.length))
  const { before, start, end, after } = sliceAround(objects.length, cursor, list)
  return (
    <>
      <PanelTitle columns={columns} label="Drift" about={shortUrl(dev.url, root)} {...titleOf(drift, view)} />
      {before > 0 ? <MoreRow columns={columns} count={before} where="above" /> : null}
      {objects.slice(start, end).map(({ name, lines }, index) => (
        <Row key={name} columns={columns}>
          <Cell>
            <Text bold color={colors.accent}>
              {start + index === cursor ? ` ${symbols.cursor} ` : '   '}
            </Text>
          </Cell>
          <Cell>
            <Text {...lookOf(choiceOf(view, name))}>{`${marks[choiceOf(view, name)]} `}</Text>
          </Cell>
          <Cell cutsEnd>
            <Text bold={start + index === cursor}>{inOneLine(lines)}</Text>
          </Cell>
        </Row>
      ))}
      {after > 0 ? <MoreRow columns={columns} count={after} where="below" /> : null}
      {details.slice(0, Math.max(0, rows - 1 - list)).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <Row key={index} columns={columns}>
          <Cell cutsEnd>
            <Text dimColor>{line}</Text>
          </Cell>
        </Row>
      ))}
    </>
  )
}

/** What was replaced by something of the same description has changed. */
function inOneLine(lines: readonly string[]): string {
  const [before = '', after = ''] = lines
  const isChanged = lines.length === 2 && before.startsWith('- ') && after === `+ ${before.slice(2)}`
  return isChanged ? `~ ${before.slice(2)}  changed` : lines.join('; ')
}

/** How many rows the panel would like. */
export const driftHeight = (drift: DriftState, view: ViewState, columns: number): number =>
  1 + (drift.objects?.length ?? 0) + detailLines(drift, view, columns).length

function detailLines(drift: DriftState, view: ViewState, columns: number): readonly string[] {
  const width = Math.max(10, columns - 5)
  const objects = drift.objects ?? []
  const index = chosenIndex(
    objects.map(({ name }) => name),
    view.drift.chosen,
  )
  const here = objects[index]
  const stale = drift.stale.map((line) => `ignored, but no longer true: ${line}`)
  if (here === undefined) return ['', '   nothing differs any more']
  return ['', `${here.name}: ${meanings[choiceOf(view, here.name)]}`, ...stale].flatMap((text) =>
    wrapText(toPlainLine(text), width).map((line) => `   ${line}`),
  )
}

function titleOf({ objects, ignored }: DriftState, view: ViewState) {
  const names = (objects ?? []).map(({ name }) => name)
  const count = (choice: DriftChoice): number => names.filter((name) => choiceOf(view, name) === choice).length
  const words = { adopt: 'to adopt', 'take-back': 'to take back', ignore: 'to ignore' } as const
  const chosen = (Object.keys(words) as (keyof typeof words)[]).flatMap((choice) =>
    count(choice) > 0 ? [`${count(choice)} ${words[choice]}`] : [],
  )
  const all = `${names.length} ${names.length === 1 ? 'differs' : 'differ'}`
  const more = ignored > 0 ? [`${ignored} ignored`] : []
  return { states: [[all, ...chosen, ...more].join(' · '), [all, ...chosen].join(' · '), all], color: colors.warn }
}

const lookOf = (choice: DriftChoice): { readonly color?: string; readonly dimColor?: boolean } =>
  choice === 'leave' ? { dimColor: true } : { color: choice === 'take-back' ? colors.warn : colors.good }
