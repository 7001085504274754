/** Did somebody write to some files? Seen from outside, without opening one: cheap enough to ask often. */
import { statSync } from 'node:fs'

/**
 * What files look like from outside.
 * @param files absolute paths
 * @returns a text that differs when one was written, replaced or removed. An empty file counts as an absent one: some come and go where a
 * database is only read.
 */
export const fileStamp = (files: readonly string[]): string => files.map(stampOf).join(' ')

function stampOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false })
  return status === undefined || status.size === 0 ? '-' : `${status.ino}:${status.size}:${status.mtimeMs}`
}
