/** Looks at a project that has no configuration yet: its files, and in a child the settings that are code. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { dialectNamed, findDatabaseFiles, isKnownDialect, readTarget } from '../dialect/find-dialect.ts'
import { toProblem } from '../error.ts'
import { assertPackagesReadable } from '../process/assert-packages-readable.ts'
import { assertSequelize } from '../process/assert-sequelize.ts'
import { fileStamp } from '../process/file-stamp.ts'
import { findInstaller, type Installer } from '../process/find-installer.ts'
import type { CliSettings } from '../survey/cli-settings.ts'
import { findCodeKind } from '../survey/find-code-kind.ts'
import { isTest, type Listing, readListing } from '../survey/listing.ts'
import { readDotenv, type Survey, takeSurvey } from '../survey/survey.ts'
import { callWorker } from '../worker/call-worker.ts'
import { resultOf } from './call-user-code.ts'

/** What was found, and what could not be read. */
export interface SurveyedProject {
  readonly root: string
  readonly survey: Survey
  readonly packages: Installer
  /** Whether a `.gitignore` or git itself is there. */
  readonly hasGit: boolean
  /** What could not be read, a line each. */
  readonly faults: readonly string[]
}

/** How long a project's settings may take to load, in milliseconds. */
const settingsMs = 20_000

/**
 * The folder that a configuration belongs in: the nearest one with a package.json or a `.sequelizerc`.
 * @param from absolute path; where nothing is found, this one
 */
export function findProjectRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (['package.json', '.sequelizerc'].some((name) => existsSync(join(folder, name)))) return folder
    if (dirname(folder) === folder) return from
  }
}

/**
 * Surveys a project. Nothing is written, and no database is opened.
 * @param root absolute path
 * @param environment the environment of sequelize-cli's settings that is meant; null for the usual one
 * @param signal cancels it
 * @throws DevdbError `package-missing` where this process cannot read the project's packages; `interrupted`
 */
export async function surveyProject(
  root: string,
  environment: string | null,
  signal: AbortSignal,
): Promise<SurveyedProject> {
  assertPackagesReadable(root)
  assertSequelize(root)
  const listing = readListing(root)
  const faults: string[] = []
  const databases = findDatabaseFiles(
    root,
    listing.files.filter((path) => !isTest(path)),
  )
  const look = watchFiles(root, databases)
  const cli = await readCli(listing, environment, signal, faults)
  if (cli !== null && cli.fault !== null) faults.push(`${cli.configFile} does not load: ${cli.fault}`)
  faults.push(...look(cli?.configFile ?? '.sequelizerc'))
  const usesDotenv = findCodeKind(listing).usesDotenv && canResolve(root, 'dotenv/config')
  const dotenv = usesDotenv ? readDotenv(listing.read('.env')) : {}
  const found = takeSurvey(listing, {
    cli,
    // What is set already counts: https://github.com/motdotla/dotenv#override
    env: { ...dotenv, ...process.env },
    files: databases,
    isKnown: isKnownDialect,
  })
  faults.push(...found.databases.unread)
  const survey = { ...found, code: { ...found.code, usesDotenv } }
  const hasGit = existsSync(join(root, '.gitignore')) || existsSync(join(root, '.git'))
  return { root, survey, packages: findInstaller(root), hasGit, faults }
}

/** Nobody knows yet which database is dev: all of them are looked at while the project's settings load. */
function watchFiles(root: string, settings: readonly string[]): (loaded: string) => readonly string[] {
  const known = settings.map((setting) => {
    const files = dialectNamed(setting.split(':')[0] ?? '', root).filesOf(readTarget(setting, root))
    return { setting, files, before: fileStamp(files) }
  })
  return (loaded) =>
    known
      .filter(({ files, before }) => fileStamp(files) !== before)
      .map(({ setting }) => `${setting} changed while ${loaded} was loaded: look what in it writes there`)
}

/** Whether a package among the dependencies is installed, too. */
function canResolve(root: string, name: string): boolean {
  try {
    createRequire(join(root, 'package.json')).resolve(name)
    return true
  } catch {
    return false
  }
}

async function readCli(
  { root, files }: Listing,
  environment: string | null,
  signal: AbortSignal,
  faults: string[],
): Promise<CliSettings | null> {
  if (!files.some((path) => path === '.sequelizerc' || /^config\/config\.(?:json|[cm]?[jt]s)$/.test(path))) return null
  try {
    const silent = (): void => undefined
    const place = { root, cwd: root, env: process.env, signal, timeoutMs: settingsMs, emit: silent, onLine: silent }
    return resultOf(await callWorker('read-cli-settings', { environment }, place))
  } catch (error) {
    if (signal.aborted) throw error
    faults.push(`.sequelizerc and config/ cannot be read: ${toProblem(error).message}`)
    return null
  }
}
