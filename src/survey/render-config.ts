/** The text of a new configuration: short, with a comment where a reader would ask why. */
import { relativePath } from './find-models.ts'
import type { Proposal } from './proposal.ts'

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
    ...migrationLines(proposal),
    ...baselineLines(proposal),
    ...devLines(proposal),
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

function modelLines({ models: { patterns, what } }: Proposal): readonly string[] {
  const [first = '', ...rest] = patterns
  if (rest.length === 0) return [`models: ${text(first)}, // ${what}`]
  return [`models: [ // ${what}`, ...patterns.map((pattern) => `  ${text(pattern)},`), '],']
}

function migrationLines({ migrations }: Proposal): readonly string[] {
  const { dir, match, call, context, table, column, schema } = migrations
  const meta = Object.entries({ table, column, schema }).filter(([, value]) => value !== null)
  if (match === null && call === null && meta.length === 0) return [`migrations: ${text(relativePath(dir))},`]
  return [
    'migrations: {',
    `  dir: ${text(relativePath(dir))},`,
    ...(match === null ? [] : [`  match: ${text(match)}, // no other file is a migration`]),
    ...(call === null ? [] : [`  call: ${text(call)}, // until the first one shows it`]),
    ...(context === null ? [] : [`  context: ${text(context)},`]),
    ...(meta.length === 0
      ? []
      : [
          `  meta: { ${meta.map(([key, value]) => `${key}: ${text(value!)}`).join(', ')} }, // where applied ones are noted`,
        ]),
    '},',
  ]
}

const baselineLines = ({ baseline }: Proposal): readonly string[] =>
  baseline === null ? [] : [`baseline: ${text(baseline)}, // the migrations do not start from an empty database`]

function devLines({ dev: { url, variable } }: Proposal): readonly string[] {
  const why = '// your data: changed by migrations only, after a snapshot'
  if (variable === null) return [`dev: ${text(url)}, ${why}`]
  const value = /^\w+$/.test(variable) ? `env.${variable}` : `env[${text(variable)}]`
  // What the variable holds now may be anybody's own, and a secret.
  return [why, `dev: (env) => ${value} ?? '',`]
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
  const lines = steps.map(({ kind, path }) => `  { ${kind}: ${text(relativePath(path))} },`)
  if (steps.length === 0)
    return ["// steps: [{ name: 'create admin', run: 'node scripts/create-admin.js' }], // fills the throwaway"]
  if (stepsFault === null) return ['steps: [ // fill the throwaway, in this order', ...lines, '],']
  return [
    `// These failed when they were tried: ${stepsFault}`,
    ...['steps: [', ...lines, '],'].map((line) => `// ${line}`),
  ]
}

const text = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`
