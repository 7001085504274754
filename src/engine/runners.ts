/** What is each piece of the project's code called, when it is said that it ran? */
import type { MigrationFile } from '../migration/migration-folder.ts'
import { fileStamp } from '../process/file-stamp.ts'
import type { Runner } from './guard-state.ts'

/** The models of the working tree. */
export const modelsRunner: Runner = { by: 'models', doing: 'the models were loaded' }

/** A step of a build. */
export const stepRunner = (name: string): Runner => ({ by: name, doing: `step "${name}" ran` })

/** A command that follows a build or an upgrade. */
export const hookRunner = (name: string): Runner => ({ by: `hook ${name}`, doing: `hook "${name}" ran` })

/** What replays start from. */
export const baselineRunner = (label: string): Runner => ({
  by: 'baseline',
  doing: `the baseline ${label} was applied`,
})

/** What `devdb exec` was given. */
export const execRunner: Runner = { by: 'exec', doing: 'the command of exec ran' }

/** The configuration file itself, where it is code. */
export const configRunner: Runner = { by: 'configuration', doing: 'the configuration file was loaded' }

/** Follows the migrations that a child runs, so that the one can be named that wrote to dev. */
export interface MigrationTrail {
  /** Dev's files, which the child looks at whenever it reports of a migration. */
  readonly watched: readonly string[]
  onStamp(stamp: string, reported: unknown): void
  /** Those after which dev's files were others; all of them where that is not known. */
  runner(): Runner
}

/** How many migrations are named. */
const shownNames = 3

/**
 * Begins to follow.
 * @param files the migrations that run
 * @param watched dev's files
 */
export function followMigrations(files: readonly MigrationFile[], watched: readonly string[]): MigrationTrail {
  const suspects = new Set<string>()
  let last = fileStamp(watched)
  let current: string | null = null
  return {
    watched,
    onStamp(stamp, reported) {
      const { kind, migration, rehearsed } = reported as Reported
      const name = migration ?? rehearsed?.name ?? current
      if (name === null) return
      if (stamp !== last) suspects.add(name)
      last = stamp
      if (kind === 'migration-started') current = name
      if (kind === 'migration-finished') current = null
    },
    runner() {
      if (fileStamp(watched) !== last && current !== null) suspects.add(current)
      return migrationsRunner(suspects.size > 0 ? [...suspects] : files.map(({ name }) => name))
    },
  }
}

/** What of the child's reports names a migration: those of a change, and those of a rehearsal. */
interface Reported {
  readonly kind?: string
  readonly migration?: string
  readonly rehearsed?: { readonly name: string }
}

function migrationsRunner(names: readonly string[]): Runner {
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return { by: `migration ${only}`, doing: `migration ${only} ran` }
  const rest = names.length - shownNames
  const shown = `${names.slice(0, shownNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return { by: 'migrations', doing: `migrations ran: ${shown}` }
}
