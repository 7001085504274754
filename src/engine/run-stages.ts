/** Migrations up, down and up on a copy, all in one child for as long as none of them ends it. */
import type { Target } from '../database/target.ts'
import type { Problem } from '../error.ts'
import { type Rehearsed, type Stage, skipped } from '../event/rehearsal.ts'
import { judgeRehearsal, noFindings } from '../migration/judge-rehearsal.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { callUserCode } from './call-user-code.ts'
import type { Project } from './project.ts'

/** Where they run, and where states are kept. */
export interface StagePlaces {
  readonly work: Target
  /** The state before each; null where nothing is to be judged, and the states of the one migration stay for the caller to compare. */
  readonly before: Target | null
  readonly afterUp: Target
  readonly afterDown: Target
}

/**
 * Runs the stages of each until one of them does not succeed, and of the next ones until an up does not succeed.
 * @param project the project
 * @param files the migrations, in order
 * @param places where
 * @param signal cancels it
 * @param onRehearsed told each as soon as it is known
 * @returns one for each file
 * @throws DevdbError `interrupted`
 */
export async function runStages(
  project: Project,
  files: readonly MigrationFile[],
  places: StagePlaces,
  signal: AbortSignal,
  onRehearsed: (rehearsed: Rehearsed) => void = () => undefined,
): Promise<readonly Rehearsed[]> {
  const done: Rehearsed[] = []
  const tell = (one: Rehearsed): void => {
    done.push(one)
    onRehearsed(one)
  }
  for (let next = files[0]; next !== undefined; next = files[done.length]) {
    if (done.some(({ up }) => up.result !== 'ok')) tell(untried(next.name))
    else {
      const problem = await runInChild(project, files.slice(done.length), places, signal, tell)
      const last = files[done.length]
      if (problem !== null && last !== undefined) tell(await diedIn(project, last.name, places, problem))
    }
  }
  return done
}

/** @returns why the child ended too early, or null */
async function runInChild(
  project: Project,
  files: readonly MigrationFile[],
  { work, before, afterUp, afterDown }: StagePlaces,
  signal: AbortSignal,
  tell: (one: Rehearsed) => void,
): Promise<Problem | null> {
  const { config, dialect } = project
  for (const place of [before, afterUp, afterDown]) if (place !== null) await dialect.removeScratch(place)
  const connection = await dialect.openForReading(work)
  const logged = await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  const { outcome } = await callUserCode(
    project,
    'rehearse-migrations',
    { target: work, files, setting: config.migrations, logged, before, afterUp, afterDown },
    {
      target: work,
      signal,
      timeoutMs: null,
      emit: (kind, fields) => {
        if (kind === 'migration-rehearsed') tell((fields as { readonly rehearsed: Rehearsed }).rehearsed)
      },
    },
  )
  return 'problem' in outcome ? outcome.problem : null
}

const untried = (name: string): Rehearsed => ({
  name,
  up: skipped,
  down: skipped,
  redo: skipped,
  ...noFindings,
  mergedOrder: null,
  statements: [],
})

/** Code that ends the process: the states that it left tell how far it came, and the next one starts from where this one is applied. */
async function diedIn(
  { config, dialect }: Project,
  name: string,
  { work, before, afterUp, afterDown }: StagePlaces,
  problem: Problem,
): Promise<Rehearsed> {
  const [isUp, isDown] = [await dialect.exists(afterUp), await dialect.exists(afterDown)]
  const ok: Stage = { result: 'ok', ms: null, problem: null }
  const failed: Stage = { result: 'failed', ms: null, problem }
  const stages = isDown
    ? { up: ok, down: ok, redo: failed }
    : { up: isUp ? ok : failed, down: isUp ? failed : skipped, redo: skipped }
  const states = before === null || !(await dialect.exists(before)) ? null : { before, afterUp, afterDown }
  const facts = { isUp, isDown, keeps: [], statements: [] }
  const findings = states === null ? noFindings : await judgeRehearsal(dialect, config.migrations.meta, states, facts)
  if (isUp) {
    await dialect.removeScratch(work)
    await dialect.checkpoint(afterUp, work)
  }
  return { name, ...stages, ...findings, mergedOrder: null, statements: [] }
}
