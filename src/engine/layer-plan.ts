/** Which layers a build may restore, and the names under which what it makes is kept. */
import { createHash } from 'node:crypto'
import type { Layer } from '../seed/layer-cache.ts'
import { definitionOf, type Step } from '../seed/step.ts'
import { type FileState, fileState, fileStates, findInputs } from './inputs.ts'

/** The hashes of files by path; `absent` where there is none. */
export type Contents = Readonly<Record<string, string>>

/** What surrounds the steps of a build. */
export interface Surroundings {
  readonly root: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const hash = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('hex')

/** Counted up when what devdb builds from the same things changes. */
const version = 1

/**
 * Names a schema.
 * @param packages the versions of Sequelize and of the driver, which make it
 * @param made what makes it: the key of its statements, or the contents of the models' files where their code does
 */
export const schemaLayerKey = (packages: readonly string[], made: string | Contents): string =>
  hash([version, 'schema', packages, made])

/** Names a layer by the one before, the step, and what the step read. */
export const stepLayerKey = (parent: string, step: string, files: Contents): string =>
  hash([version, parent, step, Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))])

/** Variables that are others in each terminal, and that no step is made of. */
const volatile =
  /^(?:_|PWD|OLDPWD|SHLVL|COLUMNS|LINES|TERM\w*|COLORTERM|WINDOWID|TMUX\w*|STY|SSH_\w+|XDG_SESSION\w*|DISPLAY|npm_\w+)$/

/** Names what a step is besides its files: its definition, and the environment that its code may read. SQL reads none. */
export function stepIdentity(step: Step, { cwd, env }: Surroundings): string {
  if ('sql' in step) return hash(definitionOf(step))
  const kept = Object.entries(env).filter(([name]) => !volatile.test(name))
  return hash([definitionOf(step), cwd, kept.sort(([a], [b]) => (a < b ? -1 : 1))])
}

/**
 * The files that a step is known to read before it runs.
 * @returns null where it may read anything: a command without declared inputs, or a step that reads dev
 */
export async function declaredFiles(step: Step, root: string): Promise<readonly string[] | null> {
  if (step.readsDev === true || ('run' in step && step.inputs === undefined)) return null
  const own = 'module' in step ? [step.module] : 'sql' in step ? [step.sql] : []
  return [...own, ...(await findInputs(step, root))]
}

/**
 * The key of the layer that a step would make from the files as they are now.
 * @param step the step
 * @param parent the layer before
 * @param layers what is kept: it tells which files a module loaded when it ran last
 * @returns null where only running it tells
 */
export async function expectedKey(
  step: Step,
  parent: string,
  layers: readonly Layer[],
  surroundings: Surroundings,
): Promise<string | null> {
  const declared = await declaredFiles(step, surroundings.root)
  if (declared === null) return null
  const identity = stepIdentity(step, surroundings)
  if (!('module' in step)) return stepLayerKey(parent, identity, contentsOf(await fileStates(declared)))
  for (const layer of layers) {
    if (layer.parent !== parent || layer.step !== identity) continue
    const isKnown = declared.every((file) => file in layer.files)
    if (isKnown && (await areStill(layer.files))) return layer.key
  }
  return null
}

/**
 * What was in files while a build read them.
 * @param files absolute paths
 * @param before the states of some of them before the build
 * @param startedAt when it began, in milliseconds since 1970
 * @returns null where one was written meanwhile, so that nobody knows which content was read
 */
export async function contentsDuring(
  files: Iterable<string>,
  before: ReadonlyMap<string, FileState>,
  startedAt: number,
): Promise<Contents | null> {
  const now = await fileStates(files)
  for (const [path, state] of now) {
    const known = before.get(path)
    if (known === undefined && state.hash !== null && state.changedAt >= startedAt - tickMs) return null
    if (known !== undefined && known.hash !== state.hash) return null
    // Written and written back: its time tells.
    if (known?.hash != null && known.changedAt !== state.changedAt) return null
  }
  return contentsOf(now)
}

/**
 * Whether a file was written since a build began.
 * @param files absolute paths
 * @param before the states of some of them before the build
 * @param startedAt when it began, in milliseconds since 1970
 */
export async function isAnyWritten(
  files: Iterable<string>,
  before: ReadonlyMap<string, FileState>,
  startedAt: number,
): Promise<boolean> {
  return [...(await fileStates(files))].some(([path, state]) => {
    const known = before.get(path)
    if (known === undefined) return state.hash !== null && state.changedAt > startedAt
    return known.hash !== state.hash
  })
}

/** How much older than the clock a file's time of change may be, in milliseconds: the kernel rounds it down to its own tick. */
const tickMs = 20

const contentsOf = (states: ReadonlyMap<string, FileState>): Contents =>
  Object.fromEntries([...states].map(([path, state]) => [path, state.hash ?? 'absent']))

async function areStill(files: Contents): Promise<boolean> {
  const same = await Promise.all(
    Object.entries(files).map(async ([path, wanted]) => ((await fileState(path)).hash ?? 'absent') === wanted),
  )
  return same.every(Boolean)
}
