/** Where in the user's code an error comes from. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Problem } from '../error.ts'
import { findSyntaxPlace } from './syntax-place.ts'
import { importedFiles, isLocal } from './trace-files.ts'

interface Place {
  readonly file: string
  readonly line: number
  readonly column?: number
}

/**
 * Adds file, line, column and code frame to a Problem that has none yet.
 * @param error what was caught; its causes are looked at too, the innermost first
 * @param problem what is known already
 */
export function placeOf(error: unknown, problem: Problem): Problem {
  const found = problem.line === undefined ? (findPlace(error) ?? syntaxPlaceOf(error, problem.file)) : null
  const place = found ?? (problem.file === undefined ? null : { file: problem.file, line: problem.line })
  if (place === null) return problem
  const frame = place.line === undefined ? null : codeFrame(place.file, place.line)
  return { ...problem, ...withoutUndefined(place), ...(frame === null ? {} : { frame }) }
}

/**
 * A few numbered source lines around one, which is marked.
 * @param file absolute path
 * @param line counted from 1
 * @returns null where the file cannot be read
 */
export function codeFrame(file: string, line: number): string | null {
  let lines: string[]
  try {
    lines = readFileSync(file, 'utf8').split('\n')
  } catch {
    return null
  }
  const first = Math.max(1, line - 2)
  const shown = lines.slice(first - 1, line + 2)
  const width = String(first + shown.length - 1).length
  return shown
    .map((text, index) => {
      const number = first + index
      return `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text.slice(0, 200)}`.trimEnd()
    })
    .join('\n')
}

/** Of the file that is known to be at fault, or one of those that it imports. */
function syntaxPlaceOf(error: unknown, file: string | undefined): Place | null {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (!(cause instanceof SyntaxError)) return null
  return findSyntaxPlace([
    ...(file === undefined ? [] : [file]),
    ...importedFiles()
      .filter((path) => path !== file)
      .reverse(),
  ])
}

function findPlace(error: unknown): Place | null {
  if (!(error instanceof Error)) return null
  const cause = findPlace(error.cause) ?? findPlace((error as { parent?: unknown }).parent)
  if (cause !== null) return cause
  const places = [...placesIn(error.message), ...placesIn(withoutHelper(error.stack ?? ''))].filter(({ file }) =>
    isLocal(file),
  )
  return places[0] ?? null
}

/** A draft's fillIn only says that its caller lacks a value: the caller's line is the one to edit. */
const withoutHelper = (stack: string): string => stack.replace(/^\s+at fillIn \(.*\n/gm, '')

/** Stack frames `(file:///a.ts:3:5)`, Node's syntax errors `/a.js:3`, esbuild's `/a.ts:3:5: ERROR`. */
function placesIn(text: string): readonly Place[] {
  return [
    ...text.matchAll(
      /(?:^|[\s(])((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\s():]*?(?:\([^\s()]*\)[^\s():]*?)*):(\d+)(?::(\d+))?/gm,
    ),
  ].map(([, path = '', line, column]) => ({
    file: path.startsWith('file:') ? fileURLToPath(path.replace(/\?.*$/, '')) : path,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  }))
}

const withoutUndefined = (place: { readonly file: string; readonly line?: number | undefined }) =>
  Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined))
