/** What the last build left: whether the throwaway is good, of which inputs it was made, and how long everything took. */
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { Problem } from '../error.ts'
import { fileState, findBuildFiles, findStepFiles, fullPath, shownPath } from './inputs.ts'
import { type Keep, readKept } from './kept-json.ts'

/** A build that came to its end well. Times in milliseconds, `at` since 1970. */
export interface GoodBuild {
  readonly at: number
  readonly ms: number
  readonly tables: number
  /** The layer that the throwaway is; null where that has no name. */
  readonly layer?: string | null
  /** Hashes of the files it was made of, by path relative to the project. */
  readonly inputs: Readonly<Record<string, string | null>>
}

/** The last build, and the last good one. */
export interface LastBuild {
  readonly good: GoodBuild | null
  /** Why the last build failed; null when it did not. */
  readonly problem: Problem | null
}

/** What `status` says of the throwaway. */
export interface ThrowawayStatus {
  readonly state: 'ready' | 'stale' | 'failed' | 'absent'
  readonly builtAt: number | null
  readonly tables: number | null
  readonly ms: number | null
}

const fileOf = (folder: string): string => join(folder, 'build.json')

/** Reads what the last build left. */
export function readLastBuild(folder: string): LastBuild {
  const { good, problem } = readKept<Partial<LastBuild>>(fileOf(folder), {})
  const isGood = typeof good?.at === 'number' && typeof good.inputs === 'object'
  return { good: isGood ? good : null, problem: problem ?? null }
}

/** Keeps what a build left. */
export const keepLastBuild = (
  { config, keep }: { readonly config: Pick<Config, 'folder'>; readonly keep: Keep },
  build: LastBuild,
): void => keep(fileOf(config.folder), build)

/**
 * Tells the throwaway's state without building anything.
 * @param config the project
 * @param dialect the throwaway's
 */
export async function readThrowawayStatus(config: Config, dialect: Dialect): Promise<ThrowawayStatus> {
  const { good, problem } = readLastBuild(config.folder)
  if (good === null || !(await dialect.exists(config.throwaway))) {
    return { state: problem === null ? 'absent' : 'failed', builtAt: null, tables: null, ms: null }
  }
  const isStale = problem !== null || (await haveInputsChanged(config, good))
  return { state: isStale ? 'stale' : 'ready', builtAt: good.at, tables: good.tables, ms: good.ms }
}

async function haveInputsChanged(config: Config, { inputs }: GoodBuild): Promise<boolean> {
  const wanted = [...(await findBuildFiles(config).catch(() => [])), ...(await findStepFiles(config))]
  if (wanted.some((path) => !(shownPath(path, config.root) in inputs))) return true
  const states = await Promise.all(
    Object.entries(inputs).map(async ([path, hash]) => (await fileState(fullPath(path, config.root))).hash === hash),
  )
  return states.includes(false)
}
