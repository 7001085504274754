/** How an empty database is made that is like another one: in its text encoding, page size and what else the first page says. */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const headerBytes = 100

/** What SQLite makes where nobody asked for anything else: pages of 4096 bytes, UTF-8. */
const plainPageSize = 4096

/**
 * Writes the only page of a database without tables. `PRAGMA` cannot do that: the bytes that an extension reserves on each page have none.
 * @param file replaced
 * @param like a database that nobody has open; null, or a file without a page, for an ordinary one
 */
export function writeFirstPage(file: string, like: string | null): void {
  const old = like === null ? null : headerOf(like)
  const size = old === null ? plainPageSize : pageSizeIn(old)
  const page = Buffer.alloc(size)
  page.write('SQLite format 3\0', 'latin1')
  page.writeUInt16BE(size === 65_536 ? 1 : size, 16)
  // Format versions of a rollback journal; then the reserved bytes, and three numbers that are the same everywhere.
  page.set([1, 1, old?.[20] ?? 0, 64, 32, 32], 18)
  // The change counter, the number of pages, and for which change that number is valid.
  for (const place of [24, 28, 92]) page.writeUInt32BE(1, place)
  if (old !== null) {
    // Schema format, cache size, encoding, user_version, incremental vacuum, application_id, and the version that wrote it.
    for (const place of [44, 48, 56, 60, 64, 68, 96]) old.copy(page, place, place, place + 4)
    // The largest root page, which is there under auto_vacuum alone.
    page.writeUInt32BE(old.readUInt32BE(52) === 0 ? 0 : 1, 52)
  }
  // An empty leaf of the table of the schema, whose content begins at the end of what is usable.
  const usable = size - page[20]!
  page[headerBytes] = 0x0d
  page.writeUInt16BE(usable === 65_536 ? 0 : usable, headerBytes + 5)
  writeFileSync(file, page)
}

function headerOf(file: string): Buffer | null {
  const header = Buffer.alloc(headerBytes)
  const descriptor = openSync(file, 'r')
  try {
    return readSync(descriptor, header, 0, headerBytes, 0) === headerBytes ? header : null
  } finally {
    closeSync(descriptor)
  }
}

/** 65,536 does not fit into two bytes. */
const pageSizeIn = (header: Buffer): number => (header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16))
