/** SQL files that an idle child has read before anybody asks for them. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Dialect } from '../dialect/dialect.ts'
import { readScript, type SeedScript } from '../seed/read-script.ts'

/** How much of them it holds at most, in bytes: it holds them twice. */
const bytesAtMost = 16 * 1024 * 1024

const scripts = new Map<string, { readonly hash: string; readonly script: SeedScript }>()

/**
 * Reads files, as far as they are not too large.
 * @param dialect whose SQL they are
 * @param files absolute paths; those that cannot be read are left out
 */
export async function readAhead(dialect: Dialect, files: readonly string[]): Promise<void> {
  let left = bytesAtMost
  for (const file of files) {
    const bytes = await stat(file).then(
      ({ size }) => size,
      () => Number.POSITIVE_INFINITY,
    )
    if (scripts.has(file) || bytes > left) continue
    left -= bytes
    const content = await readFile(file).catch(() => null)
    if (content === null) continue
    const hash = createHash('sha1').update(content).digest('hex')
    scripts.set(file, { hash, script: readScript(dialect, file, content.toString('utf8')) })
  }
}

/**
 * Gives a script: as it was read before, where the file is still that, or as it is.
 * @param dialect whose SQL it is
 * @param file absolute path
 * @param hash SHA-1 of what is in it now, in hexadecimal digits; null where nobody knows
 * @throws Error of the file system
 */
export async function scriptOf(dialect: Dialect, file: string, hash: string | null): Promise<SeedScript> {
  const known = scripts.get(file)
  return known !== undefined && known.hash === hash
    ? known.script
    : readScript(dialect, file, await readFile(file, 'utf8'))
}
