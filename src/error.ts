/** What can go wrong, and how each failure is shown: the codes, the error class and the plain-data Problem. */
import { inspect } from 'node:util'
import { systemProblem } from './system-error.ts'

/** One entry of the table of codes: what it means, and the exit code of a one-shot command that ends with it. */
interface CodeMeaning {
  readonly exit: 1 | 2 | 4 | 127 | 130
  readonly meaning: string
}

/** Every code a Problem can carry. Codes are stable: scripts match on them. The README's table is checked against this. */
export const codes = {
  usage: { exit: 2, meaning: 'the command line is wrong' },
  'config-not-found': { exit: 2, meaning: 'no devdb.config.* from here upwards' },
  'config-invalid': { exit: 2, meaning: 'the configuration holds faults; all of them are listed' },
  'config-failed': { exit: 2, meaning: 'the configuration file cannot be loaded, or one of its functions threw' },
  'target-unknown': { exit: 2, meaning: 'no migration has that name' },
  'target-ambiguous': { exit: 2, meaning: 'more than one migration has that part in its name' },
  'drift-unknown': { exit: 2, meaning: 'nothing of that name in dev differs from its migrations' },
  'drift-ambiguous': { exit: 2, meaning: 'more than one thing of that name in dev differs from its migrations' },
  'snapshot-unknown': { exit: 2, meaning: 'no snapshot has that id or name' },
  'snapshot-ambiguous': { exit: 2, meaning: 'more than one snapshot has that part in its id or name' },
  'snapshot-taken': { exit: 2, meaning: 'a snapshot has that name already' },
  'confirmation-needed': { exit: 2, meaning: 'the command discards something and nobody can be asked; add --yes' },
  'dev-refused': { exit: 2, meaning: 'the dev database is on another host or looks like production' },
  'dialect-unknown': { exit: 2, meaning: 'no dialect of devdb can open that database' },
  'package-missing': { exit: 2, meaning: 'the project lacks Sequelize 6 or the driver' },
  'command-not-found': { exit: 127, meaning: 'the command of `exec` cannot be started' },
  'git-failed': {
    exit: 2,
    meaning: 'git, which `check --staged` asks, is absent, failed, or knows no repository there',
  },
  'model-not-found': { exit: 1, meaning: 'a configured model file or glob matches nothing' },
  'default-at-load': { exit: 1, meaning: 'a default of a model is another value at each load; the column gets none' },
  'model-none': { exit: 1, meaning: 'the model files loaded, but no model was found in them' },
  'model-failed': { exit: 1, meaning: 'a model file has a syntax error or threw' },
  'model-exit': { exit: 1, meaning: 'code loaded for the models called process.exit' },
  'model-timeout': { exit: 1, meaning: 'loading the models or building the schema took too long' },
  'schema-failed': { exit: 1, meaning: 'the database refused the schema that the models describe' },
  'models-not-compared': {
    exit: 1,
    meaning: 'the throwaway is built from the migrations, so that nobody can tell what the models need',
  },
  'step-failed': { exit: 1, meaning: 'a seed step ended with an error' },
  'step-timeout': { exit: 1, meaning: 'a seed step took longer than its timeoutMs' },
  'step-connects': {
    exit: 1,
    meaning: 'a seeder opened a connection of its own inside a transaction; it is run again without one',
  },
  'step-not-found': { exit: 1, meaning: "a seed step's program or file does not exist" },
  'hook-failed': { exit: 1, meaning: 'a hook ended with an error (a warning): what it follows stays done' },
  'migration-failed': { exit: 1, meaning: 'a migration threw, or the database refused a statement of it' },
  'migration-irreversible': { exit: 1, meaning: 'a migration in the path of a downgrade has no down' },
  'migration-missing': { exit: 1, meaning: 'an applied migration in the path of a downgrade has no file' },
  'nothing-to-step-back': { exit: 1, meaning: 'no applied migration is edited, or has lost its file' },
  'drift-stuck': { exit: 1, meaning: 'what differs in dev cannot be taken back, or not be adopted' },
  'drift-changed': { exit: 1, meaning: 'what differs in dev is not what was shown any more' },
  'code-unknown': { exit: 1, meaning: 'the code with which a migration was applied is not stored' },
  'code-foreign': { exit: 1, meaning: 'the code of a migration is stored in dev, and this project did not store it' },
  'migration-none': { exit: 1, meaning: 'dev has applied migrations, and there is none to recreate it from' },
  'migration-duplicate': { exit: 1, meaning: 'two migration files stand for the same name' },
  'migrations-unreadable': { exit: 1, meaning: 'the migrations folder is missing or cannot be read' },
  'shadow-failed': { exit: 1, meaning: 'the migrations cannot be replayed from an empty database' },
  'baseline-failed': { exit: 1, meaning: 'the baseline cannot be written, read or run' },
  'draft-unproven': {
    exit: 1,
    meaning: 'a drafted migration did not do on a copy what it was drafted for; it was not kept',
  },
  'question-open': {
    exit: 4,
    meaning: 'a question needs an answer; the document holds each with the flags that answer it',
  },
  'dev-busy': { exit: 1, meaning: 'an application kept the dev database locked, or kept writing to it' },
  'dev-absent': { exit: 1, meaning: 'there is no dev database' },
  'dev-unreadable': { exit: 1, meaning: 'the dev database is corrupt, encrypted or no database' },
  'ledger-foreign': {
    exit: 1,
    meaning: "dev has a table or a view of the name of devdb's ledger that devdb did not make",
  },
  'dev-readonly': { exit: 1, meaning: 'the dev database or its folder cannot be written' },
  'dev-touched': { exit: 1, meaning: 'the dev database changed while code of the project ran' },
  'snapshot-broken': { exit: 1, meaning: 'the copy of a snapshot is damaged; dev was left alone' },
  'nothing-to-undo': { exit: 1, meaning: 'devdb has not changed dev, or what it was before is not kept' },
  'throwaway-not-ours': {
    exit: 1,
    meaning: 'the throwaway file was not made by devdb for this project; it is left alone',
  },
  'throwaway-is-dev': { exit: 2, meaning: 'throwaway and dev name the same file' },
  'throwaway-failed': { exit: 1, meaning: 'the finished build could not be put in place' },
  'already-watching': { exit: 1, meaning: 'another devdb watch runs in this project' },
  locked: { exit: 1, meaning: 'another devdb works on this project and did not finish in time' },
  'disk-full': { exit: 1, meaning: 'there is no space left on the disk, or the quota is used up' },
  'disk-failed': { exit: 1, meaning: 'the disk, or what it is mounted from, reported an I/O error' },
  'limit-reached': { exit: 1, meaning: 'the system allows no more open files, processes or memory' },
  'folder-refused': { exit: 1, meaning: 'devdb did not make the folder .devdb, or a link is in its place' },
  'file-failed': { exit: 1, meaning: 'a file or folder devdb needs cannot be read or written' },
  'worker-died': { exit: 1, meaning: 'a child process ended before its work was done' },
  interrupted: { exit: 130, meaning: 'stopped by a signal' },
  internal: { exit: 1, meaning: 'a defect in devdb' },
} as const satisfies Record<string, CodeMeaning>

