/** What devdb did to dev last, so that it can be taken back, also where it was killed and does not know whether it came to its end. */
import { readFileSync } from 'node:fs'
import { isSnapshotId } from './snapshot-id.ts'
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

/** The last change that entered, and one that is under way: it runs now, or its process was killed. */
export interface LastChanges {
  last(): LastChange | null
  /** The one under way, from its first step to its last; with its snapshot as soon as that is recorded. */
  begun(): LastChange | null
  /** The one under way, where it may have entered. */
  entering(): LastChange | null
  /** Before its first step, and when its snapshot is recorded. */
  begin(change: LastChange): void
  /** Before it enters. The last change stays known, for the case that this one does not. */
  enter(change: LastChange): void
  /** It has not entered. */
  cancel(): void
  /** It is in. */
  finish(change: LastChange): void
  /** After its last step, whether it is in or not. */
  end(): void
  /** Ids of those of which a copy of what entered is needed. */
  ids(): readonly string[]
  /** Ids of the snapshots that they need. */
  snapshots(): readonly string[]
}

interface Kept {
  readonly last: LastChange | null
  readonly begun: LastChange | null
  readonly entering: LastChange | null
}

/**
 * The last changes of one project.
 * @param file absolute path; need not exist
 */
export function openLastChanges(file: string): LastChanges {
  const read = (): Kept => {
    try {
      const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof Kept, unknown>>
      const entering = changeIn(kept.entering)
      return { last: changeIn(kept.last), begun: changeIn(kept.begun) ?? entering, entering }
    } catch {
      return { last: null, begun: null, entering: null }
    }
  }
  const write = (kept: Kept): void => writeWhole(file, kept)
  return {
    last: () => read().last,
    begun: () => read().begun,
    entering: () => read().entering,
    begin: (begun) => write({ last: read().last, begun, entering: null }),
    enter: (entering) => write({ last: read().last, begun: entering, entering }),
    cancel() {
      const { entering, ...kept } = read()
      if (entering !== null) write({ ...kept, entering: null })
    },
    finish: (last) => write({ last, begun: read().begun, entering: null }),
    end() {
      const { last, begun } = read()
      if (begun !== null) write({ last, begun: null, entering: null })
    },
    ids() {
      const { last, entering } = read()
      return [last, entering].flatMap((change) => (change === null ? [] : [change.id]))
    },
    snapshots() {
      const { last, begun, entering } = read()
      return [last, begun, entering].flatMap((change) => (change?.snapshot == null ? [] : [change.snapshot]))
    },
  }
}

/** What somebody else wrote there is none: its ids become names of files. */
function changeIn(value: unknown): LastChange | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, at, what, snapshot, label } = value as Partial<LastChange>
  if (typeof id !== 'string' || !isSnapshotId(id) || typeof at !== 'number') return null
  if (snapshot !== null && (typeof snapshot !== 'string' || !isSnapshotId(snapshot))) return null
  return typeof what === 'string' && typeof label === 'string' ? { id, at, what, snapshot, label } : null
}
