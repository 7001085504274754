/** Does git track the dev database, so that a checkout would put another file in its place? */
import { realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Config } from '../config/config.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { openGit } from '../process/git.ts'
import { shellLine, shellWord } from '../process/shell-word.ts'
import { attention, type Check } from './diagnosis.ts'

/** How long git may take, in milliseconds: its index is read in a few, and a warning is not worth a wait. */
const mostMs = 2_000

/**
 * Looks whether git tracks a file of the dev database.
 * @param config where it is
 * @param signal ends git
 * @returns null where git tracks none of them, is absent or slow, and where dev is no file
 */
export async function checkTracked(
  { dev, root }: Pick<Config, 'dev' | 'root'>,
  signal: AbortSignal,
): Promise<Check | null> {
  const files = dialectNamed(dev.dialect, root).filesOf(dev)
  const tracked = await findTracked(files, AbortSignal.any([signal, AbortSignal.timeout(mostMs)]))
  if (tracked === null || tracked.paths.length === 0) return null
  const own = realpathSync(root)
  const isInside = !relative(own, files[0]!).startsWith('..')
  const base = isInside ? own : tracked.top
  const shown = tracked.paths.map((path) => relative(base, path))
  const remove = shellLine(['git', ...(isInside ? [] : ['-C', base]), 'rm', '--cached', ...shown])
  // What is kept beside the file is named after it.
  const ignored = `/${relative(base, files[0]!).replace(/[\\[*?]/g, '\\$&')}*`
  const ignore = `echo ${shellWord(ignored)} >> ${shellWord(isInside ? '.gitignore' : join(base, '.gitignore'))}`
  return attention(
    'tracked',
    `git tracks ${shown.join(', ')}: a checkout would replace the dev database`,
    `${remove} && ${ignore}`,
  )
}

async function findTracked(
  files: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly top: string; readonly paths: readonly string[] } | null> {
  const [file] = files
  if (file === undefined) return null
  try {
    const git = openGit(dirname(file), signal)
    const specs = files.map((path) => `:(literal)${relative(git.top, path)}`)
    return { top: git.top, paths: await git.paths('ls-files', '-z', '--', ...specs) }
  } catch {
    // Without git nothing is checked out.
    return null
  }
}
