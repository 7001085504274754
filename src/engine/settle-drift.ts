/** What somebody decided about drift is done: taken back first, then ignored, then adopted, after which there may be a file to finish. */
import { performance } from 'node:perf_hooks'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { DraftProof } from '../event/draft-fields.ts'
import type { Emit, EventFields } from '../event/event.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { siftAccepted } from '../schema/accepted.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { driftObjects } from '../schema/drift-objects.ts'
import type { Schema } from '../schema/schema.ts'
import { draftAdoption, driftChanged, recordAdoption } from './adopt-drift.ts'
import type { RenameAnswers } from './draft-renames.ts'
import { enterDev } from './enter-dev.ts'
import { type DriftBasis, readDriftBasis } from './find-drift.ts'
import { readIgnoredDrift, writeIgnoredDrift } from './ignored-drift.ts'
import type { Project } from './project.ts'
import { unproven } from './prove-draft.ts'
import { takeBackOn } from './take-back-drift.ts'

/** Nothing is said of renames. */
export const noRenames: RenameAnswers = { renames: [], tableRenames: [], noRename: false, underscored: false }

/** What becomes of which objects, by name; no other is touched. */
export interface DriftWish {
  readonly adopt: readonly string[]
  readonly takeBack: readonly string[]
  readonly ignore: readonly string[]
  /** The lines that somebody was shown of what is taken back: nothing else is. */
  readonly shown: readonly string[]
  /** What the migration is named after; null: after what it adopts. */
  readonly message: string | null
  /** What of what is adopted was renamed. */
  readonly answers: RenameAnswers
  /** Whether it is noted as applied on dev; otherwise adopting does not touch dev. */
  readonly records: boolean
}

/** What came of it. */
export interface DriftReport extends Omit<EventFields['drift-finished'], 'ms'> {
  readonly proof: DraftProof
  readonly problem: Problem | null
}

/**
 * Does it, under the lock. What was done before something failed stays done, and is reported.
 * @param project the project
 * @param models the models' schema
 * @param wish what becomes of what
 * @param emit where events go
 * @param signal ends a proof
 */
export async function settleDrift(
  project: Project,
  models: Schema,
  wish: DriftWish,
  emit: Emit,
  signal: AbortSignal,
): Promise<DriftReport> {
  const startedAt = performance.now()
  const { adopt, takeBack, ignore } = wish
  emit('drift-started', { adopt, takeBack, ignore })
  let done = {
    adopted: none,
    takenBack: none,
    ignored: none,
    file: null as string | null,
    saved: null as string | null,
  }
  let { problem: _, obstacle: __, ...proof } = unproven
  try {
    if (takeBack.length > 0) {
      const saved = await takeBackOnDev(project, await basisOf(project, models, signal), wish, emit)
      done = { ...done, takenBack: takeBack, saved }
    }
    if (ignore.length > 0) {
      const basis = await basisOf(project, models, signal)
      ignoreFromNowOn(project, await basis.read(project.config.dev), ignore)
      done = { ...done, ignored: ignore }
    }
    if (adopt.length > 0) {
      const basis = await basisOf(project, models, signal)
      const drift = pick(await basis.read(project.config.dev), adopt)
      const adoption = {
        names: adopt,
        basis,
        drift,
        answers: wish.answers,
        message: wish.message ?? `adopt ${adopt.map(shortName).join(' ')}`,
      }
      const record = async (migration: MigrationFile): Promise<void> => {
        const saved = await recordAdoption(project, adoption, migration, emit)
        done = { ...done, adopted: adopt, saved: done.saved ?? saved }
      }
      const drafted = await draftAdoption(project, adoption, wish.records ? record : null, signal)
      const { problem, obstacle: ___, ...results } = drafted.proof
      proof = results
      if (problem !== null) throw problem
      done = { ...done, file: drafted.file }
    }
    emit('drift-finished', { ...done, ms: Math.round(performance.now() - startedAt) })
    return { ...done, proof, problem: null }
  } catch (error) {
    const problem = toProblem(error)
    emit('drift-failed', { problem })
    return { ...done, proof, problem }
  }
}

const none: readonly string[] = []

/** `column:users.nick` without its kind, as a word of a file's name. */
const shortName = (name: string): string => name.slice(name.indexOf(':') + 1)

async function basisOf(project: Project, models: Schema, signal: AbortSignal): Promise<DriftBasis> {
  const basis = await readDriftBasis(project, models, signal)
  if (basis !== null) return basis
  throw new DevdbError('drift-unknown', `nothing can be said of what differs in ${project.config.dev.label}`, {
    hint: 'look where it stands: devdb status',
  })
}

/** The changes of some objects. @throws DevdbError `drift-changed` */
function pick(changes: readonly Change[], names: readonly string[]): readonly Change[] {
  const objects = driftObjects(changes)
  const gone = names.filter((name) => !objects.some((object) => object.name === name))
  if (gone.length > 0) throw driftChanged(gone)
  return objects.flatMap((object) => (names.includes(object.name) ? object.changes : []))
}

async function takeBackOnDev(
  project: Project,
  basis: DriftBasis,
  { takeBack, shown }: DriftWish,
  emit: Emit,
): Promise<string | null> {
  const { saved } = await enterDev<null>(project, { what: `take back ${takeBack.join(', ')}` }, emit, async (copy) => {
    const drift = pick(await basis.read(copy), takeBack)
    const others = drift.map(describeChange).filter((line) => !shown.includes(line))
    if (others.length > 0) throw driftChanged(others)
    await takeBackOn(project, copy, drift, emit)
    const left = driftObjects(await basis.read(copy)).filter(({ name }) => takeBack.includes(name))
    if (left.length > 0)
      throw new DevdbError('drift-stuck', `${left.flatMap(({ lines }) => lines).join('; ')} would differ still`, {
        hint: `devdb drift --adopt ${left[0]!.name}`,
      })
    return { outcome: null, enter: copy }
  })
  return saved
}

/** Entries of what is not there any more go, as those of accepted differences do. */
function ignoreFromNowOn({ config }: Project, changes: readonly Change[], names: readonly string[]): void {
  const entries = readIgnoredDrift(config)
  const { stale } = siftAccepted(changes, entries)
  const kept = entries.filter((line) => !stale.includes(line))
  writeIgnoredDrift(config, [...kept, ...pick(changes, names).map(describeChange)])
}
