/** Small facts that outlive the process: JSON files in `.devdb/`, replaced whole. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Problem, toProblem } from '../error.ts'
import { replaceFile } from './own-folder.ts'

/**
 * Reads a kept fact, which is an object.
 * @param file absolute path
 * @param fallback what counts when it is absent, torn or something else
 */
export function readKept<Value extends object>(file: string, fallback: Value): Value {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Value) : fallback
  } catch {
    return fallback
  }
}

/** Keeps a fact, before or after, never half. It never throws: without the fact devdb does more work, and nothing else. */
export type Keep = (file: string, value: unknown) => void

/**
 * Makes the function that keeps facts.
 * @param warn gets a warning when a fact cannot be written; one, until a write succeeds again
 */
export function openKeep(warn: (problem: Problem) => void): Keep {
  let hasFailed = false
  return (file, value) => {
    try {
      replace(file, value)
      hasFailed = false
    } catch (error) {
      // What is there is not true any more.
      attempt(() => rmSync(file, { force: true }))
      if (!hasFailed) warn(notKept(file, error))
      hasFailed = true
    }
  }
}

function replace(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  replaceFile(file, `${JSON.stringify(value, null, 2)}\n`)
}

function notKept(file: string, error: unknown): Problem {
  const problem = toProblem(error)
  const message = `.devdb/${basename(file)} was not written, so the next command does more work: ${problem.message}`
  return { ...problem, message }
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // The write has failed already, and that is reported.
  }
}
