/** How the door gets into a process, and into all Node programs that it starts: through its environment. */
import { delimiter } from 'node:path'
import { type DoorRule, doorVariable, readRules } from './door-rule.ts'
import { requireOption } from './node-options.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The files of a door. */
export interface DoorFiles {
  /** What Node loads first, absolute. */
  readonly preload: string
  /** A folder with a `node` that loads it too, for commands that replace NODE_OPTIONS; absolute. */
  readonly programs: string
}

/**
 * Puts a door into an environment. What is there already stays: NODE_OPTIONS and PATH are extended, rules of an outer devdb are kept.
 * @param env the environment of a process that is about to start
 * @param rule what its door does
 * @param files where the door is
 * @returns the whole environment
 */
export function withDoor(env: Environment, rule: DoorRule, files: DoorFiles): Record<string, string | undefined> {
  const outer = readRules(env).filter(({ dialect, dev }) => dialect !== rule.dialect || dev !== rule.dev)
  return {
    ...env,
    [doorVariable]: JSON.stringify([rule, ...outer]),
    NODE_OPTIONS: requireOption(env.NODE_OPTIONS, files.preload),
    ...(process.platform === 'win32' ? {} : { PATH: withFolder(env.PATH, files.programs) }),
  }
}

const withFolder = (path: string | undefined, folder: string): string => {
  const others = (path ?? process.env.PATH ?? '').split(delimiter).filter((one) => one !== folder && one !== '')
  return [folder, ...others].join(delimiter)
}
