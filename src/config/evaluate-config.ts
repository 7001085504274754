/** From what a configuration file exports to plain JSON: its functions are called, every fault is collected. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type Target, withSettingsOf } from '../database/target.ts'
import { defaultThrowaway, dialectNamed, dialectOf, readTarget } from '../dialect/find-dialect.ts'
import { DevdbError, messageOf } from '../error.ts'
import { isMigration } from '../migration/migration-folder.ts'
import type { RunStep, Step } from '../seed/step.ts'
import type { Config } from './config.ts'
import { type Fault, faultsOf } from './config-fault.ts'
import { defaults } from './defaults.ts'
import { refusalOf } from './guard.ts'
import { isPlain, plainPart } from './plain-part.ts'
import { projectName } from './project-name.ts'
import { cliOptionsFiles, readCliOptions } from './read-cli-options.ts'
import { readBaseline, readMigrations, readModels } from './read-settings.ts'
import { lacksPlace, unsetIn, watchedEnvironment } from './unset-variable.ts'
import { type PlainConfig, userConfigSchema } from './user-config-schema.ts'

/**
 * Makes a trusted configuration.
 * @param exported what the file exports
 * @param file its absolute path
 * @param files all local files it was read from
 * @throws DevdbError `config-invalid` with all faults in `details`; `dev-refused`; `throwaway-is-dev`; `config-failed` when a function throws
 */
export function evaluateConfig(exported: unknown, file: string, files: readonly string[]): Config {
  const root = dirname(file)
  const { env, ...rest } = asRecord(exported, file)
  const { env: watched, unset } = watchedEnvironment(process.env)
  const dev = typeof rest.dev === 'function' ? callFunction('dev', rest.dev, watched, file) : rest.dev
  if ('dev' in rest && lacksPlace(dev)) {
    const names = [...unset, ...(unset.size === 0 ? unsetIn(textOf(file), process.env) : [])]
    if (names.length > 0)
      throw invalid(
        [`dev: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not set; devdb reads no .env`],
        file,
      )
  }
  const plain = parse({ ...rest, dev, ...(typeof env === 'function' || env === undefined ? {} : { env }) }, root, file)
  const read = typeof dev === 'string' ? cliOptionsFiles(root) : []
  return { ...plain, file, files: [...files, ...read], environments: environmentsOf(plain, env, file) }
}

function parse(value: unknown, root: string, file: string): Omit<Config, 'file' | 'files' | 'environments'> {
  const parsed = userConfigSchema.safeParse(value)
  const faults: Fault[] = parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(issue))
  const given = value as Partial<PlainConfig>
  // Databases are read even where other things are wrong, so that all faults come at once.
  const dev = attempt('dev', faults, () => (isSetting(given.dev) ? readDev(given.dev, root, file) : null))
  const folder = join(root, '.devdb')
  const throwawaySetting = typeof given.throwaway === 'object' ? given.throwaway?.url : given.throwaway
  const throwaway = attempt('throwaway', faults, () =>
    dev === null || (throwawaySetting !== undefined && typeof throwawaySetting !== 'string')
      ? null
      : readTarget(throwawaySetting ?? defaultThrowaway(dev, root, folder), root),
  )
  if (parsed.success)
    faults.push(
      ...twinSteps(parsed.data, root),
      ...absentFolder(parsed.data, root),
      ...baselineAmongMigrations(parsed.data, root),
    )
  if (!parsed.success || dev === null || throwaway === null || faults.length > 0) throw invalid(faults, file)
  assertAllowed(dev, throwaway, parsed.data, root, file)
  return complete(parsed.data, root, folder, dev, throwaway)
}

/** Functions and what else is no JSON cannot leave this process: children read them from the file. */
function readDev(setting: string | Record<string, unknown>, root: string, file: string): Target {
  const target = readTarget(setting, root)
  const settings = typeof setting === 'string' ? readCliOptions(root, target) : target.settings
  const plain = plainPart(settings)
  return withSettingsOf(target, { settings: plain, settingsFile: isPlain(settings) ? null : file })
}

function complete(
  plain: PlainConfig,
  root: string,
  folder: string,
  dev: Target,
  throwaway: Target,
): Omit<Config, 'file' | 'files' | 'environments'> {
  const dialect = dialectOf(dev, root)
  return {
    root,
    project: projectName(root),
    folder,
    models: readModels(plain, root),
    loader: plain.loader ?? 'tsx',
    migrations: readMigrations(plain, root),
    baseline: readBaseline(plain, root),
    dev,
    throwaway: withSettingsOf(throwaway, dev),
    builtFrom: (typeof plain.throwaway === 'object' ? plain.throwaway.from : undefined) ?? 'models',
    build: dialect.scratch(join(folder, 'build'), 'build'),
    shadow: dialect.scratch(join(folder, 'shadow'), 'shadow'),
    work: dialect.scratch(join(folder, 'work'), 'work'),
    steps: (plain.steps ?? []).map((step) => completeStep(step, root)),
    hooks: { afterBuild: hooksOf(plain.hooks?.afterBuild), afterUpgrade: hooksOf(plain.hooks?.afterUpgrade) },
    unsetEnv: plain.unsetEnv ?? [],
    cwd: resolve(root, plain.cwd ?? '.'),
    rehearsalMaxBytes: plain.rehearsal?.maxBytes ?? defaults.rehearsalMaxBytes,
    keepSnapshots: plain.snapshots?.keep ?? defaults.keepSnapshots,
    maxSnapshotBytes: plain.snapshots?.maxBytes ?? defaults.maxSnapshotBytes,
    waitMs: plain.waitMs ?? defaults.waitMs,
  }
}

