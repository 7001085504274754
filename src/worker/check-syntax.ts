/** Where the syntax error of an ES module is: Node keeps the place to itself (v20), but its own syntax check prints it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** How many files are checked at most; each takes a start of Node. */
const maxFiles = 30

const relativeImport = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g

/**
 * Looks for the broken file among a file and what it imports.
 * @param entry absolute path of the file whose import failed
 * @returns null where none of them is broken
 */
export function findSyntaxError(entry: string): { readonly file: string; readonly line: number } | null {
  const files = new Set([entry])
  // A set that grows while it is walked gives what was added, too.
  for (const file of files) {
    if (files.size > maxFiles || !/\.m?js$/.test(file) || !existsSync(file)) continue
    const line = lineOfError(file)
    if (line !== null) return { file, line }
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(relativeImport))
      files.add(resolve(dirname(file), path))
  }
  return null
}

/** `file:///a.mjs:2`, or a plain path, is the first line that the check prints. */
function lineOfError(file: string): number | null {
  const { stderr } = spawnSync(process.execPath, ['--check', file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const line = /^\S.*:(\d+)$/m.exec(stderr)?.[1]
  return line === undefined || !stderr.includes('SyntaxError') ? null : Number(line)
}
