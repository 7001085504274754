/** How long things took last time: what the progress bars are drawn from. */
import { join } from 'node:path'
import { keep, readKept } from './kept-json.ts'

/** Durations in milliseconds, by name. */
export interface Timings {
  /** @returns null where it never ran */
  get(name: string): number | null
  set(name: string, ms: number): void
  all(): Readonly<Record<string, number>>
  /** Keeps them for the next process. */
  save(): void
}

/**
 * The timings of a project.
 * @param folder `.devdb`
 */
export function openTimings(folder: string): Timings {
  const file = join(folder, 'timings.json')
  const values = readKept<Record<string, number>>(file, {})
  return {
    get: (name) => (typeof values[name] === 'number' ? values[name] : null),
    set(name, ms) {
      values[name] = ms
    },
    all: () => values,
    save: () => keep(file, values),
  }
}
