/** Whether somebody wrote to dev, seen from outside: cheap enough for every change of a file. */
import { fileStamp } from '../process/file-stamp.ts'
import type { Project } from './project.ts'

/** What dev's files look like from outside. Opening one in WAL mode makes and removes an empty -wal, which is no change. */
export const devStamp = ({ dialect, config }: Pick<Project, 'dialect' | 'config'>): string =>
  fileStamp(dialect.filesOf(config.dev))
