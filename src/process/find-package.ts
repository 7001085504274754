/** Where does a package come from that the project brings along, and which version is it? */

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseJson } from './parse-json.ts'

/** An installed package. */
export interface PackagePlace {
  readonly version: string
  /** Its folder, absolute. */
  readonly folder: string
  /** Whether the project has it; else it is the one beside devdb. */
  readonly isOwn: boolean
}

/**
 * Finds a package from the project, else beside devdb, as the code that loads it does.
 * @param root absolute path of the project
 * @param name the package's
 * @returns null where neither has it
 */
export function findPackage(root: string, name: string): PackagePlace | null {
  for (const [from, isOwn] of [
    [join(root, 'package.json'), true],
    [import.meta.url, false],
  ] as const) {
    const file = packageFile(from, name)
    if (file === null) continue
    const { version } = parseJson(readFileSync(file, 'utf8')) as { readonly version: string }
    return { version, folder: dirname(file), isOwn }
  }
  return null
}

/**
 * The package.json of a package; it may not be among what the package exports. With Yarn's Plug'n'Play no folder above the project holds
 * it, and only Node's own look-up knows where it is.
 */
function packageFile(from: string, name: string): string | null {
  const { resolve } = createRequire(from)
  const paths = resolve.paths(name) ?? []
  return (
    paths.map((path) => join(path, name, 'package.json')).find((path) => existsSync(path)) ?? resolved(resolve, name)
  )
}

function resolved(resolve: NodeJS.RequireResolve, name: string): string | null {
  try {
    return resolve(`${name}/package.json`)
  } catch {
    return null
  }
}
