/** What the models of an earlier commit make: its files in a folder of their own, loaded by a child like those of today. */
import { existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Target } from '../database/target.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import { openGit } from '../process/git.ts'
import { makeOwnFolder } from '../process/make-own-folder.ts'
import { callWorker } from '../worker/call-worker.ts'
import { placeFor, resultOf } from './call-user-code.ts'
import { modelInput } from './model-input.ts'
import type { Project } from './project.ts'

/**
 * Builds the models of a commit.
 * @param project the project; what the configuration of today says of models and migrations is looked for there
 * @param commit its name
 * @param target an empty database
 * @param signal cancels it
 * @returns the names of the migrations that the commit has
 * @throws DevdbError of the models
 */
export async function syncRevision(
  { config }: Project,
  commit: string,
  target: Target,
  signal: AbortSignal,
): Promise<readonly string[]> {
  // Inside the project, so that its packages are found from there.
  const folder = join(config.folder, 'revision')
  try {
    const then = configIn(config, await checkOut(config.root, commit, folder, signal))
    const input = { ...(await modelInput(then)), target }
    const place = { ...placeFor(then, target), root: then.root, cwd: then.cwd }
    const setting = { signal, timeoutMs: config.models.timeoutMs, emit: silent, onLine: silent }
    resultOf(await callWorker('build-schema', input, { ...place, ...setting }))
    return existsSync(then.migrations.dir) ? readMigrationFolder(then.migrations).map(({ name }) => name) : []
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** @returns where the project lies in the working tree that was made */
async function checkOut(root: string, commit: string, folder: string, signal: AbortSignal): Promise<string> {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  makeOwnFolder(folder)
  // An index of its own: the developer's is left alone.
  const git = openGit(root, signal, { GIT_INDEX_FILE: join(folder, '.index') })
  await git.run('read-tree', commit)
  await git.run('checkout-index', '--all', '--quiet', `--prefix=${folder}/`)
  return join(folder, relative(git.top, root))
}

const inJson = (path: string): string => JSON.stringify(path).slice(1, -1)

/** The configuration as if its file lay there. */
function configIn(config: Config, root: string): Config {
  const moved = (path: string): string => join(root, relative(config.root, path))
  const { beforeSync, afterSync } = config.models
  return {
    ...config,
    root,
    cwd: moved(config.cwd),
    devElsewhere: JSON.parse(JSON.stringify(config.dev).replaceAll(inJson(config.root), inJson(root))) as Target,
    models: {
      ...config.models,
      beforeSync: beforeSync === null ? null : moved(beforeSync),
      afterSync: afterSync === null ? null : moved(afterSync),
    },
    migrations: { ...config.migrations, dir: moved(config.migrations.dir) },
  }
}

const silent = (): void => undefined
