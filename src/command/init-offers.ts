/** What `init` offers when what it wrote does not work yet, or not without differences. */
import { join, relative } from 'node:path'
import type { Config } from '../config/config.ts'
import { readAccepted, writeAccepted } from '../engine/accepted-file.ts'
import { findDrift } from '../engine/find-drift.ts'
import type { InitResult } from '../engine/init-project.ts'
import { openProject } from '../engine/project.ts'
import { readDevPosition } from '../engine/read-dev-board.ts'
import { withLock } from '../engine/with-lock.ts'
import { writeBaseline } from '../engine/write-baseline.ts'
import { createStore } from '../event/store.ts'
import { isWant } from '../migration/migration-error.ts'
import { entriesOf } from '../schema/accepted.ts'
import type { Schema } from '../schema/schema.ts'

/** Something that can be done now, or later with a command. */
export interface Offer {
  /** `adopt` changes dev, so it is left to its command. */
  readonly id: 'baseline' | 'accept' | 'adopt'
  /** A question that is answered by y or n. */
  readonly text: string
  /** What does the same later. */
  readonly command: string
  /** Whether nothing works without it. */
  readonly isNeeded: boolean
}

const lockWaitMs = 60_000

const open = (config: Config) => openProject(config, createStore(), 'devdb init', lockWaitMs)

/** What to offer after a trial. */
export async function findOffers({ config, trial }: InitResult, signal: AbortSignal): Promise<readonly Offer[]> {
  const { differences, replayProblem } = trial
  if (
    replayProblem?.code === 'shadow-failed' &&
    !isWant(replayProblem.hint) &&
    config.baseline === null &&
    (await hasApplied(config))
  )
    return [
      {
        id: 'baseline',
        text: `The migrations do not start from an empty database, and ${config.dev.label} has them applied. Let replays start from its schema?`,
        command: 'devdb baseline',
        isNeeded: true,
      },
    ]
  if (differences === null || differences.length === 0) return []
  if (trial.migrations === 0) return adoption(config, trial.models, signal)
  const ways = `${differences.length} way${differences.length === 1 ? '' : 's'}`
  return [
    {
      id: 'accept',
      text: `Models and migrations differ in ${ways} today. Accept that, so that drafts hold only what you change from now on?`,
      command: 'devdb check --accept',
      isNeeded: false,
    },
  ]
}

/** A dev database that `sync()` made, and no migration yet. */
async function adoption(config: Config, models: Schema | null, signal: AbortSignal): Promise<readonly Offer[]> {
  const project = open(config)
  const look = () => withLock(project, signal, project.store.emit, () => findDrift(project, models!, signal))
  const drift = models === null ? null : await look().catch(() => null)
  const names = (drift?.objects ?? []).map(({ name }) => (/^[\w:.-]+$/.test(name) ? name : `'${name}'`))
  if (names.length === 0) return []
  return [
    {
      id: 'adopt',
      text: `${config.dev.label} has ${names.length} table${names.length === 1 ? '' : 's'} that no migration made`,
      command: `devdb drift --adopt ${names.join(' ')} -m 'first schema'`,
      isNeeded: false,
    },
  ]
}

async function hasApplied(config: Config): Promise<boolean> {
  const position = await readDevPosition(open(config)).catch(() => null)
  return (position?.logged.length ?? 0) > 0
}

/**
 * Writes the baseline beside the configuration.
 * @returns its path as a configuration says it
 * @throws DevdbError `baseline-failed`
 */
export async function takeBaseline(config: Config, signal: AbortSignal): Promise<string> {
  const project = open(config)
  const file = join(config.root, 'devdb.baseline.sql')
  await withLock(project, signal, project.store.emit, () => writeBaseline(project, { file, overwrites: false }, signal))
  return `./${relative(config.root, file)}`
}

/** Accepts what differs. @returns what was done, in words */
export async function acceptDifferences({ config, trial }: InitResult): Promise<string> {
  const entries = entriesOf(trial.differences ?? [])
  writeAccepted(config, [...new Set([...readAccepted(config), ...entries])].sort())
  return `accepted ${entries.length} difference${entries.length === 1 ? '' : 's'} in devdb.accepted.json`
}
