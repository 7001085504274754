/** What a project is called: as its package.json says, else as its folder. */

import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseJson } from '../process/parse-json.ts'

/** @param root the project's folder, absolute */
export function projectName(root: string): string {
  const file = join(root, 'package.json')
  if (!existsSync(file)) return basename(root)
  try {
    const { name } = parseJson(readFileSync(file, 'utf8')) as { name?: unknown }
    return typeof name === 'string' && name !== '' ? name : basename(root)
  } catch {
    return basename(root)
  }
}
