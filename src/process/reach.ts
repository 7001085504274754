/** Where a change of dev may be killed: the moments between its steps, by name, so that a test can kill it at each of them. */

/** Every named moment, about in the order in which a change comes to it. */
export const moments = [
  'lock-taken',
  'change-begun',
  'dev-copied',
  'snapshot-noted',
  'copy-made',
  'stored-code-written',
  'migration-run',
  'migration-told',
  'ledger-due',
  'ledger-written',
  'copy-finished',
  'record-drafted',
  'snapshot-kept',
  'entering-noted',
  'dev-locked',
  'dev-half-entered',
  'dev-entered',
  'dev-placed',
  'work-removed',
  'change-noted',
  'snapshot-forgotten',
  'tidied',
  'change-ended',
  'snapshot-copied',
] as const

/** Those of a draft, from its first file to its name. */
export const draftMoments = ['draft-written', 'draft-tested', 'draft-half-named', 'draft-named'] as const

/** The name of one moment. */
export type Moment = (typeof moments)[number] | (typeof draftMoments)[number]

/** The variable that names the moment at which a process kills itself: `dev-locked`, or `record-drafted:3` for the third time it is reached. */
const variable = 'DEVDB_KILL_AT'

let reached = 0

/**
 * Says that a moment has come. Nothing happens, unless a test wants to see what a SIGKILL leaves here.
 * @param moment which
 */
export function reach(moment: Moment): void {
  const wanted = process.env[variable]
  if (wanted === undefined) return
  const [name, count = '1'] = wanted.split(':')
  if (name !== moment || ++reached !== Number(count)) return
  process.kill(process.pid, 'SIGKILL')
}
