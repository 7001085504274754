/** Does everything of an opened project work: models, migrations, the two against each other, dev? */
import type { Config } from '../config/config.ts'
import { toProblem } from '../error.ts'
import { describeInterrupted } from '../event/describe-interrupted.ts'
import type { Board } from '../event/event.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import { describeShared } from '../model/describe-shared.ts'
import type { SharedTable } from '../model/settle-tables.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { areVersions } from '../survey/proposal.ts'
import { readModelSchema } from './compare-models.ts'
import { attention, type Check, checked, failed, ok } from './diagnosis.ts'
import { findDrift } from './find-drift.ts'
import { onlyReplayed } from './find-remedy.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'
import { findInterrupted } from './settle-last-change.ts'
import { type ProjectTrial, tryProject } from './try-project.ts'
import { withLock } from './with-lock.ts'

/**
 * Looks at a project; nothing but scratch databases is written.
 * @param project the project
 * @param signal cancels it
 */
export async function checkProject(project: Project, signal: AbortSignal): Promise<readonly Check[]> {
  const emit = (): void => undefined
  // Before the lock is taken: who takes it settles what was interrupted.
  const interrupted = await checkInterrupted(project)
  const tried = await withLock(project, signal, emit, async () => {
    let shared: readonly SharedTable[] = []
    const onShared = (found: readonly SharedTable[]): void => {
      shared = found
    }
    const trial = await tryProject(project, () => readModelSchema(project, emit, signal, onShared), signal)
    return [...trialChecks(trial, project), ...sharedChecks(shared), await checkDrift(project, trial.models, signal)]
  }).catch((error: unknown) => [failed('work', toProblem(error))])
  return [await checkDatabases(project), ...tried, await checkDev(project), interrupted]
}

function trialChecks(trial: ProjectTrial, { config }: Project): readonly Check[] {
  const { models, modelsProblem, migrations, replayProblem, differences } = trial
  const tables = Object.keys(models?.tables ?? {}).length
  return [
    modelsProblem === null ? ok('models', modelsLine(config, tables)) : failed('models', modelsProblem),
    ...viewChecks(trial),
    ...orderChecks(config, trial),
    ...(migrations === null
      ? [failed('migrations', replayProblem ?? { message: 'they cannot be read' })]
      : [
          ok('migrations', `${counted(migrations, 'file')}, each with a name of its own`),
          replayProblem === null ? ok('replay', 'they can be replayed') : failed('replay', replayProblem),
        ]),
    ...(differences === null
      ? []
      : differences.length === 0
        ? [ok('differences', 'the migrations give what the models need')]
        : [
            attention(
              'differences',
              `the models need ${counted(differences.length, 'change')} that no migration gives: ${firstOf(differences.map(describeChange))}`,
              "devdb generate -m 'what it does'",
            ),
          ]),
  ]
}

const modelsLine = ({ builtFrom }: Config, tables: number): string =>
  builtFrom === 'models'
    ? `they load and make ${counted(tables, 'table')}`
    : `they are not looked at: the throwaway is built from the migrations, which make ${counted(tables, 'table')}`

/** What `init` says, too. */
const sharedChecks = (shared: readonly SharedTable[]): readonly Check[] =>
  shared.length === 0
    ? []
    : [
        attention(
          'shared',
          firstOf(shared.map(describeShared), '; '),
          'where one of them is not meant to: name it in the configuration, models.exclude',
        ),
      ]

/** What `init` says in the configuration where it finds it: views that models stand for, triggers and views that only migrations make. */
function viewChecks(trial: ProjectTrial): readonly Check[] {
  const unmade = onlyReplayed(trial)
  const views = unmade.filter((name) => name in (trial.models?.tables ?? {}))
  const others = unmade.filter((name) => !views.includes(name))
  const look = (name: string, found: readonly string[], words: string, hint: string): readonly Check[] =>
    found.length === 0 ? [] : [attention(name, `${words}: ${firstOf(found)}`, hint)]
  return [
    ...look(
      'views',
      views,
      'the migrations make views of what the models make tables of',
      'name them in the configuration: models.exclude',
    ),
    ...look(
      'triggers',
      others,
      'only the migrations make these, and the throwaway is without',
      'let a SQL file or module make them: models.afterSync',
    ),
  ]
}

function orderChecks({ migrations }: Config, { replayProblem }: ProjectTrial): readonly Check[] {
  if (migrations.sort !== 'name' || replayProblem?.code !== 'shadow-failed') return []
  const names = readMigrationFolder(migrations).map(({ name }) => name)
  return areVersions(names)
    ? [
        attention(
          'order',
          'the migrations are named by versions, and sorted by name',
          "say it in the configuration: migrations.sort: 'semver'",
        ),
      ]
    : []
}

async function checkDrift(project: Project, models: Schema | null, signal: AbortSignal): Promise<Check> {
  if (models === null) return attention('drift', 'not looked for: it takes models that load', null)
  return checked('drift', async () => {
    const drift = await findDrift(project, models, signal)
    if (drift === null) return ok('drift', 'nothing is known of it: dev is absent, or not on these migrations')
    const names = drift.objects.map(({ name }) => name)
    return names.length === 0
      ? ok('drift', 'dev is what its migrations made')
      : attention('drift', `dev differs from its migrations: ${firstOf(names)}`, 'devdb drift')
  })
}

/** That they are two is sure since the configuration was read. */
const checkDatabases = ({ config, dialect }: Project): Promise<Check> =>
  checked('databases', async () => {
    await dialect.checkThrowaway(config.throwaway, config.folder)
    return ok('databases', `throwaway ${config.throwaway.label}, dev ${config.dev.label}`)
  })

const checkDev = (project: Project): Promise<Check> =>
  checked('dev', async () => describeDev((await readDevPosition(project)).board))

function describeDev({ url, exists, migrations }: Board): Check {
  if (!exists) return attention('dev', `${url} is not there yet`, 'devdb upgrade')
  const inState = (state: string): readonly string[] =>
    migrations.filter((each) => each.state === state).map(({ name }) => name)
  const [applied, pending, missing] = [inState('applied'), inState('pending'), inState('missing')]
  const line = `${url} is at ${applied.at(-1) ?? 'the beginning'}: ${applied.length} applied, ${pending.length} pending`
  if (missing.length > 0)
    return attention('dev', `${line}; applied, but their files are gone: ${firstOf(missing)}`, 'devdb status')
  return pending.length > 0 ? attention('dev', line, 'devdb upgrade') : ok('dev', line)
}

const checkInterrupted = (project: Project): Promise<Check> =>
  checked('interrupted', async () => {
    const interrupted = await findInterrupted(project)
    return interrupted === null
      ? ok('interrupted', 'no change of dev was interrupted')
      : attention('interrupted', describeInterrupted(interrupted, Date.now()), 'devdb status')
  })

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const firstOf = (names: readonly string[], between = ', '): string =>
  names.length > 3 ? `${names.slice(0, 3).join(between)} and ${names.length - 3} more` : names.join(between)
