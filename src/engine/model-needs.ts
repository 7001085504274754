/** What the last comparison of models and migrations found, for those who ask later. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { baselineFiles } from '../config/config.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import type { Change } from '../schema/change.ts'
import { acceptedName } from './accepted-file.ts'
import { shadowImports } from './build-shadow.ts'
import { readKept } from './kept-json.ts'
import { readLastBuild, readThrowawayStatus } from './last-build.ts'
import type { Project } from './project.ts'

/** What is kept: `builtAt` names the build whose models were compared, `migrations` all that they were compared with. */
interface KeptNeeds {
  readonly builtAt: number | null
  readonly migrations: string
  readonly changes: readonly Change[]
}

const fileOf = ({ config }: Project): string => join(config.folder, 'models.json')

/** Keeps what a comparison found. */
export function keepNeeds(project: Project, changes: readonly Change[]): void {
  project.keep(fileOf(project), {
    builtAt: readLastBuild(project.config.folder).good?.at ?? null,
    migrations: migrationsHash(project),
    changes,
  } satisfies KeptNeeds)
}

/** Keeps what a comparison without a build found, where it holds for the last build too: no input has changed since. */
export async function keepCurrentNeeds(project: Project, changes: readonly Change[]): Promise<void> {
  const { state } = await readThrowawayStatus(project.config, project.dialect)
  if (state === 'ready') keepNeeds(project, changes)
}

/**
 * What the last comparison found.
 * @returns null when the build or the migrations are others by now
 */
export function readNeeds(project: Project): readonly Change[] | null {
  const kept = readKept<KeptNeeds>(fileOf(project), { builtAt: null, migrations: '', changes: [] })
  const builtAt = readLastBuild(project.config.folder).good?.at ?? null
  const isCurrent = builtAt !== null && kept.builtAt === builtAt && kept.migrations === migrationsHash(project)
  return isCurrent ? kept.changes : null
}

/** Of all that the models were compared with: migrations, their baseline, what they import, accepted differences. */
function migrationsHash(project: Project): string {
  const { config } = project
  const hash = createHash('sha1')
  const starts = baselineFiles(config)
  hash.update(JSON.stringify(config.baseline))
  const migrations = readMigrationFolder(config.migrations).map(({ path }) => path)
  for (const path of [...migrations, ...starts, ...shadowImports(project), join(config.root, acceptedName)])
    hash.update(path).update(existsSync(path) ? readFileSync(path) : 'absent')
  return hash.digest('hex')
}
