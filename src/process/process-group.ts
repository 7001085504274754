/** How a child process is ended together with everything it started. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { forgetGroup, guardGroup } from './lifeline.ts'

const graceMs = 400

/** The groups to end when devdb itself ends: a child in a group of its own does not get the terminal's Ctrl-C. */
const livingGroups = new Set<number>()

/**
 * Remembers a child that leads a process group of its own (`detached: true`).
 * @param pid its process id
 */
export function registerGroup(pid: number): void {
  if (livingGroups.size === 0) process.once('exit', killAllGroups)
  livingGroups.add(pid)
  guardGroup(pid)
}

/**
 * Sees to it that a group ends with its leader, and that nothing which left the group holds the leader's output open.
 * @param child the leader, which was registered
 */
export function endWithLeader(child: ChildProcess): void {
  child.once('exit', () => {
    if (child.pid !== undefined) killGroup(child.pid)
    setTimeout(() => {
      for (const stream of child.stdio ?? []) stream?.destroy()
    }, graceMs).unref()
  })
}

/**
 * Asks a whole group to end, and kills what is left of it after 400 ms.
 * @param pid process id of the group's leader
 * @param ended settles when the leader has ended
 */
export async function endGroup(pid: number, ended: Promise<unknown>): Promise<void> {
  signalGroup(pid, 'SIGTERM')
  const timer = new AbortController()
  await Promise.race([ended, sleep(graceMs, undefined, { signal: timer.signal })]).catch(() => undefined)
  timer.abort()
  killGroup(pid)
}

/**
 * Kills what is left of a group, its leader having ended or not.
 * @param pid process id of the group's leader
 */
export function killGroup(pid: number): void {
  signalGroup(pid, 'SIGKILL')
  if (livingGroups.delete(pid)) forgetGroup(pid)
  if (livingGroups.size === 0) process.off('exit', killAllGroups)
}

const killAllGroups = (): void => {
  for (const pid of livingGroups) signalGroup(pid, 'SIGKILL')
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    // Windows has no process groups; there the leader alone is ended.
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // Nobody is left: that is what was wanted.
  }
}
