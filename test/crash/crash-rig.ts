/** What the crash test kills: a project whose dev database stands in the middle of its migrations, and every way to change it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { createEngine, type Engine } from '../../src/engine/engine.ts'
import { openProject, type Project } from '../../src/engine/project.ts'
import type { Event } from '../../src/event/event.ts'
import { createStore } from '../../src/event/store.ts'
import type { Moment } from '../../src/process/reach.ts'
import { ended } from '../application.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

/** One way to change dev. */
export interface Way {
  readonly verb: 'upgrade' | 'downgrade' | 'stepBack' | 'restore' | 'undo' | 'resetDev' | 'saveSnapshot'
  readonly args: readonly unknown[]
  /** What devdb calls it; null where dev is not changed. */
  readonly what: string | null
  /** Whether what an application writes meanwhile is replaced on purpose, and must then be in a snapshot. */
  readonly replaces: boolean
  /** Makes it possible, in a copy of the project. */
  prepare?(root: string): void
}

const removeDev = (root: string): void => {
  for (const name of ['dev.db', 'dev.db-wal', 'dev.db-shm', '.devdb'])
    rmSync(join(root, name), { recursive: true, force: true })
}

/** Every way to change dev, and to save it. */
export const ways = {
  upgrade: { verb: 'upgrade', args: ['head'], what: 'upgrade head', replaces: false },
  downgrade: { verb: 'downgrade', args: ['-2'], what: 'downgrade -2', replaces: false },
  reapply: {
    verb: 'stepBack',
    args: ['reapply', ['3-posts.sql']],
    what: 'reapply 3-posts.sql',
    replaces: false,
    prepare: (root) => writeFileSync(join(root, 'migrations/3-posts.sql'), posts('title TEXT, draft INTEGER')),
  },
  'roll back': {
    verb: 'stepBack',
    args: ['roll-back', ['3-posts.sql']],
    what: 'roll-back 3-posts.sql',
    replaces: false,
    prepare: (root) => {
      for (const name of ['3-posts.sql', '3-posts.down.sql']) rmSync(join(root, 'migrations', name))
    },
  },
  restore: { verb: 'restore', args: ['kept'], what: 'restore kept', replaces: true },
  undo: { verb: 'undo', args: [], what: 'undo of upgrade +1', replaces: true },
  reset: { verb: 'resetDev', args: [], what: 'reset --dev', replaces: false },
  create: { verb: 'upgrade', args: ['head'], what: 'upgrade head', replaces: false, prepare: removeDev },
  save: { verb: 'saveSnapshot', args: [null], what: null, replaces: false },
} as const satisfies Record<string, Way>

/** The name of a way. */
export type WayName = keyof typeof ways

/** Those that change a dev database that is there. */
export const changing = ['upgrade', 'downgrade', 'reapply', 'roll back', 'restore', 'undo', 'reset'] as const

const migrating = ['upgrade', 'downgrade', 'reapply', 'roll back', 'reset', 'create'] as const

/** Who comes by a moment; the others all ways that change a dev database. */
const passing: Partial<Record<Moment, readonly WayName[]>> = {
  'lock-taken': [...changing, 'create', 'save'],
  'change-begun': [...changing, 'create'],
  'copy-made': [...changing, 'create'],
  'stored-code-written': ['reapply', 'roll back'],
  'migration-run': migrating,
  'migration-told': ['upgrade', 'downgrade', 'reset', 'create'],
  'ledger-due': migrating,
  'ledger-written': migrating,
  'record-drafted': [...changing, 'create', 'save'],
  'entering-noted': [...changing, 'create'],
  'dev-placed': ['create'],
  'change-noted': [...changing, 'create'],
  tidied: [...changing, 'create'],
  'change-ended': [...changing, 'create'],
  'snapshot-copied': ['save'],
}

/** @returns the ways that come by a moment */
export const waysTo = (moment: Moment): readonly WayName[] => passing[moment] ?? changing

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, filling TEXT)'
const posts = (columns: string): string =>
  `CREATE TABLE posts (id INTEGER PRIMARY KEY, user INTEGER NOT NULL REFERENCES users (id), ${columns});
INSERT INTO posts (user, title) SELECT id, 'about ' || name FROM users;
`

const files = {
  'devdb.config.json': JSON.stringify({
    models: './models',
    migrations: './migrations',
    dev: 'sqlite:dev.db',
    snapshots: { keep: 1 },
  }),
  'migrations/1-users.sql': `${users};\n`,
  'migrations/1-users.down.sql': 'DROP TABLE users;\n',
  'migrations/2-nick.sql': 'ALTER TABLE users ADD COLUMN nick TEXT;\nUPDATE users SET nick = upper(name);\n',
  'migrations/2-nick.down.sql': 'ALTER TABLE users DROP COLUMN nick;\n',
  'migrations/3-posts.sql': posts('title TEXT'),
  'migrations/3-posts.down.sql': 'DROP TABLE posts;\n',
  'migrations/4-filling.sql': "UPDATE users SET filling = 'now ' || filling;\n",
  'migrations/4-filling.down.sql': 'UPDATE users SET filling = substr(filling, 5);\n',
  'migrations/5-index.sql': 'CREATE INDEX users_name ON users (name);\n',
  'migrations/5-index.down.sql': 'DROP INDEX users_name;\n',
}

