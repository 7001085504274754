/** What the last comparison of models and migrations found, for those who ask later. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import type { Change } from '../schema/change.ts'
import { acceptedName } from './accepted-file.ts'
import { keep, readKept } from './kept-json.ts'
import { readLastBuild } from './last-build.ts'
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
  keep(fileOf(project), {
    builtAt: readLastBuild(project.config.folder).good?.at ?? null,
    migrations: migrationsHash(project),
    changes,
  } satisfies KeptNeeds)
}

/**
 * What the last comparison found.
 * @returns null when the build or the migrations are others by now
 */
export function readNeeds(project: Project): readonly Change[] | null {
  const kept = readKept<KeptNeeds | null>(fileOf(project), null)
  const builtAt = readLastBuild(project.config.folder).good?.at ?? null
  return kept === null || builtAt === null || kept.builtAt !== builtAt || kept.migrations !== migrationsHash(project)
    ? null
    : kept.changes
}

function migrationsHash({ config }: Project): string {
  const hash = createHash('sha1')
  const accepted = join(config.root, acceptedName)
  const paths = readMigrationFolder(config.migrations).map(({ path }) => path)
  for (const path of existsSync(accepted) ? [...paths, accepted] : paths) hash.update(path).update(readFileSync(path))
  return hash.digest('hex')
}
