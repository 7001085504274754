/** The baseline that dev gives: its schema without its rows, and the names of the migrations that made it. */
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { SchemaScript } from '../dialect/script.ts'
import { DevdbError } from '../error.ts'
import { applyBaseline } from './apply-baseline.ts'
import type { Project } from './project.ts'
import type { Baseline } from './read-baseline.ts'

/** What is wanted. */
export interface BaselineWish {
  /** Where it goes: absolute. */
  readonly file: string
  /** Whether a file that is there already is replaced. */
  readonly overwrites: boolean
}

/** What was written. */
export interface BaselineReport {
  readonly file: string
  /** The applied migrations, in order of application. */
  readonly names: readonly string[]
  /** How many tables it makes, without the meta table. */
  readonly tables: number
}

/**
 * Writes a baseline, after it ran on an empty database and gave dev's schema again.
 * @param project the project
 * @param wish where to
 * @param signal cancels it
 * @throws DevdbError `baseline-failed` when dev is absent or has no applied migrations, or cannot be made again; `dev-busy`, `dev-unreadable`
 */
export async function writeBaseline(
  project: Project,
  { file, overwrites }: BaselineWish,
  signal: AbortSignal,
): Promise<BaselineReport> {
  const script = await readScript(project)
  const { names, tables } = script
  const text = `${header(project, script)}${script.sql}`
  const label = relative(project.config.root, file)
  const baseline = { file, label, script: text, run: null, commit: null, names: [], inputs: {} }
  await assertFaithful(project, baseline, script, signal)
  mkdirSync(dirname(file), { recursive: true })
  place(file, text, overwrites)
  return { file, names, tables }
}

async function readScript({ config, dialect }: Project): Promise<SchemaScript> {
  const { label } = config.dev
  const { meta } = config.migrations
  if (!(await dialect.exists(config.dev)))
    throw new DevdbError('baseline-failed', `there is no dev database ${label} that a baseline could be taken from`, {
      hint: 'check dev in the configuration; a baseline is taken where the migrations are applied',
    })
  const connection = await dialect.openForReading(config.dev, config.waitMs)
  const script = await dialect.schemaScript(connection, meta).finally(() => connection.close())
  if (script.names.length === 0)
    throw new DevdbError('baseline-failed', `${label} has no applied migrations: its ${meta.table} names none`, {
      hint: 'check dev and migrations.meta in the configuration, or apply them first: devdb upgrade',
    })
  return script
}

const header = ({ config }: Project, { names }: SchemaScript): string => `-- A baseline, written by devdb baseline.
-- It is the schema of ${config.dev.label.replace(/\s/g, ' ')} on ${new Date().toISOString()}, without its rows,
-- and the names of what was applied there: ${names.length} migration${names.length === 1 ? '' : 's'}.
-- Replays start from it: "baseline" in the configuration of devdb names this file.

`

/** Proof before offer: the database that it gives must give the same script again. */
async function assertFaithful(
  project: Project,
  baseline: Baseline,
  script: SchemaScript,
  signal: AbortSignal,
): Promise<void> {
  const { config, dialect } = project
  const copy = dialect.scratch(join(config.folder, 'rehearsal'), 'baseline')
  try {
    await dialect.prepareScratch(copy)
    await applyBaseline(project, baseline, copy, signal)
    const connection = await dialect.openForReading(copy)
    const again = await dialect.schemaScript(connection, config.migrations.meta).finally(() => connection.close())
    if (again.sql === script.sql) return
    const made = new Set(again.sql.split('\n'))
    throw new DevdbError('baseline-failed', `a replay does not give the schema of ${config.dev.label} again`, {
      details: script.sql.split('\n').filter((line) => !made.has(line)),
      hint: 'write the file by hand from what your database tool dumps, and name it in the configuration: baseline',
    })
  } finally {
    await dialect.removeScratch(copy)
  }
}

/** Whole or not at all, and where nothing is to be replaced, not even what came meanwhile: a link fails where a rename would replace. */
function place(file: string, text: string, overwrites: boolean): void {
  const draft = `${file}.${process.pid}.new`
  try {
    writeFileSync(draft, text)
    if (overwrites) renameSync(draft, file)
    else linkOrMove(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

function linkOrMove(draft: string, file: string): void {
  try {
    linkSync(draft, file)
  } catch (error) {
    // A file system without links.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(file)) throw error
    renameSync(draft, file)
  }
}
