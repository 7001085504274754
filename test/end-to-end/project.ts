/** A tiny project of a user's in a temporary folder, and the real executable run in it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runResident } from '../resident.ts'
import { assertInside } from '../temp-folder.ts'
import { execute } from './database.ts'

/** Files to write over a project, by path: text, bytes, or null to remove one. */
export type Files = Readonly<Record<string, string | Buffer | null>>

/** What makes a project differ from the base one. */
export interface ProjectSetting {
  readonly files?: Files
  /** Options over those of the base `devdb.config.json`, which is left out where `files` holds a configuration. */
  readonly config?: Readonly<Record<string, unknown>>
  /** SQL that makes dev.db; null: there is none. */
  readonly dev?: string | null
}

/** How a run of the executable ended. */
export interface Run {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
  /** The one document that `--json` prints. */
  readonly json: JsonDocument
}

// The documents are plain JSON; what is in them is what the tests are about.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type JsonDocument = any

/** How to run the executable. */
export interface RunSetting {
  readonly env?: NodeJS.ProcessEnv
  /** Relative to the project. */
  readonly cwd?: string
  /** File rights bind, also when the tests run as root: the capabilities that let root pass over them are dropped. */
  readonly isBound?: boolean
}

export interface TinyProject {
  /** Without symbolic links, as devdb names it. */
  readonly root: string
  file(path: string): string
  /** @throws Error for a folder that a link leads out of the project, such as node_modules */
  write(files: Files): void
  read(path: string): string
  bytes(path: string): Buffer
  /** Runs `devdb ARGUMENTS --json` to its end, in a process that may stay for the next. */
  devdb(command: string, setting?: RunSetting): Promise<Run>
  /** Runs `devdb ARGUMENTS` to its end, as the executable; its `json` is null. */
  plain(command: string, setting?: RunSetting): Promise<Run>
  remove(): void
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

export const executable = join(repository, 'bin/devdb.js')

const model = (name: string, attributes: string): string =>
  `module.exports = (sequelize, DataTypes) =>
  sequelize.define('${name}', {
${attributes}
  }, { timestamps: false })
`

export const baseModels: Files = {
  'models/note.js': model(
    'note',
    '    text: { type: DataTypes.TEXT, allowNull: false },\n    userId: DataTypes.INTEGER,',
  ),
  'models/user.js': model(
    'user',
    '    name: { type: DataTypes.STRING, allowNull: false },\n    colour: DataTypes.STRING,',
  ),
}

/** What all tiny projects have: two models, three migrations. */
export const baseFiles: Files = {
  'package.json': '{ "name": "tiny", "private": true }\n',
  ...baseModels,
  'migrations/20260101-users.js': `exports.up = (queryInterface, Sequelize) =>
  queryInterface.createTable('users', {
    id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
    name: { type: Sequelize.STRING, allowNull: false },
  })
exports.down = (queryInterface) => queryInterface.dropTable('users')
`,
  'migrations/20260102-notes.js': `exports.up = (queryInterface, Sequelize) =>
  queryInterface.createTable('notes', {
    id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
    text: { type: Sequelize.TEXT, allowNull: false },
    userId: { type: Sequelize.INTEGER },
  })
exports.down = (queryInterface) => queryInterface.dropTable('notes')
`,
  'migrations/20260103-colour.js': `exports.up = (queryInterface, Sequelize) =>
  queryInterface.addColumn('users', 'colour', { type: Sequelize.STRING })
exports.down = (queryInterface) => queryInterface.sequelize.query('ALTER TABLE users DROP COLUMN colour')
`,
}

/** The base project's dev database: at its second migration, with rows, and an application id of its own. */
export const devAtTwo = `PRAGMA application_id = 4242;
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL);
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, userId INTEGER);
CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
INSERT INTO users (name) VALUES ('doe'), ('O''Neill'), ('Sato');
INSERT INTO notes (text, userId) VALUES ('first', 1), ('second', 2), ('third', NULL);
INSERT INTO SequelizeMeta VALUES ('20260101-users.js'), ('20260102-notes.js');`

export const baseConfig = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', waitMs: 300 } as const

/** Makes a project. Whoever makes it removes it. */
export async function makeProject({ files = {}, config, dev = devAtTwo }: ProjectSetting = {}): Promise<TinyProject> {
  const project = openFolder(realpathSync(mkdtempSync(join(tmpdir(), 'devdb-tiny-'))))
  const hasConfig = Object.keys(files).some((path) => path.startsWith('devdb.config.'))
  const written = { 'devdb.config.json': `${JSON.stringify({ ...baseConfig, ...config }, null, 2)}\n` }
  project.write({ ...baseFiles, ...(hasConfig ? {} : written), ...files })
  if (dev !== null) await execute(project.file('dev.db'), dev)
  return project
}

/** Makes a project of a copy of a folder. */
export function copyProject(folder: string): TinyProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'devdb-copy-')))
  cpSync(join(repository, folder), root, { recursive: true })
  return openFolder(root)
}

function openFolder(root: string): TinyProject {
  const file = (path: string): string => join(root, path)
  symlinkSync(join(repository, 'node_modules'), file('node_modules'))
  return {
    root,
    file,
    write(files) {
      for (const [path, content] of Object.entries(files)) {
        assertInside(root, dirname(file(path)))
        if (content === null) {
          rmSync(file(path), { recursive: true, force: true })
          continue
        }
        mkdirSync(dirname(file(path)), { recursive: true })
        writeFileSync(file(path), content)
      }
    },
    read: (path) => readFileSync(file(path), 'utf8'),
    bytes: (path) => readFileSync(file(path)),
    async devdb(command, setting) {
      const run = await runAnywhere(root, [...words(command), '--json'], setting)
      return { ...run, json: parseOne(run) }
    },
    plain: (command, setting) => runExecutable(root, words(command), setting),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

const words = (command: string): readonly string[] => command.split(' ').filter((word) => word !== '')

function parseOne({ stdout, stderr, exit }: Omit<Run, 'json'>): JsonDocument {
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`stdout is not one JSON document (exit ${exit}):\n${stdout}\nstderr:\n${stderr}`)
  }
}

/** Starts the executable; the caller ends it. */
export function startDevdb(
  root: string,
  args: readonly string[],
  { env, cwd = '.', isBound }: RunSetting = {},
): ChildProcess {
  const command = [process.execPath, executable, ...args]
  const [program = '', ...rest] = isBound && process.getuid?.() === 0 ? [...withoutPrivilege, ...command] : command
  const { NODE_ENV, VITEST, ...clean } = process.env
  return spawn(program, rest, { cwd: join(root, cwd), env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** https://man7.org/linux/man-pages/man1/setpriv.1.html */
const withoutPrivilege = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search']

/** Runs it in a process of its own only where that can make a difference. */
async function runAnywhere(root: string, args: readonly string[], setting: RunSetting = {}): Promise<Run> {
  if (setting.isBound || args[0] === 'exec') return runExecutable(root, args, setting)
  const { NODE_ENV, VITEST, ...clean } = process.env
  const startedAt = Date.now()
  const call = { words: args, cwd: join(root, setting.cwd ?? '.'), env: { ...clean, ...setting.env } }
  return { ...(await runResident(call)), ms: Date.now() - startedAt, json: null }
}

async function runExecutable(root: string, args: readonly string[], setting?: RunSetting): Promise<Run> {
  const startedAt = Date.now()
  const child = startDevdb(root, args, setting)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const exit = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  return { exit, ...output, ms: Date.now() - startedAt, json: null }
}
