/** Garbage is collected while nobody waits: what a practice leaves would be collected in the middle of the next build. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects all that there is. Code of the project's gets no `gc` by it: only contexts that are made after the flag have one. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext("typeof gc === 'function' ? gc : null") as (() => void) | null
  setFlagsFromString('--no-expose-gc')
  collect?.()
}
