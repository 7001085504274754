/** Whether somebody wrote to dev, seen from outside: cheap enough for every change of a file. */
import { statSync } from 'node:fs'
import type { Project } from './project.ts'

/** What dev's files look like from outside. Opening one in WAL mode makes and removes an empty -wal, which is no change. */
export function devStamp({ dialect, config }: Pick<Project, 'dialect' | 'config'>): string {
  const parts = dialect.filesOf(config.dev).map((file) => {
    const status = statSync(file, { throwIfNoEntry: false })
    return status === undefined || status.size === 0 ? '-' : `${status.ino}:${status.size}:${status.mtimeMs}`
  })
  return parts.join(' ')
}
