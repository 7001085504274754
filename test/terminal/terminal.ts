/** How do tests drive a program on a terminal? A real pseudo-terminal (node-pty) with an emulator behind it (xterm). */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as sleep } from 'node:timers/promises'
import xterm, { type Terminal as Emulator } from '@xterm/headless'
import { type IPty, spawn } from 'node-pty'

/** What to run, and how big the terminal is. */
export interface TerminalOptions {
  readonly command: string
  readonly args?: readonly string[]
  readonly cwd?: string
  /** The whole environment of the program; TERM is added. @default that of the test */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** @default 80 */
  readonly columns?: number
  /** @default 24 */
  readonly rows?: number
}

/** How the program ended. `signal` is null when it exited by itself. */
export interface TerminalExit {
  readonly code: number
  readonly signal: number | null
}

/** A program on a terminal. */
export interface Terminal {
  readonly pid: number
  readonly emulator: Emulator
  /** Everything the program wrote so far, escape sequences and all. */
  readonly raw: () => string
  /** What is seen now, without trailing spaces and trailing empty lines. */
  screen(): string
  /**
   * Waits until a text is seen.
   * @param wanted a part of the screen, or what it must match
   * @param timeoutMs in milliseconds. @default 30,000
   * @returns the screen that has it
   */
  waitFor(wanted: string | RegExp, timeoutMs?: number): Promise<string>
  /** Presses keys: characters, or the sequences of `keySequences`. */
  type(keys: string): void
  resize(columns: number, rows: number): void
  readonly exited: Promise<TerminalExit>
  isAlternate(): boolean
  isCursorVisible(): boolean
  kill(signal?: NodeJS.Signals): void
  /** Ends the program if it still runs. */
  close(): Promise<void>
}

/** What keys without a character send. */
export const keySequences = {
  up: '\x1b[A',
  down: '\x1b[B',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  enter: '\r',
  escape: '\x1b',
  ctrlC: '\x03',
} as const

const pollMs = 20

/** What node-pty knows of a terminal besides what it declares: its own end, and the name of the program's. */
interface Ends {
  readonly _fd: number
  readonly _pty: string
}

/**
 * Keeps the program's end of a terminal open, too, until nothing that it wrote is unread. Otherwise the last of it gets lost now and then:
 * once nobody has that end open, libuv takes a read of less than it asked for as the end (`uv__stream_io` in src/unix/stream.c, POLLHUP and
 * UV_HANDLE_READ_PARTIAL), though more may be in the kernel's buffer; and node-pty closes its end 200 ms after the program's exit, also
 * where this process was too busy to read meanwhile (`DESTROY_SOCKET_TIMEOUT_MS` in unixTerminal.js).
 * @param pty whose program has just been started
 * @param onRest told what is read after the program's exit
 * @returns to be called when the program has ended by all means
 */
function keepReadable(pty: IPty, onRest: (bytes: Buffer) => void): () => void {
  const { _fd, _pty } = pty as unknown as Ends
  const kept = openSync(_pty, constants.O_RDWR | constants.O_NOCTTY)
  let isKept = true
  const letGo = (): void => {
    clearInterval(looking)
    if (isKept) closeSync(kept)
    isKept = false
  }
  const look = (): void => {
    if (isThere(pty.pid)) return
    for (let rest = readNow(_fd); rest !== null; rest = readNow(_fd)) onRest(rest)
    letGo()
  }
  const looking = setInterval(look, pollMs)
  return letGo
}

/** Whether a process runs; node-pty waits for it, so that it does not stay as a zombie. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** What is there to read from a terminal; null where there is nothing: n_tty_read of Linux looks in all buffers before it says so. */
function readNow(fd: number): Buffer | null {
  const bytes = Buffer.alloc(65_536)
  try {
    const count = readSync(fd, bytes)
    return count === 0 ? null : bytes.subarray(0, count)
  } catch {
    return null
  }
}

/** Starts a program on a terminal of its own. */
export function openTerminal({
  command,
  args = [],
  cwd = process.cwd(),
  env = process.env,
  columns = 80,
  rows = 24,
}: TerminalOptions): Terminal {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const pty = spawn(command, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { ...env, TERM: 'xterm-256color' },
    encoding: null,
  })
  const decoder = new StringDecoder()
  let written = ''
  let hasExited = false
  /** Until its last bytes were seen too. */
  let isRunning = true
  const onBytes = (bytes: Buffer): void => {
    const text = decoder.write(bytes)
    written += text
    emulator.write(text)
  }
  // Without an encoding node-pty hands on the bytes, whatever its types say.
  pty.onData((bytes) => onBytes(bytes as unknown as Buffer))
  const letGo = keepReadable(pty, onBytes)
  emulator.onData((answer) => !hasExited && pty.write(answer))
  const exited = new Promise<TerminalExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      hasExited = true
      letGo()
      emulator.write('', () => {
        isRunning = false
        resolve({ code: exitCode, signal: signal || null })
      })
    })
  })
  const screen = () => screenOf(emulator)

  return {
    pid: pty.pid,
    emulator,
    raw: () => written,
    screen,
    waitFor: (wanted, timeoutMs = 30_000) => poll(screen, wanted, timeoutMs, () => isRunning),
    type: (keys) => pty.write(keys),
    resize(newColumns, newRows) {
      emulator.resize(newColumns, newRows)
      pty.resize(newColumns, newRows)
    },
    exited,
    isAlternate: () => emulator.buffer.active.type === 'alternate',
    isCursorVisible: () => written.lastIndexOf('\x1b[?25h') >= written.lastIndexOf('\x1b[?25l'),
    kill: (signal = 'SIGTERM') => pty.kill(signal),
    async close() {
      if (!hasExited) pty.kill('SIGKILL')
      await exited
      emulator.dispose()
    },
  }
}

async function poll(
  screen: () => string,
  wanted: string | RegExp,
  timeoutMs: number,
  isRunning: () => boolean,
): Promise<string> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const hasEnded = !isRunning()
    const seen = screen()
    if (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)) return seen
    const isLate = performance.now() > deadline
    if (isLate || hasEnded) {
      const why = isLate ? `in ${timeoutMs} ms` : 'before the program ended'
      throw new Error(`${wanted} was not seen ${why}. The screen:\n${seen}`)
    }
    await sleep(pollMs)
  }
}

function screenOf(emulator: Emulator): string {
  const buffer = emulator.buffer.active
  return Array.from(
    { length: emulator.rows },
    (_, row) =>
      buffer
        .getLine(buffer.baseY + row)
        ?.translateToString(true)
        .trimEnd() ?? '',
  )
    .join('\n')
    .trimEnd()
}

/**
 * Upgrades dev by a key, and says yes where it is asked first: what is not rehearsed yet, or loses rows, is.
 * @param terminal with a watch
 * @param key u or U
 * @param done what is seen then
 */
export async function upgradeBy(terminal: Terminal, key: 'u' | 'U', done: RegExp): Promise<string> {
  terminal.type(key)
  const seen = await terminal.waitFor(new RegExp(`${done.source}|\\[y/N\\]`))
  if (!seen.includes('[y/N]')) return seen
  terminal.type('y')
  return terminal.waitFor(done)
}
