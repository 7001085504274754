/** What time is it, for whoever draws elapsed time? Ticks only while something runs: a watch at rest uses no CPU. */
import { useEffect, useState } from 'react'

/**
 * The clock of a component.
 * @param isTicking draw again and again
 * @param intervalMs how often, in milliseconds
 * @returns milliseconds since 1970
 */
export function useNow(isTicking: boolean, intervalMs: number): number {
  const [, setTick] = useState(0)
  useEffect(() => {
    if (!isTicking) return
    const timer = setInterval(() => setTick((tick) => tick + 1), intervalMs)
    return () => clearInterval(timer)
  }, [isTicking, intervalMs])
  return Date.now()
}
