/** How do the terminal tests get a project? A copy of the forge with a dev database, and the real executable in it. */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sqlite3 from 'sqlite3'
import { keySequences, openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'

/** A project in a folder of its own. */
export interface Forge {
  readonly folder: string
  /** Reads a file of the project. */
  read(path: string): string
  /** Saves a file of the project. */
  write(path: string, text: string): void
  /** Replaces a text that must be there. */
  edit(path: string, before: string, after: string): void
  delete(path: string): void
  exists(path: string): boolean
  /** The names in a folder, in order. */
  list(path: string): readonly string[]
  /** Names in dev's meta table, in order. */
  applied(): Promise<readonly string[]>
  /** The process id of the watch, which its lock names. */
  watchPid(): number
  remove(): void
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The executable. */
export const devdb = join(repository, 'bin', 'devdb.js')

/** The forge without its steps and its rehearsals, and in JSON, which no child has to load: all that only costs time where it is not tested. */
export const quickSetting = {
  models: './src/models/index.ts',
  migrations: './migrations',
  dev: 'sqlite:dev.db',
  rehearsal: { maxBytes: 0 },
}

/** The name of the file that holds it. */
export const quickFile = 'devdb.config.json'

/** The text of that file. */
export const quickConfig = (more: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({ ...quickSetting, ...more }, null, 2)}\n`

let template: string | null = null

/** Copies the forge. Its dev database is made once. */
export function copyForge({ isQuick = false } = {}): Forge {
  template ??= makeTemplate()
  const folder = mkdtempSync(join(tmpdir(), 'devdb-forge-'))
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true })
  const at = (path: string): string => join(folder, path)
  const write = (path: string, text: string): void => writeFileSync(at(path), text)
  if (isQuick) {
    rmSync(at('devdb.config.ts'))
    write(quickFile, quickConfig())
  }
  return {
    folder,
    read: (path) => readFileSync(at(path), 'utf8'),
    write,
    edit(path, before, after) {
      const text = readFileSync(at(path), 'utf8')
      if (!text.includes(before)) throw new Error(`${path} has no ${before}`)
      write(path, text.replace(before, after))
    },
    delete: (path) => rmSync(at(path)),
    exists: (path) => existsSync(at(path)),
    list: (path) => readdirSync(at(path)).sort(),
    applied: async () =>
      (await query(at('dev.db'), 'SELECT name FROM SequelizeMeta ORDER BY name')).map(({ name }) => String(name)),
    watchPid: () => (JSON.parse(readFileSync(at('.devdb/watch.lock'), 'utf8')) as { pid: number }).pid,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function makeTemplate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'devdb-forge-template-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(repository, 'fixtures', 'forge'), folder, { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  makeDev(folder)
  return folder
}

/** Copies the dev database that another file of tests has made in this run, or makes it for them. */
function makeDev(folder: string): void {
  const dev = join(folder, 'dev.db')
  const kept = process.env.DEVDB_MADE_ONCE === undefined ? null : join(process.env.DEVDB_MADE_ONCE, 'forge.db')
  if (kept !== null && existsSync(kept)) {
    copyFileSync(kept, dev)
    return
  }
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/make-dev.ts'], { cwd: folder })
  if (kept === null) return
  // Whole, or not at all: two files may come here at once.
  copyFileSync(dev, `${kept}.${process.pid}`)
  renameSync(`${kept}.${process.pid}`, kept)
}

/** Opens `devdb watch` on a terminal, from a shell that says how it ended and then takes a line. */
export function openWatch(forge: Forge, options: Partial<TerminalOptions> = {}, words = ''): Terminal {
  const script = [
    `"$NODE" "$DEVDB" watch ${words}`,
    'code=$?',
    'stty -a',
    'echo "ended with $code"',
    'read line',
    'echo "typed: $line"',
    // What a program writes last may be lost with its end.
    'read line',
  ].join('\n')
  const env = { ...withoutVitest(), NODE: process.execPath, DEVDB: devdb, ...options.env }
  return openTerminal({ command: '/bin/sh', args: ['-c', script], cwd: forge.folder, rows: 30, ...options, env })
}

/** What happens after the watch: its exit code, and a terminal that a shell can use. */
export async function endOf(terminal: Terminal): Promise<{ readonly code: number; readonly isUsable: boolean }> {
  const ended = /^ended with (\d+)/m
  const screen = await terminal.waitFor(ended)
  const [isRaw, isAlternate, isVisible] = [
    /-icanon|-echo\b|-isig/.test(screen),
    terminal.isAlternate(),
    terminal.isCursorVisible(),
  ]
  terminal.type(`hello${keySequences.enter}`)
  await terminal.waitFor('typed: hello')
  terminal.type(keySequences.enter)
  await terminal.exited
  return { code: Number(ended.exec(screen)?.[1]), isUsable: !isRaw && !isAlternate && isVisible }
}

/** Reads rows of a SQLite file. */
export function query(file: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const connection = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) => error && reject(error))
    connection.all(sql, (error, rows) => {
      connection.close()
      if (error) reject(error)
      else resolve(rows as Record<string, unknown>[])
    })
  })
}

/** The living processes that a process started, and those that they started. */
export function descendantsOf(pid: number): readonly number[] {
  const children = processes().filter(({ parent }) => parent === pid)
  return children.flatMap((child) => [child.pid, ...descendantsOf(child.pid)])
}

/** Whether a process is there and is no zombie. */
export const isAlive = (pid: number): boolean => processes().some((one) => one.pid === pid && !one.isZombie)

/** Those of them that run code of the user's for devdb. */
export const workersOf = (pid: number): readonly number[] =>
  processes().flatMap((one) => (one.parent === pid && one.command.includes('worker/child') ? [one.pid] : []))

function processes() {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
  return lines.map((line) => {
    const [pid, parent, stat = '', ...command] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), isZombie: stat.startsWith('Z'), command: command.join(' ') }
  })
}

/** The environment of a developer's shell: a test runner sets more. */
function withoutVitest(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, CI: ___, NO_COLOR: ____, FORCE_COLOR: _____, ...env } = process.env
  return env
}
