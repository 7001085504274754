/** Where the syntax error of an ES module is. The error itself does not say: V8 shows the place only when a process dies of it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A line of a file, counted from 1. */
export interface SyntaxPlace {
  readonly file: string
  readonly line: number
}

/**
 * Asks Node to check files, until one has a syntax error.
 * @param files absolute paths of JavaScript files, the likeliest first
 * @returns null where all of them can be read
 */
export function findSyntaxPlace(files: readonly string[]): SyntaxPlace | null {
  for (const file of files.filter((path) => /\.[cm]?js$/.test(path)).slice(0, maxFiles)) {
    const env = { ...process.env, NODE_OPTIONS: '' }
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', env })
    if (status === 0) continue
    const [, place = '', line] = /^(.+):(\d+)\n/.exec(stderr) ?? []
    const found = place.startsWith('file:') ? fileURLToPath(place) : place
    if (found === file) return { file, line: Number(line) }
  }
  return null
}

/** A check takes some 40 ms. */
const maxFiles = 20
