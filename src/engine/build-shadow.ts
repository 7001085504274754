/** The shadow: what the migrations say, replayed from empty or from the baseline. The state after each is kept, so that only what changed is replayed. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Emit } from '../event/event.ts'
import {
  bareName,
  hasFolders,
  type MigrationFile,
  type MigrationSetting,
  readMigrationFolder,
} from '../migration/migration-folder.ts'
import { applyBaseline } from './apply-baseline.ts'
import { callUserCode } from './call-user-code.ts'
import { fileState, fullPath, shownPath } from './inputs.ts'
import { readKept } from './kept-json.ts'
import { packageVersions } from './package-versions.ts'
import type { Project } from './project.ts'
import { type Baseline, readBaseline } from './read-baseline.ts'
import { followMigrations } from './runners.ts'
import { shadowError } from './shadow-error.ts'

/** What the kept states were made from. */
interface Chain {
  /** Hash of what the configuration says of migrations, and of the baseline. */
  readonly setting: string
  /** The names that the baseline stands for, whose state is the one after none; null where there is no baseline, or not yet. */
  readonly names: readonly string[] | null
  /** Name and hash of each migration, in order; state n is that after the first n. */
  readonly links: readonly string[]
  /** Hashes of what the migrations import, and of the data beside them, by path. */
  readonly imports: Readonly<Record<string, string | null>>
  /** The columns that the down of a migration keeps on purpose, as `table.column`, by its name. */
  readonly keeps: Readonly<Record<string, readonly string[]>>
}

const noChain: Chain = { setting: '', names: null, links: [], imports: {}, keeps: {} }

/**
 * Replays migrations, except those that the baseline stands for.
 * @param project the project
 * @param signal cancels it
 * @param wanted which, in order; all of them by default
 * @returns the database; not to be changed
 * @throws DevdbError `shadow-failed` with the migration that cannot be replayed; `baseline-failed`
 */
export async function buildShadow(
  project: Project,
  signal: AbortSignal,
  wanted = readMigrationFolder(project.config.migrations),
): Promise<Target> {
  const { config, dialect } = project
  const kept = await openChain(project, signal)
  const files = replayed(wanted, kept.names)
  const links = files.map(linkOf)
  const common = await commonLength(project, kept.links, links)
  const last = stateAfter(project, links.length)
  const hasStart = common > 0 || kept.names !== null
  if (common === links.length && hasStart) return last
  const known = { ...kept, imports: common === 0 ? {} : kept.imports }
  // Before any state is overwritten: a replay that fails or is killed leaves no state that is not what the chain says.
  if (common < links.length) keepChain(project, { ...known, links: links.slice(0, common) })
  await dialect.prepareScratch(config.shadow)
  if (hasStart) await dialect.checkpoint(stateAfter(project, common), config.shadow)
  const { imports, keeps } = await replay(project, files, common, signal)
  await dialect.checkpoint(config.shadow, last)
  await dialect.removeScratch(config.shadow)
  // Of no migrations at all there is nothing to keep, and a longer chain is still true.
  if (common < links.length)
    keepChain(project, {
      ...known,
      links,
      imports: { ...known.imports, ...imports },
      keeps: { ...known.keeps, ...keeps },
    })
  return last
}

/**
 * The names that the baseline stands for, without their endings; none where there is no baseline.
 * @throws DevdbError `baseline-failed`
 */
export const baselineNames = async (project: Project, signal: AbortSignal): Promise<ReadonlySet<string>> =>
  new Set((await openChain(project, signal)).names?.map(bareName))

/** The columns that the downs of some migrations keep on purpose, as `table.column`; of those that the shadow was last built from. */
export function keptColumns(project: Project, migrations: readonly string[]): ReadonlySet<string> {
  const { keeps } = readKept<Chain>(chainFile(project), noChain)
  return new Set(migrations.flatMap((name) => keeps[name] ?? []))
}

/** Names what all migrations made when the shadow was last built: the same text for the same. */
export function shadowKey(project: Project): string {
  const { setting, names, imports } = readKept<Chain>(chainFile(project), noChain)
  return sha1(
    JSON.stringify([setting, replayed(readMigrationFolder(project.config.migrations), names).map(linkOf), imports]),
  )
}

/** Files besides the migrations that the shadow was made of: absolute paths. */
export const shadowImports = (project: Project): readonly string[] =>
  Object.keys(readKept<Chain>(chainFile(project), noChain).imports).map((path) => fullPath(path, project.config.root))

/** Of some migrations those that the baseline does not stand for. */
function replayed(files: readonly MigrationFile[], covered: readonly string[] | null): readonly MigrationFile[] {
  const names = new Set(covered?.map(bareName))
  return files.filter(({ name }) => !names.has(bareName(name)))
}

