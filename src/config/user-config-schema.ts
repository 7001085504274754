/** What a configuration file may say, as the one schema from which its faults come; `user-config.ts` says the same in types. */
import { isContextStyle } from '../migration/migration-folder.ts'
import * as z from './zod.ts'

const text = z.string().min(1, 'must not be empty')
const list = z.array(text).min(1, 'must not be an empty list')
const milliseconds = z.int('must be a whole number of milliseconds').positive('must be more than 0 milliseconds')
const environment = z.record(z.string(), z.string())

const stepBase = {
  name: text.optional(),
  inputs: list.optional(),
  env: environment.optional(),
  timeoutMs: milliseconds.optional(),
}

/** A program and its arguments, which may be empty strings. */
const commandLine = z
  .array(z.string())
  .refine(([program = '']) => program !== '', 'must be a command, or a list that starts with a program')

/** A command that follows something. */
const hook = z.strictObject({
  name: text.optional(),
  run: z.union([text, commandLine], 'must be a command, or a list that starts with a program'),
  env: environment.optional(),
  timeoutMs: milliseconds.optional(),
})

const hooks = z.union(
  [text, commandLine, z.array(hook)],
  'must be a command, a list that starts with a program, or a list of { name, run, env, timeoutMs }',
)

const kinds = ['run', 'module', 'sql'] as const
const baselineKinds = ['sql', 'run', 'git', 'migration'] as const

const step = z
  .strictObject({
    ...stepBase,
    run: z.union([text, commandLine], 'must be a command, or a list that starts with a program').optional(),
    module: text.optional(),
    sql: text.optional(),
    readsDev: z.boolean().optional(),
  })
  .refine(
    (value) => kinds.filter((kind) => value[kind] !== undefined).length === 1,
    'must have exactly one of run, module and sql',
  )

const regularExpression = text.refine(isRegularExpression, 'must be a regular expression')

const database = z.union(
  [text, z.record(z.string(), z.unknown())],
  'must be a URL such as "sqlite:dev.db", or Sequelize options',
)

const wantedContext =
  'must be "queryInterface", "sequelize", "{ queryInterface }", "{ sequelize }", or the path of a module, such as "./context.js"'

/** A word, or what can be told from one: a path. */
const isContext = (given: string): boolean => isContextStyle(given) || /[./\\]/.test(given)

/** The schema of the file after its functions were called. */
export const userConfigSchema = z.strictObject({
  models: z.union(
    [
      text,
      list,
      z.strictObject({
        path: z.union([text, list]),
        exclude: list.optional(),
        timeoutMs: milliseconds.optional(),
        beforeSync: text.optional(),
        afterSync: text.optional(),
      }),
    ],
    'must be a path, a list of paths or globs, or { path, exclude, timeoutMs, beforeSync, afterSync }',
  ),
  migrations: z.union(
    [
      text,
      z.strictObject({
        dir: text,
        match: regularExpression.optional(),
        named: z.enum(['file', 'folder', 'path'], 'must be "file", "folder" or "path"').optional(),
        call: z.enum(['auto', 'umzug', 'cli']).optional(),
        context: text.refine(isContext, wantedContext).optional(),
        params: text.optional(),
        sort: z.enum(['name', 'semver'], 'must be "name" or "semver"').optional(),
        meta: z
          .strictObject({
            table: text.optional(),
            column: text.optional(),
            schema: text.optional(),
            timestamps: z.boolean().optional(),
          })
          .optional(),
      }),
    ],
    'must be a folder, a glob, or { dir, named, match, call, context, params, sort, meta }',
  ),
  loader: z.enum(['tsx', 'typescript'], 'must be "tsx" or "typescript"').optional(),
  dev: database,
  baseline: z
    .union(
      [
        text,
        z
          .strictObject({
            sql: text.optional(),
            run: z.union([text, commandLine], 'must be a command, or a list that starts with a program').optional(),
            inputs: list.optional(),
            git: text.optional(),
            migration: text.optional(),
            names: list.optional(),
          })
          .refine(
            (value) => baselineKinds.filter((kind) => value[kind] !== undefined).length === 1,
            'must have exactly one of sql, run, git and migration',
          ),
      ],
      'must be a SQL file, or { sql, names }, { run, inputs, names }, { git, names } or { migration }',
    )
    .optional(),
  throwaway: z
    .union(
      [text, z.strictObject({ url: text.optional(), from: z.enum(['models', 'migrations']).optional() })],
      'must be a URL such as "sqlite:.devdb/throwaway.db", or { url, from }',
    )
    .optional(),
  steps: z.array(step).optional(),
  hooks: z.strictObject({ afterBuild: hooks.optional(), afterUpgrade: hooks.optional() }).optional(),
  env: environment.optional(),
  unsetEnv: list.optional(),
  cwd: text.optional(),
  rehearsal: z.strictObject({ maxBytes: z.int().min(0, 'must not be negative').optional() }).optional(),
  snapshots: z
    .strictObject({
      keep: z.int().min(1, 'must be at least 1').optional(),
      maxBytes: z.int().min(1, 'must be at least 1').optional(),
    })
    .optional(),
  waitMs: milliseconds.optional(),
  allow: list.optional(),
})

/** The file after its functions were called. */
export type PlainConfig = z.infer<typeof userConfigSchema>

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source)
    return true
  } catch {
    return false
  }
}
