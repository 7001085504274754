/** Which files somebody touched. The only place that knows chokidar. */
import { type Stats, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** What is watched. All paths absolute. */
export interface Watched {
  /** Single files; they need not exist. Their folders are watched, since a file that is renamed over loses its own watch. */
  readonly files: ReadonlySet<string>
  /** Folders of which every file counts, at any depth. */
  readonly folders: ReadonlySet<string>
}

/** Watches a set of files that may be replaced by another set. */
export interface Watcher {
  /** Watches these from now on. Resolves when it does. */
  set(watched: Watched): Promise<void>
  close(): Promise<void>
}

/**
 * Makes a watcher of nothing.
 * @param onTouch told each file that was written, made or removed; `isUnfinished`: it is gone or empty right now
 */
export function createWatcher(onTouch: (path: string, isUnfinished: boolean) => void): Watcher {
  let watchers: readonly FSWatcher[] = []
  let current = ''
  let isClosed = false
  /** What each file was when it was told last: the same event comes from several watches. */
  const told = new Map<string, string>()
  /** One set after the other, and close after the last: a watcher that opens while we close would live for ever. */
  let settled: Promise<void> = Promise.resolve()

  const tell = (path: string): void => {
    const status = lookAt(path)
    const state = status === undefined ? 'gone' : `${status.ino} ${status.ctimeMs} ${status.size}`
    // Two writes within one tick of the clock look the same; whoever was told of the first reads the file later than that.
    if (told.get(path) === state) return
    told.set(path, state)
    onTouch(path, isEmpty(status))
  }

  const open = async (
    paths: readonly string[],
    isWanted: (path: string) => boolean,
    isKnown: (path: string) => boolean,
    depth?: number,
  ): Promise<readonly FSWatcher[]> => {
    // Of nothing chokidar never says that it is ready.
    if (paths.length === 0) return []
    const watcher = watch([...paths], {
      ignoreInitial: true,
      persistent: true,
      atomic: false,
      ignored: (path) => !isWanted(path),
      ...(depth === undefined ? {} : { depth }),
    })
    watcher.on('all', (event, path) => {
      if (event === 'add' || event === 'change' || event === 'unlink') tell(path)
    })
    // What the system says, at once: of what follows a change within 50 ms chokidar tells nothing (version 5, `_throttle`).
    watcher.on('raw', (_event, name: string | null, details) => {
      if (name === null) return
      const path = placeOf((details as { readonly watchedPath: string }).watchedPath, name)
      if (isWanted(path) && isKnown(path)) tell(path)
    })
    // A folder that vanishes, or one too many for the system: what can be watched still is.
    watcher.on('error', () => undefined)
    await new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
    return [watcher]
  }

  const replace = async ({ files, folders }: Watched): Promise<void> => {
    const key = JSON.stringify([[...files].sort(), [...folders].sort()])
    if (key === current || isClosed) return
    current = key
    const flat = new Set([...files].map((file) => dirname(file)))
    const opened = await Promise.all([
      open(
        [...flat],
        (path) => flat.has(path) || files.has(path),
        (path) => files.has(path),
        0,
      ),
      // An editor's own files come and go; one that is gone is told by who knows that it was there.
      open([...folders], (path) => !isForeign(path), isFile),
    ])
    // The old ones are closed only now, so that nothing is missed in between.
    const old = watchers
    watchers = opened.flat()
    await Promise.all(old.map((watcher) => watcher.close()))
  }

  return {
    set(watched) {
      settled = settled.then(() => replace(watched))
      return settled
    },
    async close() {
      isClosed = true
      await settled
      await Promise.all(watchers.map((watcher) => watcher.close()))
      watchers = []
    },
  }
}

/** What the system names: an entry of a watched folder, or a watched file itself. */
const placeOf = (watched: string, name: string): string =>
  basename(watched) === name && isFile(watched) ? watched : join(watched, name)

const isFile = (path: string): boolean => lookAt(path)?.isFile() === true

const isForeign = (path: string): boolean =>
  ['node_modules', '.git', '.devdb'].some(
    (name) => path.includes(`${sep}${name}${sep}`) || path.endsWith(`${sep}${name}`),
  )

/** Whether a file is gone or empty right now. */
export const isUnfinished = (path: string): boolean => isEmpty(lookAt(path))

const isEmpty = (status: Stats | undefined): boolean => status === undefined || status.size === 0

/** What a file is right now. Between two looks a folder may become a file, or be closed to us: that is told by who needs the file. */
function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
