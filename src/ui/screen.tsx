/** What is on the screen? Pure: everything comes in as props, and a frame of at most `rows` lines comes out. */
import { Box, Text } from 'ink'
import type { ReactNode } from 'react'
import type { State } from '../event/state.ts'
import { Board, boardHeight } from './board.tsx'
import { ConfirmPrompt, confirmHeight } from './confirm-prompt.tsx'
import { Header } from './header.tsx'
import { HelpPanel } from './help-panel.tsx'
import { KeyBar, keyLines, keysNow } from './key-bar.tsx'
import { LogPanel } from './log-panel.tsx'
import { helpLines } from './page.ts'
import { Cell, Row } from './row.tsx'
import { colors } from './theme.ts'
import type { ViewState } from './view-state.ts'

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
  const footer = footerOf({ state, view, columns, rows })
  const room = rows - 1 - footer.height
  const hasGaps = room >= 18 || room - 2 >= wantedRows(state, view, columns)
  const body = { columns, rows: hasGaps ? room - 2 : room }
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Header columns={columns} project={state.project} note={noteOf(state)} />
      {hasGaps ? <Text> </Text> : null}
      {view.open === 'help' ? <HelpPanel scrolled={view.scrolled} {...body} /> : null}
      {view.open === 'log' ? <LogPanel state={state} scrolled={view.scrolled} {...body} /> : null}
      {view.open === 'board' ? <Board {...{ state, view, now, ...body }} /> : null}
      {hasGaps ? <Text> </Text> : null}
      {footer.node}
    </Box>
  )
}

const leastLog = 8

function wantedRows(state: State, view: ViewState, columns: number): number {
  if (view.open === 'help') return helpLines(columns).length
  return view.open === 'log' ? leastLog : boardHeight(state, view.dismissed, columns)
}

function noteOf({ watching, problem, dev }: State): string {
  if (dev.url === '') return problem === null ? 'starting' : ''
  return watching === null ? '' : `watching ${watching} ${watching === 1 ? 'file' : 'files'}`
}

interface Footer {
  readonly height: number
  readonly node: ReactNode
}

function footerOf({ state, view, columns, rows }: Omit<ScreenProps, 'now'>): Footer {
  const { confirmation } = view
  if (confirmation !== null) {
    const height = Math.min(confirmHeight(confirmation), Math.max(1, Math.floor(rows / 2)))
    return { height, node: <ConfirmPrompt confirmation={confirmation} columns={columns} rows={height} /> }
  }
  const isChanging = state.dev.running !== null
  const text = view.isQuitting
    ? isChanging
      ? 'quits when the change is done; Ctrl-C again stops it, and dev stays'
      : 'quitting'
    : view.notice
  const lines = view.isQuitting ? [] : keyLines(keysNow(view.open, state.dev), columns)
  return {
    height: lines.length + (text === null ? 0 : 1),
    node: (
      <>
        {text === null ? null : <Notice text={text} columns={columns} />}
        <KeyBar lines={lines} columns={columns} />
      </>
    ),
  }
}

function Notice({ text, columns }: { readonly text: string; readonly columns: number }) {
  return (
    <Row columns={columns}>
      <Cell cutsEnd>
        <Text color={colors.warn}>{` ${text}`}</Text>
      </Cell>
    </Row>
  )
}