/** It would be replayed on top of itself. */
function baselineAmongMigrations(plain: PlainConfig, root: string): readonly Fault[] {
  const baseline = readBaseline(plain, root)
  if (baseline?.sql === undefined || !isMigration(readMigrations(plain, root), baseline.sql)) return []
  return [`baseline: ${basename(baseline.sql)} would be a migration itself; keep it outside the migrations folder`]
}

/** Names tell steps apart on the screen and in what is remembered of them. */
function twinSteps({ steps = [] }: PlainConfig, root: string): readonly Fault[] {
  const names = steps.map((step) => completeStep(step, root).name)
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [`steps[${index}].name: "${name}" is the name of steps[${names.indexOf(name)}] too`]
      : [],
  )
}

/** A child process that is started in a folder that is not there fails with a message that names the program instead. */
function absentFolder({ cwd }: PlainConfig, root: string): readonly Fault[] {
  if (cwd === undefined || statSync(resolve(root, cwd), { throwIfNoEntry: false })?.isDirectory()) return []
  return [`cwd: there is no folder ${resolve(root, cwd)}`]
}

function completeStep(step: NonNullable<PlainConfig['steps']>[number], root: string): Step {
  const { name, inputs, env, readsDev = false, timeoutMs = defaults.stepTimeoutMs } = step
  const base = {
    timeoutMs,
    ...(readsDev ? { readsDev } : {}),
    ...(inputs === undefined ? {} : { inputs }),
    ...(env === undefined ? {} : { env }),
  }
  if (step.module !== undefined)
    return { ...base, name: name ?? basename(step.module), module: resolve(root, step.module) }
  if (step.sql !== undefined) return { ...base, name: name ?? basename(step.sql), sql: resolve(root, step.sql) }
  const run = step.run ?? ''
  return { ...base, name: name ?? (typeof run === 'string' ? run : run.join(' ')), run }
}

type PlainHooks = NonNullable<PlainConfig['hooks']>['afterBuild']

/** A list of strings is one command, as in a step. */
function hooksOf(given: PlainHooks): readonly RunStep[] {
  if (given === undefined) return []
  const isList = (value: Exclude<PlainHooks, undefined>): value is Extract<PlainHooks, { run: unknown }[]> =>
    typeof value !== 'string' && value.every((one) => typeof one !== 'string')
  return (isList(given) ? given : [{ run: given }]).map(({ name, run, env, timeoutMs = defaults.stepTimeoutMs }) => ({
    name: name ?? (typeof run === 'string' ? run : run.join(' ')),
    run,
    timeoutMs,
    ...(env === undefined ? {} : { env }),
  }))
}

/** The `env` function is called once for each database that code can be meant for, so that only JSON leaves this process. */
function environmentsOf(
  config: Omit<Config, 'file' | 'files' | 'environments'>,
  env: unknown,
  file: string,
): Config['environments'] {
  const targets = [config.throwaway, config.build, config.dev, config.work, config.shadow]
  return Object.fromEntries(
    targets.map((target) => {
      const value =
        typeof env === 'function'
          ? callFunction('env', env, { url: target.url, storage: target.storage ?? '' }, file)
          : (env ?? {})
      const record = asRecord(value, file)
      const wrong = Object.entries(record).find(([, inner]) => typeof inner !== 'string')
      if (wrong !== undefined) throw invalid([`env.${wrong[0]}: must be a string, is ${typeOf(wrong[1])}`], file)
      return [target.url, record as Record<string, string>]
    }),
  )
}

function assertAllowed(dev: Target, throwaway: Target, plain: PlainConfig, root: string, file: string): void {
  const dialect = dialectNamed(dev.dialect, root)
  const refusal = refusalOf(dev, dialect.knownNames(dev), plain.allow ?? [], process.env)
  if (refusal !== null) {
    throw new DevdbError('dev-refused', `dev database ${dev.label} is refused: ${refusal.reason}`, {
      file,
      hint: `if it really is a developer's own, allow it by name in the configuration: allow: ['${refusal.allow}']`,
    })
  }
  if (dialect.isSame(dev, throwaway)) {
    throw new DevdbError('throwaway-is-dev', `throwaway and dev are the same database: ${throwaway.label}`, {
      file,
      hint: 'leave throwaway out of the configuration, and it is kept in .devdb',
    })
  }
}

function attempt(path: string, faults: Fault[], read: () => Target | null): Target | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DevdbError)) throw error
    faults.push(`${path}: ${error.message}; ${error.parts.hint ?? ''}`)
    return null
  }
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

const invalid = (faults: readonly Fault[], file: string): DevdbError =>
  new DevdbError(
    'config-invalid',
    `the configuration holds ${faults.length} fault${faults.length === 1 ? '' : 's'}: ${faults[0] ?? ''}`,
    {
      file,
      hint: 'mend them, and save; the README has every option',
      details: faults,
    },
  )

function callFunction(name: string, value: unknown, parameter: unknown, file: string): unknown {
  try {
    return (value as (parameter: unknown) => unknown)(parameter)
  } catch (error) {
    if (error instanceof DevdbError) throw error
    throw new DevdbError('config-failed', `the function ${name} of the configuration failed: ${messageOf(error)}`, {
      file,
      cause: error,
      hint: 'mend it, and save',
    })
  }
}

function asRecord(value: unknown, file: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalid([`the file: must export an object, exports ${typeOf(value)}`], file)
}

/** Not a promise, which an asynchronous function of the file gives. */
const isSetting = (value: unknown): value is string | Record<string, unknown> =>
  (typeof value === 'string' && value !== '') ||
  (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise))

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value)
