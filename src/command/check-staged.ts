/** `devdb check --staged`: are model and migration committed together? Looks at what git has staged; changes nothing. */

import { existsSync, mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { baselineFiles, type Config } from '../config/config.ts'
import { findConfig } from '../config/find-config.ts'
import { acceptedName } from '../engine/accepted-file.ts'
import { type Comparison, compareModels, readModelSchema } from '../engine/compare-models.ts'
import { isSnapshotDue } from '../engine/first-snapshot.ts'
import { findModelFiles, shownPath } from '../engine/inputs.ts'
import { lookAtProject, openProject, type Project } from '../engine/project.ts'
import { checkOutIndex, type StagedTree } from '../engine/staged-tree.ts'
import { withLock } from '../engine/with-lock.ts'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import { isMigration } from '../migration/migration-folder.ts'
import { currentFolder } from '../process/current-folder.ts'
import { stopOnSignal } from '../process/stop-on-signal.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import { placeOf } from '../worker/place-of.ts'
import { print, printError } from './print.ts'
import { foundDifferences, printChanges, printUnread, unreadDocument } from './print-changes.ts'
import { changeDocuments, printJson, printProblem } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface CheckStagedOptions extends SessionOptions {
  readonly accept?: boolean
}

/** @returns the exit code */
export async function runCheckStaged(options: CheckStagedOptions): Promise<number> {
  if (options.accept === true)
    throw new DevdbError('usage', '--accept writes a file, and --staged looks at what is staged', {
      hint: `devdb check --accept && git add ${acceptedName}`,
    })
  const file = findConfig(currentFolder(), options.config ?? null)
  const stop = new AbortController()
  const forgetSignals = stopOnSignal(stop)
  const tree = await checkOutIndex(join(file, '..'), stop.signal)
  try {
    return await checkTree(tree, file, options, stop.signal)
  } catch (error) {
    const told = toProblem(error)
    const problem = asInProject(told.code === 'config-failed' ? placeOf(error, told) : told, tree)
    return options.json === true ? printJson(null, problem) : printProblem(problem)
  } finally {
    tree.remove()
    forgetSignals()
  }
}

async function checkTree(
  tree: StagedTree,
  file: string,
  options: CheckStagedOptions,
  stop: AbortSignal,
): Promise<number> {
  const config = tree.prefix + file
  if (!existsSync(config))
    throw new DevdbError('config-not-found', `${shown(file)} is not staged`, { hint: `git add ${shown(file)}` })
  // Nothing happens in the project, so nothing is told but the result, unless somebody wants to know all.
  const session = await openSession('check --staged', { ...options, json: true, config }, 'abort')
  try {
    if (stop.aborted) throw new DevdbError('interrupted', 'cancelled')
    const { store, signal } = session
    const project = await asInPlace(session.project, tree)
    if (options.verbose === true && options.json !== true) {
      const write = (text: string): void => void printError(text.replaceAll(tree.prefix, ''))
      store.subscribe(createPlainReporter({ write, verbose: true }))
    }
    // Git knows no empty folders: before the first migration there is none.
    if (existsSync(outside(session.config.migrations.dir, tree)))
      mkdirSync(session.config.migrations.dir, { recursive: true })
    if (session.config.baseline?.git !== undefined) await tree.lendGit()
    const found = await withLock(project, signal, store.emit, async () =>
      compareModels(project, await readModelSchema(project, store.emit, signal), signal),
    )
    const unstaged = found.changes.length === 0 ? [] : await relevant(tree, session.config)
    if (options.json === true) printDocument(found, unstaged, outside(session.config.root, tree))
    else printFindings(found, unstaged)
    return found.changes.length === 0 ? 0 : foundDifferences
  } finally {
    await session.close()
  }
}

/**
 * A project of the checked out files whose dev is the one of the working tree: that is the one which code of the project could reach.
 * Dev is copied to the working tree's snapshots where that is due.
 */
async function asInPlace(project: Project, tree: StagedTree): Promise<Project> {
  const { config, store, command, lockWaitMs } = project
  const inJson = (path: string): string => JSON.stringify(path).slice(1, -1)
  const outer = JSON.parse(JSON.stringify(config).replaceAll(inJson(tree.prefix), '')) as Config
  const real = lookAtProject(outer, store, command, lockWaitMs)
  if (await isSnapshotDue(real)) await (await import('./make-ready.ts')).copyDev(openProject(outer, store, command, 0))
  return {
    ...project,
    config: { ...config, dev: outer.dev, devElsewhere: config.dev },
    snapshots: real.snapshots,
    guard: { ...project.guard, isCopied: true },
  }
}

/** Of what is not staged that which decides: migrations, models, and where replays start. */
async function relevant(tree: StagedTree, config: Config): Promise<readonly string[]> {
  const { root, file, migrations } = config
  const dir = outside(migrations.dir, tree)
  const models = await findModelFiles({ ...config, root: outside(root, tree), file: outside(file, tree) }).catch(
    () => [],
  )
  const others = [
    ...models,
    join(outside(root, tree), acceptedName),
    ...baselineFiles(config).map((path) => outside(path, tree)),
  ]
  return tree.unstaged.filter((path) => isMigration({ ...migrations, dir }, path) || others.includes(path))
}

const outside = (path: string, { prefix }: StagedTree): string => path.replace(prefix, '')

/** As it is typed here. */
const shown = (path: string): string => relative(process.cwd(), path)

function printDocument({ changes, accepted, stale, unread }: Comparison, unstaged: readonly string[], root: string) {
  const paths = unstaged.map((path) => shownPath(path, root))
  printJson({ changes: changeDocuments(changes), accepted, stale, unstaged: paths, ...unreadDocument(unread) }, null)
}

function printFindings({ changes, accepted, stale, unread }: Comparison, unstaged: readonly string[]): void {
  printChanges(
    'Staged models need a migration that is not staged',
    changes,
    'The staged migrations give what the staged models need.',
  )
  for (const path of unstaged) print(`changed, but not staged: ${shown(path)}\n`)
  if (changes.length > 0) print(`  → ${wayOut(unstaged)}\n`)
  if (accepted > 0) print(`${accepted} accepted in ${acceptedName}\n`)
  for (const entry of stale) print(`accepted, but no longer true: ${entry}\n`)
  printUnread(unread)
}

const wayOut = (unstaged: readonly string[]): string =>
  unstaged.length === 0
    ? "devdb generate -m 'what it does', then git add it"
    : `git add ${unstaged.map(shown).join(' ')}`

/** How many files a Problem names. */
const namedFiles = 20

/** What was checked out lies elsewhere, and a file that it lacks may only have been forgotten. */
function asInProject(problem: Problem, tree: StagedTree): Problem {
  const text = JSON.stringify(problem).replaceAll(JSON.stringify(tree.prefix).slice(1, -1), '')
  const moved = JSON.parse(text) as Problem
  if (problem.code === 'interrupted' || tree.unstaged.length === 0) return moved
  const named = tree.unstaged.slice(0, namedFiles).map((path) => `changed, but not staged: ${shown(path)}`)
  return { ...moved, details: [...(moved.details ?? []), ...named] }
}
