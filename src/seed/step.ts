/** What a scripted step is: one thing that fills a fresh throwaway database. */

interface AnyStep {
  readonly name: string
  /** Globs of the files it depends on, relative to the project. */
  readonly inputs?: readonly string[]
  /** More environment for this step alone. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether it reads the dev database, which is opened for reading alone then; otherwise it gets the throwaway in its place. */
  readonly readsDev?: boolean
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number
}

/** A command: a string runs in a shell, a list does not. */
export interface RunStep extends AnyStep {
  readonly run: string | readonly string[]
}

/** A sequelize-cli seeder: a file that exports `up(queryInterface, Sequelize)`. */
export interface ModuleStep extends AnyStep {
  readonly module: string
}

/** A file of SQL statements, run in one transaction. */
export interface SqlStep extends AnyStep {
  readonly sql: string
}

export type Step = RunStep | ModuleStep | SqlStep

/** What a step is, for telling whether its definition changed since it last ran. */
export const definitionOf = (step: Step): string =>
  JSON.stringify(Object.entries(step).sort(([a], [b]) => (a < b ? -1 : 1)))
