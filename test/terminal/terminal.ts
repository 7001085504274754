/** How do tests drive a program on a terminal? A real pseudo-terminal (node-pty) with an emulator behind it (xterm). */
import { setTimeout as sleep } from 'node:timers/promises'
import xterm, { type Terminal as Emulator } from '@xterm/headless'
import { spawn } from 'node-pty'

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
const lastBytesMs = 60

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
  })
  let written = ''
  let hasExited = false
  /** Until its last bytes were seen too. */
  let isRunning = true
  pty.onData((text) => {
    written += text
    emulator.write(text)
  })
  emulator.onData((answer) => !hasExited && pty.write(answer))
  const exited = new Promise<TerminalExit>((resolve) => {
    pty.onExit(async ({ exitCode, signal }) => {
      hasExited = true
      // The last bytes may still be on their way to the emulator.
      for (let seen = -1; seen !== written.length; await sleep(lastBytesMs)) seen = written.length
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

/** How long what a program wrote last may be under way after its end, in milliseconds. */
const drainMs = 2000

async function poll(
  screen: () => string,
  wanted: string | RegExp,
  timeoutMs: number,
  isRunning: () => boolean,
): Promise<string> {
  const deadline = performance.now() + timeoutMs
  // The end of a program may be told before the last that it wrote.
  let endedAt: number | null = null
  for (;;) {
    if (!isRunning()) endedAt ??= performance.now()
    const seen = screen()
    if (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)) return seen
    const isLate = performance.now() > deadline
    if (isLate || (endedAt !== null && performance.now() > endedAt + drainMs)) {
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
