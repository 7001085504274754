/** Why can the migrations not be replayed, and what is the way out? */
import { baselineLabel } from '../config/config.ts'
import { DevdbError, type Problem } from '../error.ts'
import { editHint, isWant } from '../migration/migration-error.ts'
import { findBaselineCommit } from './find-baseline-commit.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'

export async function shadowError(project: Project, { code: _, message, ...parts }: Problem): Promise<DevdbError> {
  const { baseline, root } = project.config
  const { migration } = parts
  // It says all that there is to say, wherever the replay starts.
  if (parts.hint === editHint) return new DevdbError('shadow-failed', message, parts)
  const place = migration === undefined || message.includes(migration) ? '' : `${migration}: `
  const start = baseline === null ? 'an empty database' : `the baseline ${baselineLabel(baseline, root)}`
  return new DevdbError('shadow-failed', `the migrations cannot be replayed from ${start}: ${place}${message}`, {
    ...parts,
    // These have one way out only.
    hint: parts.hint?.startsWith('mv ') === true || isWant(parts.hint) ? parts.hint : await wayOut(project, migration),
  })
}

/** Where dev has what cannot be replayed, its schema may stand for it. */
async function wayOut(project: Project, migration: string | undefined): Promise<string> {
  if (project.config.baseline !== null)
    return 'mend the migration; or, where the baseline holds its work already, add it to baseline.names in the configuration'
  const position = await readDevPosition(project).catch(() => null)
  const isApplied = position?.board.migrations.some(({ name, state }) => name === migration && state === 'applied')
  if (isApplied === true)
    return 'dev has it applied: let replays start from the schema of dev with devdb baseline, or mend the migration'
  const commit = await findBaselineCommit(project, migration)
  return commit === null
    ? 'mend the migration so that it runs on an empty database too'
    : `mend the migration so that it runs on an empty database too; or, where models made its tables before, set baseline: { git: '${commit}' } in the configuration`
}
