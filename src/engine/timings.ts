/** How long things took last time: what the progress bars are drawn from. */
import { join } from 'node:path'
import { redact } from '../event/redact.ts'
import { type Keep, readKept } from './kept-json.ts'

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
 * @param keep writes them
 */
export function openTimings(folder: string, keep: Keep): Timings {
  const file = join(folder, 'timings.json')
  const kept = Object.entries(readKept<Record<string, unknown>>(file, {}))
  const values = new Map(kept.flatMap(([name, ms]) => (isDuration(ms) ? [[name, ms] as const] : [])))
  const all = (): Readonly<Record<string, number>> => Object.fromEntries(values)
  return {
    // The name of a step may be a command with a password in it.
    get: (name) => values.get(redact(name)) ?? null,
    set: (name, ms) => void values.set(redact(name), ms),
    all,
    save: () => keep(file, all()),
  }
}

const isDuration = (value: unknown): value is number => typeof value === 'number' && value >= 0
