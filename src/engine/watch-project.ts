/** The loop: what somebody saved, what that affects, and the verb that follows. */
import { basename, dirname, join } from 'node:path'
import { baselineFiles, type Config } from '../config/config.ts'
import { toProblem } from '../error.ts'
import type { EventFields } from '../event/event.ts'
import { isMigration as isMigrationFile } from '../migration/migration-folder.ts'
import { createBatch, systemClock } from '../watch/batch.ts'
import { findGitHead, readBranch } from '../watch/git-head.ts'
import { createWatcher, isUnfinished } from '../watch/watcher.ts'
import { acceptedName } from './accepted-file.ts'
import type { BuildReport } from './building.ts'
import { devStamp } from './dev-stamp.ts'
import { createEngine, type Engine } from './engine.ts'
import { folderStamp } from './folder-stamp.ts'
import { ignoredDriftName } from './ignored-drift.ts'
import { type FileState, fileState, fileStates, findBuildFiles, findStepFiles, shownPath } from './inputs.ts'
import { readThrowawayStatus } from './last-build.ts'
import type { Project } from './project.ts'
import { foldersOf } from './watched-folders.ts'

/** A project that is being watched. */
export interface WatchedProject {
  /** Takes wishes from the first moment on, before anything is built. */
  readonly engine: Engine
  /** Reads the board, begins to watch, and asks for the first build. */
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * How long events are collected, in milliseconds. A few more pass before a build loads anything, and until then a second file costs nothing
 * but to begin again.
 */
const timing = { settleMs: 4, mostSettleMs: 50, unfinishedMs: 150, maxMs: 1000 } as const

/** The dev database's board is read at most this often, in milliseconds: an application writes all day. */
const boardPauseMs = 1000

/**
 * Watches a project, once started: builds, then builds again after every save that changes something.
 * @param project the project
 * @param onConfigChange the configuration was saved, or one of its imports
 * @param stop ends even a change of dev, which then stays as it was
 */
export function watchProject(project: Project, onConfigChange: () => void, stop: AbortSignal): WatchedProject {
  const { config, store } = project
  /** The configuration's files as they are loaded: a build does not make their changes good. */
  let loaded: ReadonlyMap<string, FileState> = new Map()
  /** Each input as it was when the last build began. */
  let built: ReadonlyMap<string, FileState> = new Map()
  let isBuilding = false
  let hasFailed = false
  let isClosed = false
  let lastStamp = devStamp(project)
  let boardTimer: NodeJS.Timeout | null = null
  let devTimer: NodeJS.Timeout | null = null

  const engine = createEngine(project, {
    comparesModels: true,
    rehearses: true,
    keepsWarm: true,
    stop,
    onBuilt: (report) => reporting(() => afterBuild(report)),
    onOutdated: async () => {
      built = new Map([...(await fileStates(built.keys())), ...loaded])
    },
  })
  const devFiles = new Set(project.dialect.filesOf(config.dev))
  const isSave = (path: string): boolean => !devFiles.has(path)
  const batch = createBatch({
    ...timing,
    clock: systemClock,
    isUnfinished,
    isSave,
    onBatch: (paths) => reporting(() => onBatch(paths)),
  })
  const watcher = createWatcher((path, isUnfinished) => batch.add(path, isUnfinished))

  /** What the team has decided, and a comparison reads. */
  const decided = [acceptedName, ignoredDriftName].map((name) => join(config.root, name))
  /** What tells of a switch of branches, from the first moment on. */
  const head = findGitHead(config.root)
  /** Files besides the migrations that a comparison reads, and no build. */
  const compared = new Set([...decided, ...baselineFiles(config)])

  const watchAll = (): Promise<void> => {
    const files = new Set([...built.keys(), ...devFiles, ...compared, ...(head === null ? [] : [head])])
    store.emit('watching-changed', { files: [...built.values()].filter(({ hash }) => hash !== null).length })
    return watcher.set({ files, folders: foldersOf(config) })
  }

  const build = async (reason: string, changed: readonly string[], keepsUnchanged: boolean): Promise<void> => {
    isBuilding = true
    built = new Map([...(await fileStates([...built.keys(), ...changed])), ...loaded])
    engine.build(reason, { keepsUnchanged, givesUp: true }).catch(() => {
      isBuilding = false
    })
  }

  const afterBuild = async (report: BuildReport): Promise<void> => {
    isBuilding = false
    hasFailed = report.problem !== null
    // A broken build may not have come to load all files: those of before are watched still.
    const before = built
    built = new Map([...report.inputs, ...before])
    if (isClosed) return
    await watchAll()
    // What was saved while a file was not watched yet.
    const late = await changedAmong(built, [...built.keys()], false)
    if (late.length > 0 && !isBuilding) await onBatch(late)
  }

  const onBatch = async (paths: readonly string[]): Promise<void> => {
    if (isClosed) return
    const isMigration = (path: string): boolean =>
      (dirname(path) === config.migrations.dir && !basename(path).startsWith('.devdb-')) ||
      isMigrationFile(config.migrations, path)
    const configChanged = await changedAmong(
      built,
      paths.filter((path) => config.files.includes(path)),
      false,
    )
    const isOther = (path: string): boolean => devFiles.has(path) || decided.includes(path) || path === head
    const sources = paths.filter((path) => !isOther(path) && !config.files.includes(path))
    const changed = await changedAmong(built, await relevant(sources), isBuilding)
    const isUrgent = (paths.some((path) => path === head) && isSwitched()) || paths.some(isMigration)
    const isBoard = isUrgent || (paths.some((path) => devFiles.has(path)) && isDevChanged())
    const affects: EventFields['files-changed']['affects'][number][] = []
    if (configChanged.length > 0) affects.push('config')
    if (changed.length > 0) affects.push('build')
    if (isBoard) affects.push('board')
    const isCompared = paths.some((path) => isMigration(path) || compared.has(path))
    if (affects.length === 0 && isCompared) engine.compareModels()
    if (affects.length === 0) return
    store.emit('files-changed', { files: paths.map((path) => shownPath(path, config.root)), affects })
    if (configChanged.length > 0) onConfigChange()
    else if (changed.length > 0) await build(`${shown(changed)} changed`, changed, true)
    if (isBoard) readBoardSoon(isUrgent)
    if (isCompared) engine.compareModels()
  }

  /** Of the touched files those that a build may depend on: known inputs, newly matching ones, and after a failure any that may mend it. */
  const relevant = async (paths: readonly string[]): Promise<readonly string[]> => {
    const unknown = paths.filter((path) => !built.has(path))
    if (unknown.length === 0) return paths
    const matching = new Set(hasFailed ? unknown : await currentInputs(config))
    return paths.filter((path) => built.has(path) || matching.has(path))
  }

  /** Looks what is checked out, and tells it where it is something else. */
  const isSwitched = (): boolean => {
    const [from, to] = [store.state.branch, head === null ? null : readBranch(head)]
    if (to === null || to === from) return false
    store.emit('branch-switched', { from, to })
    return true
  }

  const isDevChanged = (): boolean => {
    const now = devStamp(project)
    const isChanged = now !== lastStamp
    lastStamp = now
    return isChanged
  }

  /** Of another machine's writes, and where its queue is full, the system tells nothing (inotify(7), "Limitations and caveats"); looking is cheap. */
  const lookAtDev = (): void => {
    const [file] = devFiles
    if (file !== undefined && devStamp(project) !== lastStamp) batch.add(file, false)
  }

  const readBoardSoon = (isUrgent: boolean): void => {
    if (isUrgent && boardTimer !== null) clearTimeout(boardTimer)
    if (boardTimer !== null && !isUrgent) return
    boardTimer = setTimeout(
      () => {
        boardTimer = null
        void engine.readBoard()
      },
      isUrgent ? 0 : boardPauseMs,
    )
  }

  /** What fails here is reported, and does not end the watch: the next save tries again. */
  const reporting = (work: () => unknown): void =>
    void (async () => work())().catch((error: unknown) => store.emit('problem-raised', { problem: toProblem(error) }))

  const shown = (paths: readonly string[]): string =>
    paths.length === 1 ? shownPath(paths[0]!, config.root) : `${paths.length} files`

  return {
    engine,
    async start() {
      loaded = await fileStates(config.files)
      built = loaded
      store.emit('throwaway-found', await readThrowawayStatus(config, project.dialect))
      isSwitched()
      const listed = folderStamp(config.migrations.dir)
      await engine.readBoard()
      await watchAll()
      // What was saved, checked out or written before anything was watched.
      if (isSwitched() || folderStamp(config.migrations.dir) !== listed) readBoardSoon(true)
      devTimer = setInterval(() => reporting(lookAtDev), boardPauseMs)
      if (!isClosed) await build('start', await currentInputs(config), false)
    },
    async close() {
      isClosed = true
      batch.close()
      if (boardTimer !== null) clearTimeout(boardTimer)
      if (devTimer !== null) clearInterval(devTimer)
      await watcher.close()
      await engine.close()
    },
  }
}

/** Files that would be read by a build now, as far as the configuration tells. */
async function currentInputs(config: Config): Promise<readonly string[]> {
  return [...(await findBuildFiles(config).catch(() => [])), ...(await findStepFiles(config).catch(() => []))]
}

/** Of some files those whose content is another than when the last build began; while one runs, also those that were written at all. */
async function changedAmong(
  built: ReadonlyMap<string, FileState>,
  paths: readonly string[],
  isBuilding: boolean,
): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const [before, now] = [built.get(path), await fileState(path)]
      const isChanged =
        before?.hash !== now.hash || (isBuilding && now.hash !== null && before.changedAt !== now.changedAt)
      return isChanged ? [path] : []
    }),
  )
  return found.flat()
}
