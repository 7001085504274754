/** Whether anything happened in a folder: what its files look like from outside. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What a folder's files look like from outside.
 * @param folder absolute
 * @returns differs when a file came, went or was written; empty where the folder cannot be read, which the board tells
 */
export function folderStamp(folder: string): string {
  try {
    return readdirSync(folder)
      .map((name) => `${name}:${statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs}`)
      .join(' ')
  } catch {
    return ''
  }
}
