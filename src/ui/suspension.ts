/** What happens on Ctrl-Z, and when the shell continues the program? */
import type { AlternateScreen } from './alternate-screen.ts'

/** What is given back, and taken again. */
export interface SuspensionSetting {
  readonly stdin: NodeJS.ReadStream
  readonly screen: AlternateScreen
  /** Whether the terminal is the screen's, and not an editor's. */
  isFree(): boolean
}

/** The way to the shell and back. */
export interface Suspension {
  /** Gives the terminal back and stops the program. */
  suspend(): void
  /** Listens no longer. */
  end(): void
}

/** How long after Ctrl-Z a program that nothing stopped takes its screen again, in milliseconds. */
const longestMs = 200

/**
 * In raw mode the terminal sends Ctrl-Z as a character and stops nobody: the program does it itself.
 * The whole group is stopped, as the terminal would do it: the shell waits for npx or npm, and not for this process.
 */
export function createSuspension({ stdin, screen, isFree }: SuspensionSetting): Suspension {
  const canSuspend = process.platform !== 'win32'
  const resume = (): void => {
    if (!isFree()) return
    // libuv sets nothing that it takes for set, but the shell has changed it meanwhile.
    stdin.setRawMode?.(false)
    stdin.setRawMode?.(true)
    screen.lend()
    screen.take()
  }
  if (canSuspend) process.on('SIGCONT', resume)
  return {
    suspend() {
      if (!canSuspend || !isFree()) return
      screen.lend()
      stdin.setRawMode?.(false)
      process.kill(0, 'SIGTSTP')
      // Where no shell would continue it the kernel stops nothing: setpgid(2), orphaned process groups.
      setTimeout(resume, longestMs)
    },
    end: () => void process.off('SIGCONT', resume),
  }
}
