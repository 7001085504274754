/** What is on the screen? Pure: everything comes in as props, and a frame of at most `rows` lines comes out. */
import { Box } from 'ink'
import type { DraftState, State } from '../event/state.ts'
import { shortPath } from '../report/short-path.ts'
import { Board, boardHeight } from './board.tsx'
import { ConfirmPrompt } from './confirm-prompt.tsx'
import { draftHeight } from './draft-layout.ts'
import { DraftPanel } from './draft-panel.tsx'
import { DriftPanel, driftHeight } from './drift-panel.tsx'
import { bodyRoom, type Footer, footerOf, isDowngrade } from './footer.ts'
import { Header } from './header.tsx'
import { HelpPanel } from './help-panel.tsx'
import { KeepPrompt } from './keep-prompt.tsx'
import { KeyBar } from './key-bar.tsx'
import { LogPanel } from './log-panel.tsx'
import { MessagePrompt } from './message-prompt.tsx'
import { helpLines } from './page.ts'
import { Cell, Row } from './row.tsx'
import { Text } from './text.tsx'
import { colors } from './theme.ts'
import type { ViewState } from './view.ts'

/** All that a frame depends on. */
export interface ScreenProps {
  readonly state: State
  readonly view: ViewState
  /** Milliseconds since 1970. */
  readonly now: number
  readonly columns: number
  readonly rows: number
}

/** Header, what is open, and at the bottom a question, a notice or the keys. */
export function Screen({ state, view, now, columns, rows }: ScreenProps) {
  const footer = footerOf(state, view, { columns, rows }, now)
  const { draft, root } = state
  const { hasGaps, rows: room } = bodyRoom(rows, footer, wantedRows(state, view, columns))
  const body = { columns, rows: room }
  const hasDraft = isDraftOpen(draft)
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header columns={columns} project={state.project} branch={state.branch} note={noteOf(state)} />
      {hasGaps ? <Text> </Text> : null}
      {view.open === 'help' ? <HelpPanel scrolled={view.scrolled} {...body} /> : null}
      {view.open === 'log' ? <LogPanel state={state} scrolled={view.scrolled} {...body} /> : null}
      {view.open === 'board' && !hasDraft ? <Board {...{ state, view, now, ...body }} /> : null}
      {view.open === 'board' && hasDraft ? <DraftPanel {...{ draft, root, now, ...body }} view={view.draft} /> : null}
      {view.open === 'drift' ? <DriftPanel {...{ view, root, ...body }} drift={state.drift} dev={state.dev} /> : null}
      {hasGaps ? <Text> </Text> : null}
      <FooterPanel {...{ footer, view, root, columns }} />
    </Box>
  )
}

/** A draft that is done is one line below the board, where its file now is. */
const isDraftOpen = (draft: State['draft']): draft is DraftState => draft !== null && draft.phase !== 'done'

const leastLog = 8

function wantedRows(state: State, view: ViewState, columns: number): number {
  if (view.open === 'help') return helpLines(columns).length
  if (view.open === 'log') return leastLog
  if (view.open === 'drift') return driftHeight(state.drift, view, columns)
  const { draft, root } = state
  return isDraftOpen(draft) ? draftHeight(draft, root, columns) : boardHeight(state, view, columns)
}

function noteOf({ watching, problem, dev }: State): string {
  if (dev.url === '') return problem === null ? 'starting' : ''
  return watching === null ? '' : `watching ${watching} ${watching === 1 ? 'file' : 'files'}`
}

interface FooterPanelProps {
  readonly footer: Footer
  readonly view: ViewState
  readonly root: string
  readonly columns: number
}

function FooterPanel({ footer, view: { confirmation, typing }, root, columns }: FooterPanelProps) {
  if (confirmation !== null && !isDowngrade(confirmation))
    return footer.undo.map((line, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
      <Notice key={index} text={` ${line}`} color={colors.warn} columns={columns} />
    ))
  if (confirmation !== null)
    return <ConfirmPrompt confirmation={confirmation} columns={columns} rows={footer.confirmation} />
  return (
    <>
      {footer.result.map((line) => (
        <Notice key={line} text={line} color={colors.good} columns={columns} />
      ))}
      {typing === null || !footer.isTyping ? null : <MessagePrompt typing={typing} columns={columns} />}
      {footer.failedFile === null ? null : <KeepPrompt file={shortPath(footer.failedFile, root)} columns={columns} />}
      {footer.notice === null ? null : <Notice text={` ${footer.notice}`} color={colors.warn} columns={columns} />}
      <KeyBar lines={footer.keys} columns={columns} />
    </>
  )
}

interface NoticeProps {
  readonly text: string
  readonly color: string
  readonly columns: number
}

function Notice({ text, color, columns }: NoticeProps) {
  return (
    <Row columns={columns}>
      <Cell cutsEnd>
        <Text color={color}>{text}</Text>
      </Cell>
    </Row>
  )
}
