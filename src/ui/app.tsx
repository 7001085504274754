/** What connects the screen to the world: the store, the clock, the size of the terminal and the keys. */
import { useInput } from 'ink'
import { useRef, useState } from 'react'
import type { Store } from '../event/store.ts'
import { type Actions, perform } from './actions.ts'
import { namesOf } from './keys.ts'
import { Screen } from './screen.tsx'
import { spinnerMs } from './theme.ts'
import { useNow } from './use-now.ts'
import { useSize } from './use-size.ts'
import { useStore } from './use-store.ts'
import { initialView, press } from './view-state.ts'

/** What the screen shows, and what it can ask for. */
export interface AppProps {
  readonly store: Store
  readonly actions: Actions
}

/** The whole user interface. */
export function App({ store, actions }: AppProps) {
  const state = useStore(store)
  const { columns, rows } = useSize()
  const now = useNow(state.throwaway.running !== null || state.dev.running !== null, spinnerMs)
  const [view, setView] = useState(initialView)
  // Several keys may arrive before React draws again; each must see what the one before it did.
  const latest = useRef(view)

  useInput((input, flags) => {
    for (const name of namesOf(input, flags)) {
      const pressed = press(latest.current, store.state, name, { columns, rows })
      latest.current = pressed.view
      setView(pressed.view)
      if (pressed.request !== null) perform(pressed.request, actions)
    }
  })

  return <Screen state={state} view={view} now={now} columns={columns} rows={Math.max(1, rows - 1)} />
}
