/** The shadow: what the migrations say, replayed from empty. The state after each is kept, so that only what changed is replayed. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import { DevdbError, type Problem } from '../error.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { callUserCode } from './call-user-code.ts'
import { fileState, shownPath } from './inputs.ts'
import { keep, readKept } from './kept-json.ts'
import type { Project } from './project.ts'

/** What the kept states were made from. */
interface Chain {
  /** Name and hash of each migration, in order; state n is that after the first n. */
  readonly links: readonly string[]
  /** Hashes of what the migrations import, by path. */
  readonly imports: Readonly<Record<string, string | null>>
}

const noChain: Chain = { links: [], imports: {} }

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
  // Before any state is overwritten: a process that is killed half-way leaves no state that is not what the chain says.
  if (common < kept.links.length && common < links.length)
    keepChain(project, { ...kept, links: kept.links.slice(0, common) })
  await dialect.prepareScratch(config.shadow)
  if (common > 0) await dialect.checkpoint(stateAfter(project, common), config.shadow)
  const imports = await replay(project, files, common, signal)
  await dialect.checkpoint(config.shadow, last)
  await dialect.removeScratch(config.shadow)
  // A longer chain that this one is the beginning of is still true.
  if (kept.links.length < links.length || common < links.length)
    keepChain(project, { links, imports: { ...kept.imports, ...imports } })
  return last
}

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
    { target: config.shadow, signal, timeoutMs: null },
  )
  const problem = 'problem' in call.outcome ? call.outcome.problem : call.outcome.result.problem
  if (problem !== null) throw shadowError(problem)
  const imported = call.files.filter((path) => !files.some((file) => file.path === path))
  return Object.fromEntries(
    await Promise.all(
      imported.map(async (path) => [shownPath(path, config.root), (await fileState(path)).hash] as const),
    ),
  )
}

const shadowError = ({ message, ...parts }: Problem): DevdbError =>
  new DevdbError('shadow-failed', `the migrations cannot be replayed from an empty database: ${message}`, {
    ...parts,
    hint: 'mend the migration so that it runs on an empty database too',
  })

const chainFile = ({ config }: Project): string => join(config.folder, 'shadow', 'chain.json')

/** What is kept, unless something that the migrations import has changed. */
async function readChain(project: Project): Promise<Chain> {
  const chain = readKept<Chain>(chainFile(project), noChain)
  const states = await Promise.all(
    Object.entries(chain.imports).map(
      async ([path, hash]) => (await fileState(join(project.config.root, path))).hash === hash,
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

const linkOf = ({ name, path }: MigrationFile): string =>
  `${name} ${createHash('sha1').update(readFileSync(path)).digest('hex')}`
