/** Where does the log go, and how is it kept from growing for ever? */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** A file that lines are added to. Nothing here ever throws: a full disk must not stop the daemon. */
export interface LogFile {
  /** Adds a line of text, with its line feed. */
  write(line: string): void
  close(): void
}

const linesBetweenLooks = 64

/**
 * Opens the log, making its folder. A file of more than `maxBytes` becomes `FILE.1`, in place of the one before it.
 * @param file absolute path
 * @param maxBytes size in bytes at which a new file is begun
 */
export function openLogFile(file: string, maxBytes: number): LogFile {
  let opened = attempt(() => open(file, maxBytes))
  let lines = 0

  return {
    write(line) {
      const isTimeToLook = ++lines % linesBetweenLooks === 0 && !isSameFile(file, opened?.fd)
      if (opened === undefined || opened.bytes > maxBytes || isTimeToLook)
        opened = attempt(() => reopen(file, maxBytes, opened?.fd))
      if (opened === undefined) return
      const { fd } = opened
      opened.bytes += attempt(() => writeSync(fd, line)) ?? 0
    },
    close() {
      if (opened !== undefined) close(opened.fd)
      opened = undefined
    },
  }
}

function reopen(file: string, maxBytes: number, fd: number | undefined) {
  if (fd !== undefined) close(fd)
  return open(file, maxBytes)
}

function open(file: string, maxBytes: number): { readonly fd: number; bytes: number } {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(file, `${file}.1`)
  const fd = openSync(
    file,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0),
    0o600,
  )
  return { fd, bytes: fstatSync(fd).size }
}

/** False when someone deleted the folder, or another devdb began a new file. */
const isSameFile = (file: string, fd: number | undefined): boolean =>
  fd !== undefined && attempt(() => statSync(file).ino === fstatSync(fd).ino) === true

const close = (fd: number): void => void attempt(() => closeSync(fd))

function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
