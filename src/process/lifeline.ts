/** What ends the children of a devdb that was killed: a shell that waits for the end of its input, which a dead process cannot keep open. */
import { type ChildProcess, spawn } from 'node:child_process'

/** Keeps the list of groups; when devdb is gone, kills those that are left, and is gone too. */
const script = `
groups=' '
while read -r word group; do
  case $word in
    add) groups="$groups$group " ;;
    drop) groups="\${groups%% "$group" *} \${groups#* "$group" }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
`

let lifeline: ChildProcess | null = null

/**
 * Has a process group killed when devdb dies without a chance to do it itself: SIGKILL, a crash, lack of memory.
 * @param pid process id of the group's leader
 */
export function guardGroup(pid: number): void {
  if (process.platform === 'win32') return
  lifeline ??= open()
  lifeline.stdin?.write(`add ${pid}\n`)
}

/** Ends the guard over a group that was ended in the ordinary way: its number may be given to somebody else. */
export function forgetGroup(pid: number): void {
  lifeline?.stdin?.write(`drop ${pid}\n`)
}

/** In a group of its own, so that Ctrl-C does not reach it; it does not keep devdb from ending. */
function open(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  // Without a shell children are guarded less well, and that is all.
  child.on('error', () => undefined)
  // Where the system allows no more open files, it has no input.
  child.stdin?.on('error', () => undefined)
  child.unref()
  ;(child.stdin as (typeof child.stdin & { unref?(): void }) | undefined)?.unref?.()
  return child
}
