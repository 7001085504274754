/** Which other processes have a file open, and may write to it? For saying who may have been the writer. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { promisify } from 'node:util'

/** A process that has one of the files open for writing. */
export interface Opener {
  readonly pid: number
  /** What was typed, as far as the system tells. */
  readonly command: string
}

/** How long `lsof` may take, in milliseconds. */
const lsofMs = 2000

/**
 * Finds the processes that have one of some files open for writing: not this one, and none that it started.
 * @param files absolute paths
 * @returns null where the system does not tell
 */
export async function findOpeners(files: readonly string[]): Promise<readonly Opener[] | null> {
  const paths = files.flatMap(realPath)
  if (paths.length === 0) return []
  return process.platform === 'linux' ? openersInProc(new Set(paths)) : openersByLsof(paths)
}

/**
 * Of other users' processes nothing can be read. https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
function openersInProc(paths: ReadonlySet<string>): readonly Opener[] | null {
  const pids = entriesOf('/proc').filter((name) => /^\d+$/.test(name))
  if (pids.length === 0) return null
  const isOpen = (pid: string): boolean =>
    entriesOf(`/proc/${pid}/fd`).some((name) => paths.has(linkOf(`/proc/${pid}/fd/${name}`)) && canWrite(pid, name))
  return pids
    .filter(isOpen)
    .map(Number)
    .filter((pid) => !isOwn(pid))
    .map((pid) => ({ pid, command: readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }))
}

/** The last digit of `flags` is O_ACCMODE: 0 for reading only. https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html */
const canWrite = (pid: string, name: string): boolean =>
  !/^flags:\s*\d*[0]$/m.test(readOr(`/proc/${pid}/fdinfo/${name}`))

/** Whether a process is this one, or was started by it. */
function isOwn(pid: number): boolean {
  for (let each = pid; each > 1; each = parentOf(each)) if (each === process.pid) return true
  return false
}

/** Field 4 of /proc/PID/stat, after the name in parentheses. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function parentOf(pid: number): number {
  const stat = readOr(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0) || 0
}

/** `-F pca`: lines with the process id, its name, and `r`, `w` or `u` for each file. https://man7.org/linux/man-pages/man8/lsof.8.html */
async function openersByLsof(paths: readonly string[]): Promise<readonly Opener[] | null> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-F', 'pca', '--', ...paths], { timeout: lsofMs })
    return pairsIn(stdout)
  } catch (error) {
    // It ends with 1 where nothing has one of them open.
    const { code, stdout } = error as { code?: unknown; stdout?: string }
    return code === 1 ? pairsIn(stdout ?? '') : null
  }
}

const pairsIn = (text: string): readonly Opener[] =>
  [...text.matchAll(/^p(\d+)\nc(.*)\n((?:[^p].*\n?)*)/gm)]
    .filter(([, pid, , files]) => Number(pid) !== process.pid && /^a[wu]/m.test(files ?? ''))
    .map(([, pid, command]) => ({ pid: Number(pid), command: command ?? '' }))

function realPath(file: string): readonly string[] {
  try {
    return [realpathSync(file)]
  } catch {
    return []
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
