/**
 * Whether a process runs. One that belongs to somebody else does.
 * https://nodejs.org/docs/latest-v20.x/api/process.html#processkillpid-signal
 * @param pid its id
 */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
