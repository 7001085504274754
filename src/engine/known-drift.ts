/** What the last look for drift found, for those who ask later. */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DriftLines } from '../event/drift-fields.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import type { Drift } from './find-drift.ts'
import { ignoredDriftName } from './ignored-drift.ts'
import { readKept } from './kept-json.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'

/** What is kept; `key` says of which dev and migrations it is true. */
interface KeptDrift {
  readonly key: string
  readonly objects: readonly DriftLines[]
}

const fileOf = ({ config }: Project): string => join(config.folder, 'drift.json')

/** Keeps what was found. */
export async function keepDrift(project: Project, drift: Drift | null): Promise<void> {
  const objects = drift?.objects.map(({ name, lines }) => ({ name, lines })) ?? []
  const key = drift === null ? null : await keyOf(project)
  if (key !== null) project.keep(fileOf(project), { key, objects } satisfies KeptDrift)
}

/** What was found last. @returns null where dev's schema, what is applied, or the migrations are others by now */
export async function readKnownDrift(project: Project): Promise<readonly DriftLines[] | null> {
  const kept = readKept<KeptDrift>(fileOf(project), { key: '', objects: [] })
  return kept.key !== '' && kept.key === (await keyOf(project)) ? kept.objects : null
}

async function keyOf(project: Project): Promise<string | null> {
  const { config, dialect } = project
  if (!(await dialect.exists(config.dev))) return null
  const hash = createHash('sha1').update(await dialect.schemaToken(config.dev))
  hash.update(JSON.stringify((await readDevPosition(project)).logged))
  const ignored = join(config.root, ignoredDriftName)
  for (const path of [...readMigrationFolder(config.migrations).map(({ path }) => path), ignored])
    hash.update(path).update(existsSync(path) ? readFileSync(path) : 'absent')
  return hash.digest('hex')
}
