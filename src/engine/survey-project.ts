/** Looks at a project that has no configuration yet: its files, and in a child the settings that are code. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { findDatabaseFiles, isKnownDialect } from '../dialect/find-dialect.ts'
import { toProblem } from '../error.ts'
import { assertPackagesReadable } from '../process/assert-packages-readable.ts'
import { assertSequelize } from '../process/assert-sequelize.ts'
import { findInstaller, type Installer } from '../process/find-installer.ts'
import type { CliSettings } from '../survey/cli-settings.ts'
import { describeFixedDatabase } from '../survey/describe-fixed-database.ts'
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
  const cli = await readCli(listing, environment, signal, faults)
  if (cli !== null && cli.fault !== null) faults.push(`${cli.configFile} does not load: ${cli.fault}`)
  const usesDotenv = findCodeKind(listing).usesDotenv && canResolve(root, 'dotenv/config')
  const dotenv = usesDotenv ? readDotenv(listing.read('.env')) : {}
  const found = takeSurvey(listing, {
    cli,
    // What is set already counts: https://github.com/motdotla/dotenv#override
    env: { ...dotenv, ...process.env },
    files: findDatabaseFiles(
      root,
      listing.files.filter((path) => !isTest(path)),
    ),
    isKnown: isKnownDialect,
  })
  faults.push(...found.databases.unread)
  const survey = { ...found, code: { ...found.code, usesDotenv } }
  const hasGit = existsSync(join(root, '.gitignore')) || existsSync(join(root, '.git'))
  return { root, survey, packages: findInstaller(root), hasGit, faults }
}

/**
 * Says whether code of a project that has a configuration works on dev whatever it is told.
 * @param config the configuration
 * @param signal cancels it
 * @returns one line, or none; none, too, where the configuration sets variables of its own, for they are there to lead such code
 */
export async function findFixedDatabase(config: Config, signal: AbortSignal): Promise<readonly string[]> {
  if (Object.keys(config.environments[config.throwaway.url] ?? {}).length > 0) return []
  const { survey } = await surveyProject(config.root, null, signal)
  const place = (url: string): string => resolve(config.root, url.replace(/^\w+:/, ''))
  return describeFixedDatabase(survey, ({ url }) => place(url) === place(config.dev.url))
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
