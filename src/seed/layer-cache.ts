/** The layers of builds: databases as they were after the schema and after each step, kept so that the same need not be done twice. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { writeWhole } from '../snapshot/write-whole.ts'

/** One layer. */
export interface Layer {
  /** Names all that its content depends on. */
  readonly key: string
  /** The layer it was made from; null for a schema. */
  readonly parent: string | null
  /** Names the step that made it: its definition and what surrounds it. */
  readonly step: string
  /** The files that the step loaded, with their hashes: what its key was made of. */
  readonly files: Readonly<Record<string, string>>
  /** How long the step took, in milliseconds, and the last line that it printed. */
  readonly ms: number
  readonly said: string | null
  readonly bytes: number
  /** When it was made or restored last, in milliseconds since 1970. */
  readonly usedAt: number
}

/** What is kept of it when it is made. */
export type NewLayer = Omit<Layer, 'bytes' | 'usedAt'>

/** The layers of one project. Only for who holds the project's lock. */
export interface LayerCache {
  /** Those that are whole. */
  all(): readonly Layer[]
  /**
   * Makes a scratch database what the last of these layers is.
   * @param path its key, after those of the layers that it was made from
   * @returns false where it is gone or not whole
   */
  restore(path: readonly string[], scratch: Target): Promise<boolean>
  /** Keeps a scratch database as a layer; nobody else finds it before `settle`. */
  keep(layer: NewLayer, scratch: Target): Promise<void>
  /** Where a layer lies, for reading. */
  target(key: string): Target
  /** Writes down what was kept and restored, once it is safe on the disk, and removes what was used least recently. */
  settle(): Promise<void>
}

/** How much may be kept. */
export interface LayerLimits {
  readonly count: number
  readonly bytes: number
}

/**
 * Opens the layers of a project. A layer exists when the index names it, and that is written when its database is safe on the disk: whoever is
 * killed before leaves a file that nobody restores.
 * @param dialect the throwaway's
 * @param folder where they lie
 * @param limits how much may be kept
 */
export function openLayers(dialect: Dialect, folder: string, limits: LayerLimits): LayerCache {
  const index = join(folder, 'index.json')
  const target = (key: string): Target => dialect.scratch(folder, key)
  const read = (): readonly Layer[] => {
    try {
      const { layers } = JSON.parse(readFileSync(index, 'utf8')) as { readonly layers: readonly unknown[] }
      return layers.filter(isLayer)
    } catch {
      // Absent, or not ours: then there are none.
      return []
    }
  }
  let known: readonly Layer[] | null = null
  const fresh = new Map<string, Layer>()
  const used = new Set<string>()

  return {
    all() {
      // Another devdb may have built in between; nobody does while this one holds the lock.
      known = read()
      return [...known, ...fresh.values()]
    },
    async restore(path, scratch) {
      const key = path.at(-1) ?? ''
      const layer = fresh.get(key) ?? (known ?? read()).find((one) => one.key === key)
      const from = target(key)
      if (layer === undefined || (await dialect.sizeOf(from)) !== layer.bytes) return false
      await dialect.checkpoint(from, scratch)
      // Those before it too: without them it cannot be found.
      for (const one of path) used.add(one)
      return true
    },
    async keep(layer, scratch) {
      const to = target(layer.key)
      await dialect.checkpoint(scratch, to).catch(async (error: unknown) => {
        await dialect.removeScratch(to).catch(() => undefined)
        throw error
      })
      fresh.set(layer.key, { ...layer, bytes: await dialect.sizeOf(to), usedAt: Date.now() })
    },
    target,
    async settle() {
      if (fresh.size === 0 && used.size === 0) return
      for (const { key } of fresh.values()) await dialect.flush(target(key))
      const now = Date.now()
      const all = [...read().filter(({ key }) => !fresh.has(key)), ...fresh.values()]
        .map((layer) => (used.has(layer.key) ? { ...layer, usedAt: now } : layer))
        .sort((a, b) => b.usedAt - a.usedAt)
      const kept = withinLimits(all, limits)
      writeWhole(index, { layers: kept })
      fresh.clear()
      used.clear()
      known = kept
      const wanted = new Set(kept.map(({ key }) => key))
      for (const key of keysIn(folder)) if (!wanted.has(key)) await dialect.removeScratch(target(key))
    },
  }
}

/** The newest ones, as many as fit. */
function withinLimits(newestFirst: readonly Layer[], { count, bytes }: LayerLimits): readonly Layer[] {
  let sum = 0
  return newestFirst.slice(0, count).filter((layer) => {
    sum += layer.bytes
    return sum <= bytes
  })
}

/** Also those that a killed process left. */
const keysIn = (folder: string): readonly string[] => [
  ...new Set(readdirSync(folder).flatMap((name) => /^([0-9a-f]{40})\./.exec(name)?.[1] ?? [])),
]

const isLayer = (value: unknown): value is Layer => {
  const { key, step, files, bytes, usedAt } = (value ?? {}) as Partial<Layer>
  const isTyped =
    typeof key === 'string' &&
    /^[0-9a-f]{40}$/.test(key) &&
    typeof step === 'string' &&
    typeof files === 'object' &&
    files !== null
  return isTyped && typeof bytes === 'number' && typeof usedAt === 'number'
}