/** Opens a project in this process. What is told is kept. */
export function open(root: string): { readonly project: Project; readonly engine: Engine; readonly told: Event[] } {
  const file = join(root, 'devdb.config.json')
  const store = createStore()
  const told: Event[] = []
  store.subscribe((event) => void told.push(event))
  const plain = JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof evaluateConfig>[0]
  const project = openProject(evaluateConfig(plain, file, []), store, 'test', 0)
  return { project, engine: createEngine(project), told }
}

/**
 * Makes the project that each round gets a copy of: three of five migrations applied, a snapshot `kept`, and an upgrade that can be undone.
 * @param root an empty folder
 * @param rows of 1,200 bytes each. With 2200 it is more than what SQLite keeps in memory of a transaction, 2 MB, so that pages reach the file early
 */
export async function makeTemplate(root: string, rows = 2200): Promise<void> {
  const dev = join(root, 'dev.db')
  writeFiles(root, files)
  mkdirSync(join(root, 'models'))
  const { engine } = open(root)
  const must = async (verb: Promise<{ readonly problem: unknown }>): Promise<void> => {
    const { problem } = await verb
    if (problem !== null) throw new Error(JSON.stringify(problem))
  }
  await must(engine.upgrade('2-nick'))
  await sql(
    dev,
    'CREATE TABLE written (id INTEGER PRIMARY KEY)',
    `INSERT INTO users (name, filling) SELECT 'user ' || value, hex(randomblob(600)) FROM (
       WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT ${rows}) SELECT value FROM n)`,
  )
  await must(engine.saveSnapshot('kept'))
  await sql(dev, "UPDATE users SET filling = hex(randomblob(600)), nick = 'later' WHERE id % 3 = 0")
  await must(engine.upgrade('+1'))
  await engine.close()
}

/** A copy of the project, in which a way can be gone. */
export async function copyOf(template: string, way: Way, mode: string): Promise<string> {
  const root = tempFolder()
  cpSync(template, root, { recursive: true })
  if (mode === 'wal') await sql(join(root, 'dev.db'), 'PRAGMA journal_mode = wal')
  way.prepare?.(root)
  return root
}

/** What a database holds, schema and rows, but for what an application writes meanwhile; null where there is none. */
export async function stateOf(file: string): Promise<string | null> {
  if (!existsSync(file)) return null
  const hash = createHash('sha1')
  const objects = await sql(
    file,
    "SELECT name, type, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'written' ORDER BY name",
  )
  hash.update(JSON.stringify(objects))
  for (const { name } of objects.filter(({ type }) => type === 'table')) {
    const columns = name === 'devdb_ledger' ? 'name, hash, source, down' : '*'
    hash.update(JSON.stringify(await sql(file, `SELECT ${columns} FROM "${String(name)}" ORDER BY 1`)))
  }
  return hash.digest('hex')
}

/** Goes a way in this process. */
export const go = async (engine: Engine, { verb, args }: Way): Promise<unknown> => {
  const run = engine[verb] as (...args: readonly unknown[]) => Promise<{ readonly problem?: unknown } | null>
  const report = await run(...args)
  return verb === 'stepBack' ? report : (report?.problem ?? null)
}

const program = fileURLToPath(new URL('../../fixtures/engine-program/dist/change-dev.js', import.meta.url))

/** A process that goes a way. */
export interface Walk {
  readonly child: ChildProcess
  /** What it has told so far. */
  readonly kinds: string[]
  readonly problems: unknown[]
  /** Resolves when it has told that many events, or has ended. */
  heard(count: number): Promise<void>
  readonly ended: Promise<void>
}

/** Starts a process that goes a way. @param killAt where it kills itself */
export function walk(root: string, { verb, args }: Way, killAt?: string): Walk {
  const env = { ...process.env, ...(killAt === undefined ? {} : { DEVDB_KILL_AT: killAt }) }
  const child = spawn(process.execPath, [program, root, verb, JSON.stringify(args)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  })
  const kinds: string[] = []
  const problems: unknown[] = []
  const waiting = new Set<() => void>()
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const event = JSON.parse(line) as { kind: string; problem?: unknown }
    kinds.push(event.kind)
    if (event.kind !== 'migration-failed' && 'problem' in event && event.problem !== null) problems.push(event.problem)
    for (const look of waiting) look()
  })
  const isEnded = ended(child)
  return {
    child,
    kinds,
    problems,
    heard: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (kinds.length >= count) resolve()
        }
        waiting.add(look)
        look()
        void isEnded.then(() => resolve())
      }),
    ended: isEnded,
  }
}

/** Files that no process needs any more when none runs. */
export function leftovers(root: string): readonly string[] {
  const within = (folder: string): readonly string[] =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []
  return [
    ...within('.devdb').filter((name) => name === 'work' || name.includes('.lock')),
    ...within('.devdb/snapshots').filter((name) => name.endsWith('.new') || /-(journal|wal|shm)$/.test(name)),
    ...within('migrations').filter((name) => name.startsWith('.')),
    ...within('.').filter((name) => name.endsWith('-journal') || name.includes('.devdb-')),
  ]
}