async function replay(
  project: Project,
  files: readonly MigrationFile[],
  from: number,
  signal: AbortSignal,
): Promise<Pick<Chain, 'imports' | 'keeps'>> {
  const { config, dialect, timings } = project
  const rest = files.slice(from)
  if (rest.length === 0) return { imports: {}, keeps: {} }
  const connection = await dialect.openForReading(config.shadow)
  const logged = await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  let running: string | null = null
  const emit: Emit = (kind, fields) => {
    if (kind === 'migration-started') running = (fields as { readonly migration: string }).migration
  }
  const call = await callUserCode(
    project,
    'run-migrations',
    {
      target: config.shadow,
      checkpoints: [
        ...rest.map((_, index) => stateAfter(project, from + index + 1)),
        stateAfter(project, files.length),
      ],
      direction: 'upgrade',
      files: rest,
      setting: config.migrations,
      logged,
      estimates: timings.all(),
    },
    {
      target: config.shadow,
      runner: followMigrations(rest, dialect.filesOf(config.dev)),
      signal,
      timeoutMs: null,
      emit,
    },
  )
  const problem = 'problem' in call.outcome ? call.outcome.problem : call.outcome.result.problem
  // Code that ends the process says nothing of which migration it is.
  if (problem !== null)
    throw await shadowError(project, { ...(running === null ? {} : { migration: running }), ...problem })
  const isMigration = (path: string): boolean => files.some((file) => file.path === path)
  const imported = [...call.files, ...dataFiles(config.migrations, files)].filter((path) => !isMigration(path))
  const states = await Promise.all(
    imported.map(async (path) => [shownPath(path, config.root), (await fileState(path)).hash] as const),
  )
  const keeps = 'problem' in call.outcome ? {} : call.outcome.result.keeps
  return { imports: Object.fromEntries(states), keeps }
}

/** What migrations read without importing it: SQL and JSON in their folder and below. */
function dataFiles(setting: MigrationSetting, files: readonly MigrationFile[]): readonly string[] {
  const isData = (path: string): boolean =>
    /(?<!\.down)\.sql$|\.json$/.test(path) &&
    !path.split(sep).includes('node_modules') &&
    // A draft that is tested right now.
    !path.split(sep).some((part) => part.startsWith('.devdb-'))
  // The folder of a glob may be that of the whole project.
  if (hasFolders(setting))
    return [...new Set(files.map(({ path }) => dirname(path)))].flatMap((dir) =>
      readdirSync(dir)
        .filter(isData)
        .map((name) => join(dir, name)),
    )
  const { dir } = setting
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter(isData)
    .map((path) => join(dir, path))
}

const chainFile = ({ config }: Project): string => join(config.folder, 'shadow', 'chain.json')

/** What the configuration says that migrations may depend on, and what they start from. */
const settingOf = (project: Project, baseline: Baseline | null): string => {
  const { config } = project
  return sha1(
    JSON.stringify([
      packageVersions(project),
      config.dev.settings,
      config.migrations,
      config.environments[config.shadow.url] ?? null,
      config.unsetEnv,
      config.cwd,
      baseline,
    ]),
  )
}

const sha1 = (content: string | Buffer): string => createHash('sha1').update(content).digest('hex')

/** What is kept, unless something that the migrations import has changed, or what the configuration says of them. */
async function readChain(project: Project, setting: string): Promise<Chain> {
  const chain = readKept<Chain>(chainFile(project), noChain)
  const empty = { ...noChain, setting }
  if (chain.setting !== setting) return empty
  const states = await Promise.all(
    Object.entries(chain.imports).map(
      async ([path, hash]) => (await fileState(fullPath(path, project.config.root))).hash === hash,
    ),
  )
  return states.includes(false) ? empty : chain
}

/** The chain as far as it is true, with the baseline's state in place. */
async function openChain(project: Project, signal: AbortSignal): Promise<Chain> {
  const { config, dialect } = project
  const baseline = await readBaseline(config)
  const kept = await readChain(project, settingOf(project, baseline))
  const start = stateAfter(project, 0)
  if (baseline === null || (kept.names !== null && (await dialect.exists(start)))) return kept
  keepChain(project, { ...kept, names: null })
  await dialect.prepareScratch(config.shadow)
  const names = await applyBaseline(project, baseline, config.shadow, signal)
  await dialect.checkpoint(config.shadow, start)
  await dialect.removeScratch(config.shadow)
  const chain = { ...kept, names }
  keepChain(project, chain)
  return chain
}

const keepChain = (project: Project, chain: Chain): void => project.keep(chainFile(project), chain)

async function commonLength(project: Project, kept: readonly string[], wanted: readonly string[]): Promise<number> {
  let length = wanted.findIndex((link, index) => kept[index] !== link)
  if (length < 0) length = wanted.length
  while (length > 0 && !(await project.dialect.exists(stateAfter(project, length)))) length -= 1
  return length
}

const stateAfter = ({ config, dialect }: Project, count: number): Target =>
  dialect.scratch(join(config.folder, 'shadow'), `after-${count}`)

const linkOf = ({ name, path }: MigrationFile): string => `${name} ${sha1(readFileSync(path))}`
