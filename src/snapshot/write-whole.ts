/** How a record is written: before or after, never half, also when the machine stops. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeOwnFolder } from '../process/make-own-folder.ts'
import { reach } from '../process/reach.ts'

/**
 * Replaces a JSON file.
 * @param file absolute path
 * @param value plain JSON
 */
export function writeWhole(file: string, value: unknown): void {
  makeOwnFolder(dirname(file))
  const draft = `${file}.new`
  const descriptor = openSync(draft, 'w')
  try {
    writeFileSync(descriptor, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  reach('record-drafted')
  renameSync(draft, file)
}
