/** How does State reach React? At most thirty times a second, however many events there are. */
import { useSyncExternalStore } from 'react'
import type { State } from '../event/state.ts'
import type { Store } from '../event/store.ts'

const leastMs = 33
const subscriptions = new WeakMap<Store, (notify: () => void) => () => void>()

/**
 * The state of a store; draws again when it changed.
 * @param store the stream
 */
export function useStore(store: Store): State {
  const subscribe = subscriptions.get(store) ?? throttledSubscribe(store)
  subscriptions.set(store, subscribe)
  return useSyncExternalStore(subscribe, () => store.state)
}

/** The first change is drawn at once, those that follow closely are drawn together. */
const throttledSubscribe = (store: Store) => (notify: () => void) => {
  let timer: NodeJS.Timeout | null = null
  let isDue = false
  const rest = () => {
    timer = null
    if (isDue) draw()
  }
  const draw = () => {
    isDue = false
    timer = setTimeout(rest, leastMs)
    notify()
  }
  const unsubscribe = store.subscribe(() => {
    isDue = true
    if (timer === null) draw()
  })
  return () => {
    unsubscribe()
    if (timer !== null) clearTimeout(timer)
  }
}
