/** How does the user interface begin and end? Loads Ink: import it through `load-ui.ts`, for one-shot commands need none of it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { render } from 'ink'
import { type ReactNode, useEffect } from 'react'
import type { Store } from '../event/store.ts'
import { safeText } from '../report/plain-line.ts'
import type { Actions } from './actions.ts'
import { openAlternateScreen } from './alternate-screen.ts'
import { App } from './app.tsx'
import { createFrameStream } from './frame-stream.ts'
import { quietConsole } from './quiet-console.ts'
import { createSuspension } from './suspension.ts'
import type { Edit } from './use-editor.ts'

/** What is shown, and where. */
export interface RenderOptions {
  readonly store: Store
  readonly actions: Actions
  /** Opens a draft that is done; the terminal is given to it meanwhile. @default nothing is opened */
  readonly edit?: Edit | null
  /** @default process.stdin */
  readonly stdin?: NodeJS.ReadStream
  /** @default process.stdout */
  readonly stdout?: NodeJS.WriteStream
  /** False for NO_COLOR: states have symbols and words too. @default true unless NO_COLOR is set */
  readonly color?: boolean
}

/** The running user interface. */
export interface Ui {
  /** Resolves after `close`; rejects when drawing failed. The terminal is given back before either. */
  waitUntilExit(): Promise<void>
  /** Gives the terminal back, at once. May be called more than once. */
  close(): void
}

/** Takes the terminal and shows the store until `close`. Signals are the caller's: it calls `close`. */
export function renderUi({
  store,
  actions,
  edit = null,
  stdin = process.stdin,
  stdout = process.stdout,
  color = !process.env.NO_COLOR,
}: RenderOptions): Ui {
  const screen = openAlternateScreen({ stdout, color })
  const frames = createFrameStream({ columns: () => stdout.columns, rows: () => stdout.rows, onFrame: screen.paint })
  const resize = () => {
    screen.forget()
    frames.emit('resize')
  }
  const restoreConsole = quietConsole()
  stdout.on('resize', resize)
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    stdout.off('resize', resize)
    suspension.end()
    screen.close()
    ink.unmount()
    for (const line of restoreConsole()) process.stderr.write(`${safeText(line)}\n`)
  }
  let isEditing = false
  const suspension = createSuspension({ stdin, screen, isFree: () => !isClosed && !isEditing })
  const lend: Edit | null =
    edit &&
    (async (file, signal) => {
      isEditing = true
      // Ink has let go of the keys; the stream must stop reading them, too, or the editor would miss the next one.
      await nextTurn()
      stdin.pause()
      screen.lend()
      return edit(file, signal).finally(() => {
        isEditing = false
        screen.take()
      })
    })
  const app = (
    <AtEnd act={close}>
      <App store={store} actions={actions} edit={lend} suspend={suspension.suspend} />
    </AtEnd>
  )
  const ink = render(app, { stdin, stdout: frames, debug: true, exitOnCtrlC: false, patchConsole: false })
  const exited = ink.waitUntilExit().then(close, (error: unknown) => {
    close()
    throw error
  })
  exited.catch(() => {})
  return { waitUntilExit: () => exited, close }
}

/** Ink ends by itself when drawing fails, and on a signal that nobody listens to: the terminal must be given back then too. */
function AtEnd({ act, children }: { readonly act: () => void; readonly children: ReactNode }) {
  useEffect(() => act, [act])
  return children
}
