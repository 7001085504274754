/** The shadow: what the migrations say, replayed from empty. The state after each is kept, so that only what changed is replayed. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Target } from '../database/target.ts'
import { DevdbError, type Problem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { callUserCode } from './call-user-code.ts'
import { fileState, fullPath, shownPath } from './inputs.ts'
import { keep, readKept } from './kept-json.ts'
import type { Project } from './project.ts'

/** What the kept states were made from. */
interface Chain {
  /** Hash of what the configuration says of migrations. */
  readonly setting: string
  /** Name and hash of each migration, in order; state n is that after the first n. */
  readonly links: readonly string[]
  /** Hashes of what the migrations import, and of the data beside them, by path. */
  readonly imports: Readonly<Record<string, string | null>>
}

const noChain: Chain = { setting: '', links: [], imports: {} }

/**
 * Replays migrations.
 * @param project the project
 * @param signal cancels it
 * @param files which, in order; all of them by default
 * @returns the database; not to be changed
 * @throws DevdbError `shadow-failed` with the migration that cannot be replayed
 */
export async function buildShadow(
  project: Project,
  signal: AbortSignal,
  files = readMigrationFolder(project.config.migrations),
): Promise<Target> {
  const { config, dialect } = project
  const kept = await readChain(project)
  const links = files.map(linkOf)
  const common = await commonLength(project, kept.links, links)
  const last = stateAfter(project, links.length)
  if (common === links.length && links.length > 0) return last
  const known = { setting: settingOf(project), imports: common === 0 ? {} : kept.imports }
  // Before any state is overwritten: a replay that fails or is killed leaves no state that is not what the chain says.
  if (common < links.length) keepChain(project, { ...known, links: links.slice(0, common) })
  await dialect.prepareScratch(config.shadow)
  if (common > 0) await dialect.checkpoint(stateAfter(project, common), config.shadow)
  const imports = await replay(project, files, common, signal)
  await dialect.checkpoint(config.shadow, last)
  await dialect.removeScratch(config.shadow)
  // Of no migrations at all there is nothing to keep, and a longer chain is still true.
  if (common < links.length) keepChain(project, { ...known, links, imports: { ...known.imports, ...imports } })
  return last
}

/** Files besides the migrations that the shadow was made of: absolute paths. */
export const shadowImports = (project: Project): readonly string[] =>
  Object.keys(readKept<Chain>(chainFile(project), noChain).imports).map((path) => fullPath(path, project.config.root))

async function replay(
  project: Project,
  files: readonly MigrationFile[],
  from: number,
  signal: AbortSignal,
): Promise<Chain['imports']> {
  const { config, dialect, timings } = project
  const rest = files.slice(from)
  if (rest.length === 0) return {}
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
    { target: config.shadow, signal, timeoutMs: null, emit },
  )
  const problem = 'problem' in call.outcome ? call.outcome.problem : call.outcome.result.problem
  // Code that ends the process says nothing of which migration it is.
  if (problem !== null) throw shadowError({ ...(running === null ? {} : { migration: running }), ...problem })
  const isMigration = (path: string): boolean => files.some((file) => file.path === path)
  const imported = [...call.files, ...dataFiles(config.migrations.dir)].filter((path) => !isMigration(path))
  return Object.fromEntries(
    await Promise.all(
      imported.map(async (path) => [shownPath(path, config.root), (await fileState(path)).hash] as const),
    ),
  )
}

/** What migrations read without importing it: SQL and JSON in their folder and below. */
const dataFiles = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.down)\.sql$|\.json$/.test(path) && !path.split(sep).includes('node_modules'))
    .map((path) => join(dir, path))

function shadowError({ code: _, message, ...parts }: Problem): DevdbError {
  const { migration } = parts
  const place = migration === undefined || message.includes(migration) ? '' : `${migration}: `
  return new DevdbError(
    'shadow-failed',
    `the migrations cannot be replayed from an empty database: ${place}${message}`,
    { ...parts, hint: 'mend the migration so that it runs on an empty database too' },
  )
}

const chainFile = ({ config }: Project): string => join(config.folder, 'shadow', 'chain.json')

/** What the configuration says that migrations may depend on. */
const settingOf = ({ config }: Project): string =>
  sha1(JSON.stringify([config.migrations, config.environments[config.shadow.url] ?? null, config.unsetEnv, config.cwd]))

const sha1 = (content: string | Buffer): string => createHash('sha1').update(content).digest('hex')

/** What is kept, unless something that the migrations import has changed, or what the configuration says of them. */
async function readChain(project: Project): Promise<Chain> {
  const chain = readKept<Chain>(chainFile(project), noChain)
  if (chain.setting !== settingOf(project)) return noChain
  const states = await Promise.all(
    Object.entries(chain.imports).map(
      async ([path, hash]) => (await fileState(fullPath(path, project.config.root))).hash === hash,
    ),
  )
  return states.includes(false) ? noChain : chain
}

const keepChain = (project: Project, chain: Chain): void => keep(chainFile(project), chain)

async function commonLength(project: Project, kept: readonly string[], wanted: readonly string[]): Promise<number> {
  let length = wanted.findIndex((link, index) => kept[index] !== link)
  if (length < 0) length = wanted.length
  while (length > 0 && !(await project.dialect.exists(stateAfter(project, length)))) length -= 1
  return length
}

const stateAfter = ({ config, dialect }: Project, count: number): Target =>
  dialect.scratch(join(config.folder, 'shadow'), `after-${count}`)

const linkOf = ({ name, path }: MigrationFile): string => `${name} ${sha1(readFileSync(path))}`
