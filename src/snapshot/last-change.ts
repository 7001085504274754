/** What devdb did to dev last, so that it can be taken back, also where it was killed and does not know whether it came to its end. */
import { readFileSync } from 'node:fs'
import { writeWhole } from './write-whole.ts'

/** One change of dev. */
export interface LastChange {
  /** Names this change; the id of the snapshot of right before, where there is one. */
  readonly id: string
  /** When it began, in milliseconds since 1970. */
  readonly at: number
  /** `upgrade head`, `undo of upgrade head`. */
  readonly what: string
  /** The snapshot of dev as it was right before; null where there was no dev. */
  readonly snapshot: string | null
  /** The database that was changed. */
  readonly label: string
}

/** The last change that entered, and one that may have entered: its process was killed, or is about it now. */
export interface LastChanges {
  last(): LastChange | null
  entering(): LastChange | null
  /** Before it enters. The last change stays known, for the case that this one does not. */
  begin(change: LastChange): void
  /** It is in. */
  finish(change: LastChange): void
  /** It is not. */
  cancel(): void
  /** Names of both. */
  ids(): readonly string[]
}

interface Kept {
  readonly last: LastChange | null
  readonly entering: LastChange | null
}

/**
 * The last changes of one project.
 * @param file absolute path; need not exist
 */
export function openLastChanges(file: string): LastChanges {
  const read = (): Kept => {
    try {
      const { last = null, entering = null } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Kept>
      return { last, entering }
    } catch {
      return { last: null, entering: null }
    }
  }
  const write = (kept: Kept): void => writeWhole(file, kept)
  return {
    last: () => read().last,
    entering: () => read().entering,
    begin: (entering) => write({ last: read().last, entering }),
    finish: (last) => write({ last, entering: null }),
    cancel() {
      const { last, entering } = read()
      if (entering !== null) write({ last, entering: null })
    },
    ids() {
      const { last, entering } = read()
      return [last, entering].flatMap((change) => (change === null ? [] : [change.id]))
    },
  }
}
