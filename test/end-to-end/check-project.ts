/** A small CommonJS project with three migrations in a temporary folder, and the real executable run in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSqlite } from '../../src/dialect/sqlite/sqlite-connection.ts'
import { driver } from '../dialect/sqlite/memory.ts'
import { runResident } from '../resident.ts'

/** How a run ended. */
export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  /** The one document of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: a plain JSON document; what is in it is what the tests are about
  readonly json: any
}

/** Files by path; null removes one. */
export type Files = Readonly<Record<string, string | null>>

export interface CheckProject {
  readonly root: string
  write(files: Files): void
  read(path: string): string
  has(path: string): boolean
  /** Which migrations ran since this was last asked. */
  ran(): readonly string[]
  /** Starts devdb. */
  start(...words: readonly string[]): ChildProcess
  /** Runs devdb to its end, in a process that may stay for the next. */
  run(...words: readonly string[]): Promise<Ended>
  /** Runs statements in dev.db. */
  sql(statements: string): Promise<void>
  remove(): void
}

const executable = fileURLToPath(new URL('../../bin/devdb.js', import.meta.url))

/** A migration that notes that it ran. `up` sees `q`, the query interface, and `T`, the types. */
export const migration = (name: string, up: string, before = ''): string => `${before}
const { appendFileSync } = require('node:fs')
exports.up = async ({ context: q }, { DataTypes: T }) => {
  appendFileSync(\`\${__dirname}/../ran.log\`, '${name}\\n')
  ${up}
}
exports.down = async () => {}
`

/** A model without timestamps. */
export const model = (name: string, attributes: string, options = ''): string =>
  `module.exports = (sequelize, DataTypes) =>\n  sequelize.define('${name}', { ${attributes} }, { timestamps: false, ${options} })\n`

const id = 'id: { type: T.INTEGER, primaryKey: true, autoIncrement: true }'

export const baseFiles: Files = {
  'package.json': '{ "name": "small" }',
  'devdb.config.json': JSON.stringify({ models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }),
  'lib/columns.js': "exports.title = 'title'\n",
  'migrations/01-users.js': migration('01', `await q.createTable('users', { ${id}, name: T.STRING })`),
  'migrations/02-posts.js': migration(
    '02',
    `await q.createTable('posts', { ${id}, [title]: T.STRING })`,
    "const { title } = require('../lib/columns')",
  ),
  'migrations/03-points.js': migration(
    '03',
    "await q.addColumn('users', 'points', { type: T.INTEGER, allowNull: false, defaultValue: 0 })",
  ),
  'models/user.js': model(
    'user',
    'name: DataTypes.STRING, points: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 }',
  ),
  'models/post.js': model('post', 'title: DataTypes.STRING'),
}

/** Makes a project. @param files over the base ones */
export function makeProject(files: Files = {}): CheckProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'devdb-check-')))
  const path = (name: string): string => join(root, name)
  const children = new Set<ChildProcess>()
  const start = (...words: readonly string[]): ChildProcess => {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(process.execPath, [executable, ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    children.add(child)
    child.once('close', () => children.delete(child))
    return child
  }
  const project: CheckProject = {
    root,
    start,
    write(changed) {
      for (const [name, content] of Object.entries(changed)) {
        mkdirSync(dirname(path(name)), { recursive: true })
        if (content === null) rmSync(path(name), { force: true })
        else writeFileSync(path(name), content)
      }
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    has: (name) => existsSync(path(name)),
    ran() {
      const names = existsSync(path('ran.log')) ? readFileSync(path('ran.log'), 'utf8').trim().split('\n') : []
      rmSync(path('ran.log'), { force: true })
      return names
    },
    async run(...words) {
      const { NODE_OPTIONS: _, ...env } = process.env
      const end = await runResident({ words, cwd: root, env })
      return { ...end, json: words.includes('--json') ? JSON.parse(end.stdout) : null }
    },
    async sql(statements) {
      const connection = await openSqlite(driver, path('dev.db'), 'create')
      await connection.run(statements).finally(() => connection.close())
    },
    remove() {
      for (const child of children) child.kill('SIGKILL')
      rmSync(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  project.write({ ...baseFiles, ...files })
  return project
}

/** Waits until a file is there. */
export async function fileAppears(folder: string, name: string): Promise<void> {
  const watcher = watch(folder)
  try {
    while (!existsSync(join(folder, name))) await once(watcher, 'change')
  } finally {
    watcher.close()
  }
}
