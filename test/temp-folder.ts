/** Folders that are gone when their test is over. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

/**
 * Makes an empty folder.
 * @returns its absolute path without symbolic links
 */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'devdb-test-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/**
 * Makes an empty folder that all tests of a file share; called outside of them.
 * @returns its absolute path without symbolic links
 */
export function sharedFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'devdb-test-')))
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/**
 * Makes a folder with files, and devdb's own packages beside them.
 * @param files contents by path
 */
export function tempProject(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder()
  symlinkSync(resolve(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'))
  writeFiles(folder, files)
  return folder
}

/**
 * Writes files, with the folders that they lie in.
 * @throws Error for a path that leads through a link out of the folder, such as the linked node_modules: all other tests read those packages
 */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    assertInside(folder, file)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/**
 * Refuses a path that leads out of a folder through a link.
 * @param folder what may be written to
 * @param file absolute
 * @throws Error
 */
export function assertInside(folder: string, file: string): void {
  const place = realPlace(file)
  const own = realPlace(folder)
  if (place === own || place.startsWith(`${own}${sep}`)) return
  throw new Error(`${file} is ${place}, outside of ${own}: a test writes to its own files only`)
}

/** Where a path leads: what is not there yet lies in the nearest folder that is. */
function realPlace(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return join(realPlace(dirname(path)), basename(path))
  }
}
