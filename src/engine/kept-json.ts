/** Small facts that outlive the process: JSON files in `.devdb/`, replaced whole. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

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

/** Keeps a fact: before or after, never half. */
export function keep(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.new`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(draft, file)
}
