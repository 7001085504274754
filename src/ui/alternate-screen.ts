/** How does a frame get onto the terminal, and how is the terminal given back whatever happens? */
import { writeSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** The terminal while it is ours. */
export interface AlternateScreen {
  /** Draws a frame; only lines that differ from the last one are written. */
  paint(frame: string): void
  /** Forgets what is on screen, so that the next frame is drawn in full. */
  forget(): void
  /** Gives the terminal to another program. */
  lend(): void
  /** Takes it again after that, and draws the last frame in full. */
  take(): void
  /** Gives the terminal back. May be called more than once. */
  close(): void
}

/** The terminal, and whether it may be coloured. */
export interface AlternateScreenOptions {
  readonly stdout: NodeJS.WriteStream
  readonly color: boolean
}

/** Without automatic line breaks (DECAWM): the frame that is still as wide as before a resize must not push the others down. */
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J\x1b[H'
const leave = '\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l'
const begin = '\x1b[?2026h'
const end = '\x1b[?2026l'

/** Takes the terminal: alternate screen, no cursor. `process.exit` gives it back as well. */
export function openAlternateScreen({ stdout, color }: AlternateScreenOptions): AlternateScreen {
  let lines: readonly string[] = []
  let last = ''
  let isOpen = true
  let isLent = false
  const close = () => {
    isLent = false
    if (!isOpen) return
    isOpen = false
    process.off('exit', close)
    writeNow(stdout, leave)
  }
  process.on('exit', close)
  stdout.write(enter)

  const paint = (frame: string): void => {
    last = frame
    const next = (color ? frame : stripVTControlCharacters(frame)).split('\n')
    const changes = changedLines(lines, next)
    lines = next
    if (isOpen && changes !== '') stdout.write(`${begin}${changes}${end}`)
  }

  return {
    paint,
    forget() {
      lines = []
      if (isOpen) stdout.write('\x1b[2J')
    },
    lend() {
      if (!isOpen) return
      isOpen = false
      isLent = true
      writeNow(stdout, leave)
    },
    take() {
      if (!isLent) return
      isLent = false
      isOpen = true
      stdout.write(enter)
      lines = []
      paint(last)
    },
    close,
  }
}

/** A line is erased before it is written: a line as wide as the screen would lose its last character otherwise. */
function changedLines(before: readonly string[], after: readonly string[]): string {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const line = after[index] ?? ''
    return line === before[index] ? '' : `\x1b[${index + 1};1H\x1b[2K${line}`
  }).join('')
}

/** While the process exits only a synchronous write still reaches the terminal. */
function writeNow(stdout: NodeJS.WriteStream, text: string): void {
  const { fd } = stdout as { readonly fd?: number }
  if (typeof fd !== 'number') return void stdout.write(text)
  try {
    writeSync(fd, text)
  } catch {
    // The terminal is gone: there is nothing to give back.
  }
}
