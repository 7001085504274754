/** The text of a new configuration: short, with a comment where a reader would ask why. */
import { relativePath } from './find-models.ts'
import type { Proposal, ProposedStep } from './proposal.ts'

/**
 * Writes it.
 * @param proposal what it says
 * @returns the text of the file
 */
export function renderConfig(proposal: Proposal): string {
  const { code, dev } = proposal
  const dotenv = code.usesDotenv && dev.variable !== null
  const body = [
    ...modelLines(proposal),
    ...loaderLines(proposal),
    ...migrationLines(proposal),
    ...baselineLines(proposal),
    ...devLines(proposal),
    ...throwawayLines(proposal),
    ...envLines(proposal),
    ...stepLines(proposal),
  ].map((line) => (line === '' ? '' : `  ${line}`))
  if (code.module === 'cjs')
    return [
      ...(dotenv ? ["require('dotenv').config()", ''] : []),
      '/** @type {import("devdb").UserConfig} */',
      'module.exports = {',
      ...body,
      '}',
      '',
    ].join('\n')
  return [
    ...(dotenv ? ["import 'dotenv/config'"] : []),
    "import { defineConfig } from 'devdb'",
    '',
    'export default defineConfig({',
    ...body,
    '})',
    '',
  ].join('\n')
}

function modelLines(proposal: Proposal): readonly string[] {
  const { exclude, afterSync, models } = proposal
  const { patterns, what } = models
  const [first = '', ...rest] = patterns
  if (exclude.length > 0 || afterSync !== null)
    return [
      'models: {',
      `  path: ${rest.length === 0 ? text(first) : list(patterns)}, // ${what}`,
      ...(exclude.length === 0
        ? []
        : [`  exclude: ${list(exclude)}, // a view that the migrations make, and no table`]),
      ...(afterSync === null ? [] : [`  afterSync: ${text(relativePath(afterSync))}, // what no model can say`]),
      '},',
    ]
  if (rest.length === 0) return [`models: ${text(first)}, // ${what}`]
  return [`models: [ // ${what}`, ...patterns.map((pattern) => `  ${text(pattern)},`), '],']
}

const loaderLines = ({ loader }: Proposal): readonly string[] =>
  loader === null ? [] : [`loader: ${text(loader)}, // decorators ask for types that only TypeScript itself writes`]

function migrationLines({ migrations }: Proposal): readonly string[] {
  const { glob, named, match, call, context, table, column, schema, timestamps, sort } = migrations
  const dir = glob === null ? migrations.dir : `${migrations.dir === '' ? '' : `${migrations.dir}/`}${glob}`
  const meta = Object.entries({ table, column, schema })
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${text(value!)}`)
    .concat(timestamps ? ['timestamps: true'] : [])
  if (match === null && named === null && call === null && sort === null && meta.length === 0)
    return [`migrations: ${text(relativePath(dir))},`]
  return [
    'migrations: {',
    `  dir: ${text(relativePath(dir))},`,
    ...(named === null ? [] : [`  named: ${text(named)}, // what applied ones are noted as`]),
    ...(match === null ? [] : [`  match: ${text(match)}, // no other file is a migration`]),
    ...(call === null ? [] : [`  call: ${text(call)}, // until the first one shows it`]),
    ...(sort === null ? [] : [`  sort: ${text(sort)}, // 1.10.0 after 1.9.0`]),
    ...(context === null ? [] : [`  context: ${text(context)},`]),
    ...(meta.length === 0 ? [] : [`  meta: { ${meta.join(', ')} }, // where applied ones are noted`]),
    '},',
  ]
}

function baselineLines({ baseline }: Proposal): readonly string[] {
  if (baseline === null) return []
  const { kind, start } = baseline
  if (kind === 'sql') return [`baseline: ${text(start)}, // the migrations do not start from an empty database`]
  const why =
    kind === 'git'
      ? 'what its models make: the migrations came later'
      : 'it starts new databases; earlier ones are only recorded'
  return [`baseline: { ${kind}: ${text(start)} }, // ${why}`]
}

const throwawayLines = ({ syncFault }: Proposal): readonly string[] =>
  syncFault === null
    ? []
    : [`// sync() refuses the models: ${syncFault.replaceAll('\n', ' ')}`, "throwaway: { from: 'migrations' },"]

function devLines({ dev: { url, variable, settings } }: Proposal): readonly string[] {
  const why = '// your data: changed by migrations only, after a snapshot'
  const more = Object.entries(settings ?? {}).map(([key, value]) => `, ${key}: ${literal(value)}`)
  if (variable === null && more.length > 0) return [why, `dev: { url: ${text(url)}${more.join('')} },`]
  if (variable === null) return [`dev: ${text(url)}, ${why}`]
  const value = /^\w+$/.test(variable) ? `env.${variable}` : `env[${text(variable)}]`
  // What the variable holds now may be anybody's own, and a secret.
  return [
    why,
    more.length === 0 ? `dev: (env) => ${value} ?? '',` : `dev: (env) => ({ url: ${value} ?? ''${more.join('')} }),`,
  ]
}

function envLines({ variables }: Proposal): readonly string[] {
  if (variables.length === 0) return []
  const used = [...new Set(variables.map(({ holds }) => holds))].sort().reverse()
  const pairs = variables.map(({ name, holds }) => `${name}: ${holds}`).join(', ')
  return [
    '// Your code learns from these which database it works on.',
    `env: ({ ${used.join(', ')} }) => ({ ${pairs} }),`,
  ]
}

function stepLines({ steps, stepsFault }: Proposal): readonly string[] {
  const lines = steps.map((step) => `  { ${stepText(step)} },`)
  if (steps.length === 0)
    return ["// steps: [{ name: 'create admin', run: 'node scripts/create-admin.js' }], // fills the throwaway"]
  if (stepsFault === null) return ['steps: [ // fill the throwaway, in this order', ...lines, '],']
  return [
    `// These failed when they were tried: ${stepsFault}`,
    ...['steps: [', ...lines, '],'].map((line) => `// ${line}`),
  ]
}

const stepText = (step: ProposedStep): string =>
  step.kind === 'run'
    ? `run: ${text(step.run)}, inputs: ${list(step.inputs)}`
    : `${step.kind}: ${text(relativePath(step.path))}`

/** Plain JSON as source. */
function literal(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(
    ([key, inner]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : text(key)}: ${literal(inner)}`,
  )
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

const list = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`

const text = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`
