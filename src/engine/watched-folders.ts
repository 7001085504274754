/** Which folders does a watch look at, besides the files that it knows? */
import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isDynamicPattern } from 'tinyglobby'
import type { Config } from '../config/config.ts'

/** The configured folders: of the models, of inputs with wildcards, of the migrations. */
export function foldersOf({ root, models, steps, migrations }: Config): ReadonlySet<string> {
  const patterns = [...models.patterns, ...steps.flatMap(({ inputs }) => inputs ?? [])]
  return new Set([migrations.dir, ...patterns.map((pattern) => baseOf(pattern, root))])
}

/** The deepest folder that holds all a pattern can match. */
function baseOf(pattern: string, root: string): string {
  const parts = pattern.split('/')
  const wild = parts.findIndex((part) => isDynamicPattern(part) || part.includes('*'))
  if (wild >= 0) return join(root, ...parts.slice(0, wild))
  const path = resolve(root, pattern)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path)
}
