/** The configured baseline, with what tells whether it is still the same. */
import { readFileSync } from 'node:fs'
import { baselineFiles, baselineLabel, type Config } from '../config/config.ts'
import { DevdbError } from '../error.ts'
import { bareName, readMigrationFolder } from '../migration/migration-folder.ts'
import { openGit } from '../process/git.ts'
import { fileStates } from './inputs.ts'

/** A baseline as it was read: at most one of script, command and commit makes the database. */
export interface Baseline {
  /** The SQL file, or the configuration, absolute. */
  readonly file: string
  /** What people call it. */
  readonly label: string
  readonly script: string | null
  readonly run: string | readonly string[] | null
  readonly commit: string | null
  /** Names that it stands for, besides those that what it makes has in its meta table. */
  readonly names: readonly string[]
  /** Hashes of the files that the command reads, by path. */
  readonly inputs: Readonly<Record<string, string | null>>
}

/**
 * Reads the configured baseline.
 * @returns null where none is configured
 * @throws DevdbError `baseline-failed` when its file cannot be read, its revision is unknown, or no migration has its name
 */
export async function readBaseline(config: Config): Promise<Baseline | null> {
  const { baseline, root } = config
  if (baseline === null) return null
  const { sql, run = null, git, migration, names } = baseline
  const states = sql === undefined ? [...(await fileStates(baselineFiles(config)))] : []
  return {
    file: sql ?? config.file,
    label: baselineLabel(baseline, root),
    script: sql === undefined ? null : readScript(config, sql),
    run,
    commit: git === undefined ? null : await commitOf(config, git),
    names: migration === undefined ? names : [...namesBefore(config, migration), ...names],
    inputs: Object.fromEntries(states.map(([path, { hash }]) => [path, hash])),
  }
}

function readScript(config: Config, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const reason = isAbsent ? 'there is no such file' : (error as Error).message
    throw unreadable(config, reason, {
      file,
      hint: isAbsent ? 'check baseline in the configuration, or write it from dev: devdb baseline' : `ls -ld '${file}'`,
      cause: error,
    })
  }
}

async function commitOf(config: Config, revision: string): Promise<string> {
  const { signal } = new AbortController()
  try {
    const name = `${revision}^{commit}`
    return (await openGit(config.root, signal).run('rev-parse', '--verify', '--quiet', '--end-of-options', name)).trim()
  } catch (error) {
    throw unreadable(config, 'git knows no such commit here', {
      file: config.file,
      hint: `git rev-parse --verify '${revision}^{commit}'`,
      cause: error,
    })
  }
}

function namesBefore(config: Config, migration: string): readonly string[] {
  const names = readMigrationFolder(config.migrations).map(({ name }) => name)
  const index = names.findIndex((name) => bareName(name) === bareName(migration))
  if (index >= 0) return names.slice(0, index)
  throw unreadable(config, `no migration is named "${migration}"`, {
    file: config.file,
    hint: `ls ${config.migrations.dir}`,
  })
}

const unreadable = (
  { baseline, root }: Config,
  reason: string,
  parts: ConstructorParameters<typeof DevdbError>[2],
): DevdbError =>
  new DevdbError('baseline-failed', `the baseline ${baselineLabel(baseline!, root)} cannot be read: ${reason}`, parts)
