/** What a build depends on: which files, and what is in them. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'
import { findTsconfig } from '../config/compiler-options.ts'
import { baselineFiles, type Config } from '../config/config.ts'
import { DevdbError } from '../error.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import { nearestName } from '../process/nearest-path.ts'
import type { Step } from '../seed/step.ts'

/** What is in a file: `hash` null where there is none. `changedAt`: its ctime in milliseconds, which no editor can set back. */
export interface FileState {
  readonly hash: string | null
  readonly changedAt: number
}

/**
 * The model files that the configuration means now.
 * @returns absolute paths, in the order of the patterns, each pattern's in name order
 * @throws DevdbError `model-not-found`
 */
export async function findModelFiles({ root, file, models }: Config): Promise<readonly string[]> {
  const found: string[] = []
  for (const pattern of models.patterns) {
    // What begins with a dot is nobody's model, such as the `._user.js` that macOS leaves on foreign disks.
    const files = (await expand(pattern, root, models.exclude)).filter(
      (path) => !basename(path).startsWith('.') || basename(pattern).startsWith('.'),
    )
    if (files.length === 0) throw noModels(pattern, root, file)
    found.push(...files)
  }
  return [...new Set(found)]
}

function noModels(pattern: string, root: string, file: string): DevdbError {
  const path = resolve(root, pattern)
  const isFolder = !isDynamicPattern(pattern) && existsSync(path)
  const near = isFolder || isDynamicPattern(pattern) ? null : nearestName(path)
  return new DevdbError(
    'model-not-found',
    `models: ${isFolder ? `the folder ${pattern} holds no model files` : `nothing matches ${pattern}`}`,
    {
      file: isDynamicPattern(pattern) ? file : path,
      hint:
        near === null
          ? `${isFolder ? `add one, such as ${pattern.replace(/\/$/, '')}/user.js, or ` : ''}check models in ${relative(root, file)}`
          : `check models in ${relative(root, file)}: ./${relative(root, near)} is there`,
    },
  )
}

/**
 * The files that a build reads, as far as the configuration names them, without those of its steps: models with what runs around them, and the
 * migrations where the throwaway is built from them. Those models are looked at, too: steps use them.
 * @param config the project
 * @param modelFiles its model files, where they are known
 * @throws DevdbError `model-not-found`, `migrations-unreadable`
 */
export async function findBuildFiles(config: Config, modelFiles?: readonly string[]): Promise<readonly string[]> {
  const { models, migrations, loader, builtFrom } = config
  const found = [...(modelFiles ?? (await findModelFiles(config)))]
  for (const file of [models.beforeSync, models.afterSync]) if (file !== null) found.push(...findHookFiles(file))
  const tsconfig = loader === 'typescript' ? findTsconfig(config.root) : null
  if (tsconfig !== null) found.push(tsconfig)
  if (builtFrom === 'models') return found
  return [...found, ...readMigrationFolder(migrations).map(({ path }) => path), ...baselineFiles(config)]
}

/** What runs around the models' tables, and what its code may read without importing it: SQL and JSON beside it. */
export function findHookFiles(file: string): readonly string[] {
  if (file.endsWith('.sql')) return [file]
  const names = existsSync(dirname(file)) ? readdirSync(dirname(file)) : []
  return [file, ...names.filter((name) => /\.(?:sql|json)$/.test(name)).map((name) => join(dirname(file), name))]
}

/** Files that steps name: seeders, SQL files and declared inputs. */
export async function findStepFiles({ root, steps }: Config): Promise<readonly string[]> {
  const found: string[] = []
  for (const step of steps) {
    if ('module' in step) found.push(step.module)
    if ('sql' in step) found.push(step.sql)
    found.push(...(await findInputs(step, root)))
  }
  return [...new Set(found)]
}

/** The files that a step declares as its inputs. */
export async function findInputs({ inputs = [] }: Step, root: string): Promise<readonly string[]> {
  const found = await Promise.all(inputs.map((pattern) => expand(pattern, root, [])))
  return [...new Set(found.flat())]
}

const codeEnding = '{js,cjs,mjs,ts,cts,mts}'

async function expand(pattern: string, root: string, exclude: readonly string[]): Promise<readonly string[]> {
  const absolute = resolve(root, pattern)
  const status = isDynamicPattern(pattern) ? null : await stat(absolute).catch(() => null)
  if (status?.isFile()) return [absolute]
  const wanted = status?.isDirectory() ? `${pattern.replace(/\/$/, '')}/*.${codeEnding}` : pattern
  const ignore = ['**/node_modules/**', '**/*.d.ts', ...exclude]
  const files = await glob(wanted, { cwd: root, absolute: true, ignore, expandDirectories: false, dot: true })
  return files.sort()
}

/** What was read, for as long as the file is the same one. `until`: when it was read, in milliseconds since 1970. */
interface KnownState extends FileState {
  readonly inode: number
  readonly bytes: number
  readonly until: number
}

const known = new Map<string, KnownState>()

/**
 * How far the clock of the files' times may lag behind, in milliseconds: what was written in the same tick as it was read cannot be told apart.
 * Some file systems count seconds only.
 */
const tickOf = (changedAt: number): number => (Number.isInteger(changedAt / 1000) ? 2000 : 50)

/** The state of a file now. Most have not been touched since the last time, as their inode tells, and are not read again. */
export async function fileState(path: string): Promise<FileState> {
  try {
    const before = known.get(path)
    const status = statSync(path)
    if (before !== undefined && isStill(before, status)) return { hash: before.hash, changedAt: before.changedAt }
    const until = Date.now()
    const text = readFileSync(path)
    // After the content: a write in between is then seen as another content later on, and never as another time of the same one.
    const { ctimeMs: changedAt, ino: inode, size: bytes } = statSync(path)
    const state = { hash: createHash('sha1').update(text).digest('hex'), changedAt }
    known.set(path, { ...state, inode, bytes, until })
    return state
  } catch {
    known.delete(path)
    return { hash: null, changedAt: Date.now() }
  }
}

const isStill = ({ changedAt, inode, bytes, until }: KnownState, now: Stats): boolean =>
  changedAt === now.ctimeMs && inode === now.ino && bytes === now.size && changedAt < until - tickOf(changedAt)

/** The states of many files, by path. */
export async function fileStates(paths: Iterable<string>): Promise<ReadonlyMap<string, FileState>> {
  return new Map(await Promise.all([...new Set(paths)].map(async (path) => [path, await fileState(path)] as const)))
}

/** A path as it is shown and kept: relative to the project where it lies inside. */
export const shownPath = (path: string, root: string): string => {
  const inside = relative(root, path)
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside
}

/** The path that `shownPath` stands for. */
export const fullPath = (path: string, root: string): string => (isAbsolute(path) ? path : join(root, path))
