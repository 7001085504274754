/** Is a snapshot still what it was when it was taken? */
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, existsSync, openSync, read, readSync, rmSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Seal } from '../dialect.ts'
import { copyLive, removeSqlite } from './copy-sqlite.ts'
import { isWholeSqlite } from './is-whole-sqlite.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/** Both read a file in pieces of this size. */
const blockBytes = 1 << 20

/** The checksum of a file that nobody has open. */
export async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const block of createReadStream(file, { highWaterMark: blockBytes })) hash.update(block as Buffer)
  return `sha256:${hash.digest('hex')}`
}

const readPiece = promisify(read)

/** The checksum of a file through a descriptor that stays open: to close one would give up the locks of this process. */
export async function sumOfOpen(descriptor: number): Promise<string> {
  const hash = createHash('sha256')
  const block = Buffer.alloc(blockBytes)
  for (let place = 0; ; ) {
    const { bytesRead } = await readPiece(descriptor, block, 0, block.length, place)
    if (bytesRead === 0) return `sha256:${hash.digest('hex')}`
    hash.update(block.subarray(0, bytesRead))
    place += bytesRead
  }
}

/**
 * Takes the seal of a snapshot.
 * @param snapshot a copy that nobody writes to
 * @param live the database that it was taken of
 */
export async function sealSqlite(snapshot: string, live: string): Promise<Seal> {
  const sum = await sumOf(snapshot)
  const mode = statSync(live, { throwIfNoEntry: false })?.mode
  return { bytes: statSync(snapshot).size, sum, access: mode === undefined ? null : mode & 0o777 }
}

/**
 * Whether a snapshot is what was recorded. Records of an earlier devdb hold no seal: then the file must have its size and be whole.
 * @returns what is wrong with it; null where nothing is
 */
export async function sealFault(
  driver: SqliteDriver,
  snapshot: string,
  bytes: number,
  seal: Seal | null,
): Promise<string | null> {
  const { size } = statSync(snapshot)
  const wanted = seal?.bytes ?? bytes
  if (size !== wanted) return `it has ${size} bytes instead of ${wanted}`
  const foreign = ['-wal', '-journal'].find((suffix) => !isEmpty(`${snapshot}${suffix}`))
  if (foreign !== undefined) return `another program wrote to it: ${snapshot}${foreign} lies beside it`
  if (seal !== null && (await sumOf(snapshot)) !== seal.sum) return 'its content is not what was saved'
  return (await isWholeSqlite(driver, snapshot)) ? null : 'it cannot be read to its last page'
}

/**
 * Whether a database holds what a snapshot of it holds, byte by byte: another copy of the same content is the same file, for a backup copies
 * pages. https://www.sqlite.org/backup.html
 */
export async function holdsSqlite(
  driver: SqliteDriver,
  live: string,
  snapshot: string,
  scratch: string,
  waitMs: number,
): Promise<boolean> {
  try {
    await copyLive(driver, live, scratch, waitMs)
    return isSameContent(scratch, snapshot)
  } catch {
    return false
  } finally {
    removeSqlite(scratch)
  }
}

function isSameContent(a: string, b: string): boolean {
  if (statSync(a).size !== statSync(b).size) return false
  const [left, right] = [openSync(a, 'r'), openSync(b, 'r')]
  const blocks = [Buffer.alloc(blockBytes), Buffer.alloc(blockBytes)] as const
  try {
    for (;;) {
      const [read, other] = [readSync(left, blocks[0]), readSync(right, blocks[1])]
      if (read !== other || !blocks[0].subarray(0, read).equals(blocks[1].subarray(0, read))) return false
      if (read === 0) return true
    }
  } finally {
    for (const descriptor of [left, right]) closeSync(descriptor)
  }
}

const isEmpty = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0

/** What a killed reader leaves under WAL holds nothing. A -wal that does is somebody else's. https://www.sqlite.org/tempfiles.html */
export function tidySnapshot(snapshot: string): void {
  if (!isEmpty(`${snapshot}-wal`)) return
  for (const suffix of ['-wal', '-shm']) if (existsSync(`${snapshot}${suffix}`)) rmSync(`${snapshot}${suffix}`)
}
