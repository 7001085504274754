/** How a run of the bench is set. */

/** The groups, in the order in which they run. */
export const groups = ['save', 'size', 'start', 'quiet', 'dev', 'schema'] as const

/** The name of a group. */
export type GroupName = (typeof groups)[number]

/** What was asked for on the command line. */
export interface BenchSetting {
  /** How often each case is measured. */
  readonly runs: number
  /** Whether all is small: shows that the bench works, and its figures mean nothing. */
  readonly isQuick: boolean
  /** An empty folder for all that is made; gone afterwards. */
  readonly folder: string
  /** Told what is measured now. */
  tell(line: string): void
}
