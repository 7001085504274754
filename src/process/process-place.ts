/** Which processes a process id stands for: an id means nothing in another container, or on another machine. */
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

let known: string | null = null

/**
 * Names the place in which this process's id is unique: the boot of the machine, and the PID namespace.
 * https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
export function processPlace(): string {
  known ??= readPlace()
  return known
}

function readPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return `${process.platform} ${hostname()}`
  }
}

/**
 * When a process of this place started, as the system counts; it distinguishes a process from a later one with the same id. Field 22 of
 * /proc/PID/stat, after the name in parentheses. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @param pid its id
 * @returns null where there is no such process, or the system does not say
 */
export function startOf(pid: number): string | null {
  try {
    if (!isProcOurs()) return null
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** In a namespace without a /proc of its own the ids there are those of the processes outside. */
const isProcOurs = (): boolean => readlinkSync('/proc/self') === String(process.pid)
