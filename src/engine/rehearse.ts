/** The rehearsal: each pending migration up, down and up on a copy of dev, with what the rows went through. */
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { KeptState } from '../dialect/kept-state.ts'
import type { Loss, RehearsedMigration, RehearsedStatement } from '../event/rehearsal.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'
import type { Project } from './project.ts'
import { startRehearsalCopy } from './rehearsal-copy.ts'
import { runStages, type StagePlaces, skipped } from './run-stages.ts'

/** One migration, with what it sent. */
export interface Rehearsed extends RehearsedMigration {
  readonly statements: readonly RehearsedStatement[]
}

/** The states of one migration. */
interface Places extends StagePlaces {
  readonly before: Target
}

/**
 * Rehearses migrations in their order, on one copy of dev.
 * @param project the project
 * @param files pending ones; those before them must be applied, or be among them
 * @param signal cancels it
 * @param onRehearsed told each as soon as it is known
 * @returns one for each file; after one whose up fails nothing more is tried
 * @throws DevdbError `dev-busy`, `dev-unreadable`, `interrupted`
 */
export async function rehearse(
  project: Project,
  files: readonly MigrationFile[],
  signal: AbortSignal,
  onRehearsed: (rehearsed: Rehearsed) => void = () => undefined,
): Promise<readonly Rehearsed[]> {
  const { config, dialect } = project
  const scratch = (name: string): Target => dialect.scratch(join(config.folder, 'rehearsal'), name)
  const places = {
    work: scratch('rehearsal'),
    before: scratch('before'),
    afterUp: scratch('after-up'),
    afterDown: scratch('after-down'),
  }
  const rehearsed: Rehearsed[] = []
  try {
    await startRehearsalCopy(project, places.work, signal)
    for (const file of files) {
      const isBlocked = rehearsed.some(({ up }) => up.result !== 'ok')
      const one = isBlocked ? untried(file.name) : await rehearseOne(project, file, places, signal)
      rehearsed.push(one)
      onRehearsed(one)
    }
    return rehearsed
  } finally {
    for (const place of Object.values(places)) await dialect.removeScratch(place)
  }
}

const untried = (name: string): Rehearsed => ({
  name,
  up: skipped,
  down: skipped,
  redo: skipped,
  schemaRestored: null,
  leftovers: [],
  lost: [],
  lints: [],
  statements: [],
})

async function rehearseOne(
  project: Project,
  file: MigrationFile,
  places: Places,
  signal: AbortSignal,
): Promise<Rehearsed> {
  const { dialect } = project
  const { work, before, afterUp } = places
  await dialect.checkpoint(work, before)
  const { up, down, redo, keeps, statements } = await runStages(project, file, places, signal)
  const findings = await judge(project, places, {
    isUp: up.result === 'ok',
    isDown: down.result === 'ok',
    keeps,
    statements,
  })
  // The next one starts from where this one is applied.
  if (up.result === 'ok' && redo.result !== 'ok') {
    await dialect.removeScratch(work)
    await dialect.checkpoint(afterUp, work)
  }
  return { name: file.name, up, down, redo, ...findings, statements }
}

interface Facts {
  readonly isUp: boolean
  readonly isDown: boolean
  readonly keeps: readonly string[]
  readonly statements: readonly RehearsedStatement[]
}

/** What became of the schema and of the rows. */
async function judge(
  { config, dialect }: Project,
  places: Places,
  { isUp, isDown, keeps, statements }: Facts,
): Promise<Pick<Rehearsed, 'schemaRestored' | 'leftovers' | 'lost' | 'lints'>> {
  const read = async (target: Target): Promise<KeptState> => ({
    target,
    schema: await dialect.introspect(target, config.migrations.meta),
  })
  const sent = (direction: 'up' | 'down'): readonly string[] =>
    statements.flatMap((each) => (each.direction === direction ? [each.sql] : []))
  const before = await read(places.before)
  if (!isUp) {
    const lints = await dialect.lintStatements({ before, after: null, statements: sent('up'), renamed: new Set() })
    return { schemaRestored: null, leftovers: [], lost: [], lints }
  }
  const after = await read(places.afterUp)
  const up = await dialect.findLosses({
    before,
    after,
    origin: null,
    tables: dialect.writtenTables(sent('up'), before.schema),
  })
  const lints = await dialect.lintStatements({ before, after, statements: sent('up'), renamed: up.renamed })
  const lost: Loss[] = up.losses.map((loss) => ({ direction: 'up', ...loss }))
  if (!isDown) return { schemaRestored: null, leftovers: [], lost, lints }
  const reverted = await read(places.afterDown)
  const down = await dialect.findLosses({
    before: after,
    after: reverted,
    origin: before,
    tables: dialect.writtenTables(sent('down'), after.schema),
  })
  const { rules } = dialect
  const leftovers = [
    ...diff(before.schema, reverted.schema, { rules, isFromModels: false }),
    ...objectChanges(before.schema, reverted.schema, rules),
  ].filter((change) => change.kind !== 'add-column' || !keeps.includes(`${change.table}.${change.to.name}`))
  return {
    schemaRestored: leftovers.length === 0,
    leftovers: leftovers.map(describeChange),
    lost: [...lost, ...down.losses.map((loss): Loss => ({ direction: 'down', ...loss }))],
    lints,
  }
}
