/** What a process that runs project code does instead of opening the dev database. */

/**
 * A rule of the door. Plain JSON: it crosses process boundaries in an environment variable.
 * Places are whatever the dialect's driver opens: absolute paths of files, or addresses on a server.
 */
export interface DoorRule {
  /** Whose door keeps it. */
  readonly dialect: string
  /** Where dev is. */
  readonly dev: string
  /** What is opened in its place; null where dev itself is opened, but for reading alone. */
  readonly job: string | null
}

/** The variable that carries the rules: a JSON list, the rule of the innermost devdb first. */
export const doorVariable = 'DEVDB_DOOR'

/**
 * Reads the rules of an environment.
 * @param env the environment of this process, or of one that is about to start
 * @returns the rules; none where the variable is absent or holds something else
 */
export function readRules(env: Readonly<Record<string, string | undefined>>): readonly DoorRule[] {
  try {
    const rules: unknown = JSON.parse(env[doorVariable] ?? '[]')
    return Array.isArray(rules) ? rules.filter(isRule) : []
  } catch {
    return []
  }
}

const isRule = (value: unknown): value is DoorRule => {
  const { dialect, dev, job } = (value ?? {}) as Partial<Record<keyof DoorRule, unknown>>
  return typeof dialect === 'string' && typeof dev === 'string' && (typeof job === 'string' || job === null)
}
