/** A project as a new user has it: its own package.json, what npm installs from the registry and from devdb's tarball, and the commands typed in it. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { repository } from '../package/installed.ts'
import { writeFiles } from '../temp-folder.ts'

/** How a command ended. */
export interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** How to run a command. */
export interface CommandSetting {
  /** Relative to the project. */
  readonly cwd?: string
  /** The exit code that it has to end with; 0 where none is named. */
  readonly exit?: number
}

export interface FreshProject {
  /** Without symbolic links. */
  readonly root: string
  file(path: string): string
  write(files: Readonly<Record<string, string>>): void
  read(path: string): string
  /** Replaces a text that must stand in the file. */
  edit(path: string, from: string, to: string): void
  /** Runs `npx WORDS`, of which the last one may hold blanks; `npx` finds what npm installed. */
  npx(words: string, last?: string, setting?: CommandSetting): Promise<Ended>
  remove(): void
}

/**
 * Makes a project and installs what it needs, as `npm install` does it.
 * @param files its files, package.json among them
 * @param packages names from the registry; each in the version that devdb is developed with, so that npm's cache has most of them
 * @param tarball devdb's
 * @param workspace the folder of the package that asks for them; otherwise the top
 */
export async function freshProject(
  files: Readonly<Record<string, string>>,
  packages: readonly string[],
  tarball: string,
  workspace?: string,
): Promise<FreshProject> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'devdb-fresh-')))
  const file = (path: string): string => join(root, path)
  const project: FreshProject = {
    root,
    file,
    write: (written) => writeFiles(root, written),
    read: (path) => readFileSync(file(path), 'utf8'),
    edit(path, from, to) {
      const text = project.read(path)
      expect(text, path).toContain(from)
      project.write({ [path]: text.replace(from, to) })
    },
    npx: (words, last, setting) =>
      run(root, 'npx', ['--no-install', ...words.split(' '), ...(last === undefined ? [] : [last])], setting),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
  project.write(files)
  // They are the application's own before devdb comes.
  const manifest = join(workspace ?? '.', 'package.json')
  const own = JSON.parse(project.read(manifest))
  const dependencies = { ...own.dependencies, ...Object.fromEntries(packages.map((name) => [name, asDeveloped(name)])) }
  project.write({ [manifest]: JSON.stringify({ ...own, dependencies }, null, 2) })
  const at = workspace === undefined ? [] : ['--workspace', workspace]
  // The driver's install script compiles for a minute where no binary can be downloaded. Without scripts npm installs the same files, and
  // the one that is compiled comes from this checkout, of the same version: what is resolved, and from where, stays as it is for a user.
  const quick = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent']
  await run(root, 'npm', ['install', ...at, ...quick, '--save-dev', tarball], {})
  const compiled = 'node_modules/sqlite3/build/Release/node_sqlite3.node'
  cpSync(join(repository, compiled), file(compiled))
  return project
}

function asDeveloped(name: string): string {
  const { version } = JSON.parse(readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8'))
  return version
}

async function run(
  root: string,
  program: string,
  words: readonly string[],
  { cwd = '.', exit = 0 }: CommandSetting = {},
): Promise<Ended> {
  const options = { cwd: join(root, cwd), env: cleanEnv(), maxBuffer: 1 << 26 }
  const ended = await new Promise<Ended>((resolve) => {
    execFile(program, [...words], options, (error, stdout, stderr) =>
      resolve({ exit: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    ).stdin?.end()
  })
  expect(ended.exit, `${program} ${words.join(' ')}\n${ended.stdout}\n${ended.stderr}`).toBe(exit)
  return ended
}

/** Without what npm and the test runner tell their own children. */
const cleanEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/.test(name)),
  )