/** A stable name for one way to fail. */
export type Code = keyof typeof codes

/** What the user sees of an error: plain JSON, equal on screen, in the log and in `--json`. Absent values are left out here. */
export interface Problem {
  readonly code: Code
  /** One line: subject, what failed, why. */
  readonly message: string
  /** The next command to type, or the next thing to do. */
  readonly hint?: string
  /** Absolute path of the user's file at fault. */
  readonly file?: string
  /** Line in `file`, counted from 1. */
  readonly line?: number
  /** Column in `line`, counted from 1. */
  readonly column?: number
  /** A few numbered source lines around `line`, ready to print. */
  readonly frame?: string
  /** Name of the migration at fault. */
  readonly migration?: string
  /** The SQL statement at fault. */
  readonly statement?: string
  /** More lines: every fault of a configuration, the last lines of a step's output, a stack of a defect. */
  readonly details?: readonly string[]
}

/** What a thrower knows beyond the message. */
export type ProblemParts = Omit<Problem, 'code' | 'message'>

/** The only error devdb throws on purpose. Anything else that is thrown is a defect and becomes code `internal`. */
export class DevdbError extends Error {
  override readonly name = 'DevdbError'
  readonly code: Code
  readonly parts: ProblemParts

  constructor(code: Code, message: string, parts: ProblemParts & { readonly cause?: unknown } = {}) {
    const { cause, ...rest } = parts
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.parts = rest
  }
}

/**
 * Turns anything that was thrown into a Problem. A Problem that crossed a process boundary passes unchanged.
 * @param error what was caught
 * @returns the Problem; for an unknown error, code `internal` with the stack in `details`
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof DevdbError) return withinBounds({ code: error.code, message: error.message, ...error.parts })
  if (isProblem(error)) return error
  const system = error instanceof Error ? systemProblem(error) : null
  if (system !== null) return system
  const { stack = '' } = error instanceof Error ? error : new Error()
  return withinBounds({
    code: 'internal',
    message: messageOf(error),
    hint: 'report it as a defect of devdb, with .devdb/devdb.log',
    details: stack.split('\n').slice(1, 8),
  })
}

/**
 * The Error to throw for a Problem that another process sent.
 * @param problem what the other process reported
 */
export function fromProblem(problem: Problem): DevdbError {
  const { code, message, ...parts } = problem
  return new DevdbError(code, message, parts)
}

/**
 * The message of anything that can be thrown.
 * @param error what was caught; user code may throw a string, or nothing
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${typeof error === 'string' ? `"${error}"` : inspect(error)}`
  return (
    error.message
      .replace(requireStack, '')
      .replace(esbuildFrame, '$1')
      .replace(triedBindings, '$1: the package is not compiled for this Node')
      .replace(moduleScope, '$1: the package is of type module') || error.name
  )
}

/** Node lists the chain of files that led to a missing module; the stack says the same. */
const requireStack = /\nRequire stack:[\s\S]*$/

/** The package `bindings` lists a dozen places where it looked. */
const triedBindings = /^(Could not locate the bindings file)[\s\S]*$/

/** Node's advice about a CommonJS file in a package of ES modules is four times as long as what happened. */
const moduleScope = /^(\w+ is not defined in ES module scope)[\s\S]*$/

/** esbuild, which reads TypeScript for tsx, repeats the place in front of its first message; more messages follow from that one. */
const esbuildFrame = /^Transform failed with \d+ errors?:\n.*?:\d+:\d+: ERROR: (.*)[\s\S]*$/

/** The exit code of a one-shot command that ends with this Problem. */
export const exitCodeOf = (problem: Problem): number => codes[problem.code].exit

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  'message' in value &&
  'code' in value &&
  !(value instanceof Error) &&
  String(value.code) in codes

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ')

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)} …` : text)

/** A statement may insert megabytes, and a message may quote them. */
const withinBounds = ({ message, statement, ...rest }: Problem): Problem => ({
  ...rest,
  message: cut(oneLine(message), 1000),
  ...(statement === undefined ? {} : { statement: cut(statement, 4000) }),
})
