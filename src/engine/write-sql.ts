/** What the models need, as the SQL that would make it. */
import { renderSql } from '../migration/render-sql.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
import { changesUp } from './draft-changes.ts'
import { decideRenames } from './draft-renames.ts'
import type { Project } from './project.ts'
import { readEvidence } from './rename-evidence.ts'
import { readRenames } from './renames-file.ts'

/**
 * Writes the script. What may be a rename is one only where that was answered before.
 * @param project the project
 * @param models the models' schema
 * @param signal cancels it
 * @returns statements, each ended; empty where nothing is needed
 * @throws DevdbError `shadow-failed`
 */
export async function writeSql(project: Project, models: Schema, signal: AbortSignal): Promise<string> {
  const { config, dialect } = project
  const { rules } = dialect
  const from = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  const answers = { renames: [], tableRenames: [], noRename: false, underscored: false }
  const sides = await readEvidence(project, from, models)
  const accepted = readAccepted(config)
  const isOpen = (line: string): boolean => !accepted.includes(line)
  const { renames } = decideRenames(sides, answers, readRenames(config), rules, isOpen)
  const changes = changesUp(from, models, { renames, accepted, rules, isWanted: () => true })
  const to = applyChanges(from, changes)
  return renderSql(dialect.plan(from, changes, { isDown: false, to }), dialect)
}
