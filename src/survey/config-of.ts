/** A proposal as an object, for trying it before it is written. */
import type { UserConfig } from '../config/user-config.ts'
import type { Proposal, ProposedBaseline, ProposedStep } from './proposal.ts'

/**
 * What the file that is written of a proposal exports.
 * @param proposal what is to be written
 */
export function configOf(proposal: Proposal): UserConfig {
  const { migrations, dev, variables, steps, stepsFault, baseline, loader, syncFault } = proposal
  const { glob, named, match, call, context, table, column, schema, timestamps, sort } = migrations
  const meta = {
    ...ifSaid('table', table),
    ...ifSaid('column', column),
    ...ifSaid('schema', schema),
    ...ifSaid('timestamps', timestamps || null),
  }
  return {
    models: modelsOf(proposal),
    ...ifSaid('loader', loader),
    migrations: {
      dir: glob === null ? migrations.dir : `${migrations.dir === '' ? '' : `${migrations.dir}/`}${glob}`,
      ...ifSaid('named', named),
      ...ifSaid('match', match),
      ...ifSaid('call', call),
      ...ifSaid('context', context),
      ...ifSaid('sort', sort),
      meta,
    },
    dev: dev.settings === undefined ? dev.url : { url: dev.url, ...dev.settings },
    ...(syncFault === null ? {} : { throwaway: { from: 'migrations' } }),
    ...(variables.length === 0
      ? {}
      : {
          env: ({ url, storage }) =>
            Object.fromEntries(variables.map(({ name, holds }) => [name, holds === 'url' ? url : storage])),
        }),
    ...(steps.length === 0 || stepsFault !== null ? {} : { steps: steps.map(stepOf) }),
    ...(baseline === null ? {} : { baseline: baselineOf(baseline) }),
  }
}

function modelsOf({ models: { patterns }, exclude, afterSync }: Proposal): UserConfig['models'] {
  const path = patterns.length === 1 ? patterns[0]! : patterns
  if (exclude.length === 0 && afterSync === null) return path
  return { path, ...ifSaid('exclude', exclude.length === 0 ? null : exclude), ...ifSaid('afterSync', afterSync) }
}

const stepOf = (step: ProposedStep) => {
  if (step.kind === 'run') return { run: step.run, inputs: step.inputs }
  return step.kind === 'sql' ? { sql: step.path } : { module: step.path }
}

const baselineOf = ({ kind, start }: ProposedBaseline): NonNullable<UserConfig['baseline']> =>
  kind === 'sql' ? start : kind === 'git' ? { git: start } : { migration: start }

const ifSaid = <Key extends string, Value>(key: Key, value: Value | null) =>
  (value === null ? {} : { [key]: value }) as { readonly [Name in Key]?: Value }
