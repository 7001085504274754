/** What connects the screen to the world: the store, the clock, the size of the terminal and the keys. */
import { useInput } from 'ink'
import { useCallback, useRef, useState } from 'react'
import type { State } from '../event/state.ts'
import type { Store } from '../event/store.ts'
import { type Actions, perform } from './actions.ts'
import { namesOf } from './keys.ts'
import { Screen } from './screen.tsx'
import { spinnerMs } from './theme.ts'
import { type Edit, useEditor } from './use-editor.ts'
import { useNow } from './use-now.ts'
import { useSize } from './use-size.ts'
import { useStore } from './use-store.ts'
import { initialView, type ViewState } from './view.ts'
import { press } from './view-state.ts'

/** What the screen shows, and what it can ask for. */
export interface AppProps {
  readonly store: Store
  readonly actions: Actions
  /** Opens a draft that is done; null where there is no editor. */
  readonly edit: Edit | null
  /** Stops this program until the shell continues it. */
  suspend(): void
}

/** The whole user interface. */
export function App({ store, actions, edit, suspend }: AppProps) {
  const state = useStore(store)
  const { columns, rows } = useSize()
  const now = useNow(isBusy(state), spinnerMs)
  const [view, setView] = useState(initialView)
  // Several keys may arrive before React draws again; each must see what the one before it did.
  const latest = useRef(view)
  const change = useCallback((next: ViewState) => {
    latest.current = next
    setView(next)
  }, [])
  const isWanted = useCallback(() => !latest.current.isQuitting, [])
  const onEnd = useCallback((notice: string | null) => change({ ...latest.current, notice }), [change])
  const isEditing = useEditor({ store, edit, isWanted, onEnd })

  useInput(
    (input, flags) => {
      for (const name of namesOf(input, flags, latest.current.typing !== null)) {
        if (name === 'ctrl-z') {
          // A stopped program that holds dev would keep it from everybody.
          if (store.state.dev.running === null) suspend()
          else onEnd('a change of the dev database is running')
          continue
        }
        const pressed = press(latest.current, store.state, name, { columns, rows })
        change(pressed.view)
        if (pressed.request !== null) perform(pressed.request, actions)
      }
    },
    { isActive: !isEditing },
  )

  return <Screen state={state} view={view} now={now} columns={columns} rows={Math.max(1, rows - 1)} />
}

/** Whether something turns. */
const isBusy = ({ throwaway, dev, draft }: State): boolean =>
  throwaway.running !== null || dev.running !== null || draft?.phase === 'preparing' || draft?.phase === 'proving'
