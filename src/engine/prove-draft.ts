/** Proof before offer: the written file runs up, down and up again on a copy of dev with its rows. */
import { join } from 'node:path'
import { environmentFor } from '../config/config.ts'
import type { Target } from '../database/target.ts'
import type { Problem } from '../error.ts'
import type { Direction } from '../event/event.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import type { Schema } from '../schema/schema.ts'
import { callWorker } from '../worker/call-worker.ts'
import { checkpointAfter } from '../worker/operation/run-migrations.ts'
import { buildShadow } from './build-shadow.ts'
import type { Project } from './project.ts'

/** What a proof came to. */
export interface Proof {
  readonly up: 'ok' | 'failed' | 'unproven'
  readonly down: 'ok' | 'failed' | 'irreversible' | 'unproven'
  readonly redo: 'ok' | 'failed' | 'unproven'
  readonly rowsLost: readonly { readonly table: string; readonly column: string | null; readonly rows: number }[]
  /** Why it failed. */
  readonly problem: Problem | null
}

/** What is to be proven. */
export interface ProofWish {
  readonly draft: MigrationFile
  /** Migrations that stand before it and are not applied to dev yet. */
  readonly pending: readonly MigrationFile[]
  /** The schema that the migrations give without the draft, and with it. */
  readonly from: Schema
  readonly wanted: Schema
  /** Tables whose rows the draft drops on purpose. */
  readonly dropped: ReadonlySet<string>
}

/** Nothing tried. */
export const unproven: Proof = { up: 'unproven', down: 'unproven', redo: 'unproven', rowsLost: [], problem: null }

/**
 * Proves a draft on a copy of dev; where there is no dev yet, on the empty shadow.
 * @param project the project
 * @param wish what is to be proven
 * @param signal cancels it
 */
export async function proveDraft(project: Project, wish: ProofWish, signal: AbortSignal): Promise<Proof> {
  const { config, dialect } = project
  const copy = dialect.scratch(join(config.folder, 'rehearsal'), 'rehearsal')
  const run = (direction: Direction, files: readonly MigrationFile[]) => runOn(project, copy, direction, files, signal)
  const introspect = () => dialect.introspect(copy, config.migrations.meta)
  try {
    if (await dialect.exists(config.dev)) await dialect.copy(config.dev, copy, config.waitMs)
    else await dialect.checkpoint(await buildShadow(project, signal, wish.pending), copy)
    if ((await dialect.exists(config.dev)) && wish.pending.length > 0) {
      const problem = await run('upgrade', wish.pending)
      if (problem !== null) return { ...unproven, up: 'failed', problem }
    }
    const before = { schema: await introspect(), rows: await countRows(project, copy) }
    // What dev differed in before is no fault of the draft.
    const drift = new Set(lines(project, before.schema, wish.from))
    const differs = async (wanted: Schema, when: string): Promise<Problem | null> =>
      differenceProblem(
        lines(project, await introspect(), wanted).filter((line) => !drift.has(line)),
        when,
      )
    const upProblem =
      (await run('upgrade', [wish.draft])) ??
      (await differs(wish.wanted, 'after up')) ??
      (await rowsGone(project, copy, before.rows, wish.dropped))
    if (upProblem !== null) return { ...unproven, up: 'failed', problem: upProblem }
    const downProblem = (await run('downgrade', [wish.draft])) ?? (await differs(before.schema, 'after down'))
    if (downProblem !== null) return { ...unproven, up: 'ok', down: 'failed', problem: downProblem }
    const redoProblem = (await run('upgrade', [wish.draft])) ?? (await differs(wish.wanted, 'after the second up'))
    if (redoProblem !== null) return { ...unproven, up: 'ok', down: 'ok', redo: 'failed', problem: redoProblem }
    return { up: 'ok', down: 'ok', redo: 'ok', rowsLost: [], problem: null }
  } finally {
    await dialect.removeScratch(copy)
  }
}

async function runOn(
  project: Project,
  copy: Target,
  direction: Direction,
  files: readonly MigrationFile[],
  signal: AbortSignal,
): Promise<Problem | null> {
  const { config, dialect } = project
  const connection = await dialect.openForReading(copy)
  const logged = await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  const checkpoints = [dialect.scratch(join(config.folder, 'rehearsal'), 'checkpoint')]
  const call = await callWorker(
    'run-migrations',
    { target: copy, checkpoints, direction, files, setting: config.migrations, logged, estimates: {} },
    {
      root: config.root,
      cwd: config.cwd,
      env: environmentFor(config, copy),
      signal,
      timeoutMs: null,
      emit: () => undefined,
      onLine: () => undefined,
    },
  )
  await dialect.removeScratch(checkpointAfter(1, checkpoints))
  return 'problem' in call.outcome ? call.outcome.problem : call.outcome.result.problem
}

/** What differs, a line each; what dev has beyond its migrations stands on both sides alike. */
const lines = ({ dialect }: Project, from: Schema, to: Schema): readonly string[] =>
  diff(from, to, { rules: dialect.rules, isFromModels: false }).map(describeChange)

function differenceProblem(details: readonly string[], when: string): Problem | null {
  if (details.length === 0) return null
  return {
    code: 'draft-unproven',
    message: `${when} the schema is not the one that was wanted`,
    details,
    hint: 'devdb diff',
  }
}

async function countRows(project: Project, target: Target): Promise<ReadonlyMap<string, number>> {
  const { config, dialect } = project
  const { tables } = await dialect.introspect(target, config.migrations.meta)
  const connection = await dialect.openForReading(target)
  try {
    const counts = new Map<string, number>()
    for (const name of Object.keys(tables)) {
      const [row] = await connection.all(`SELECT count(*) AS rows FROM "${name.replaceAll('"', '""')}"`)
      counts.set(name, Number(row?.rows))
    }
    return counts
  } finally {
    await connection.close()
  }
}

async function rowsGone(
  project: Project,
  copy: Target,
  before: ReadonlyMap<string, number>,
  dropped: ReadonlySet<string>,
): Promise<Problem | null> {
  const after = await countRows(project, copy)
  const lost = [...before].filter(([table, rows]) => !dropped.has(table) && after.get(table) !== rows)
  if (lost.length === 0) return null
  const [[table, rows]] = lost as [[string, number]]
  return {
    code: 'draft-unproven',
    message: `up leaves ${after.get(table) ?? 0} of ${rows} rows in ${table}`,
    hint: 'devdb diff',
  }
}
