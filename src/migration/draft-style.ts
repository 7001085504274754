/** How a new migration should look: like its neighbours. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import type { CallStyle, MigrationFile } from './migration-folder.ts'

/** What is written around the steps. */
export interface DraftStyle {
  readonly extension: string
  readonly module: 'esm' | 'cjs'
  readonly isTypeScript: boolean
  readonly signature: 'umzug' | 'cli'
  /** What Umzug's context is in this project. */
  readonly context: 'queryInterface' | 'sequelize'
}

/**
 * Looks at the newest migration, and of those that are code at the newest.
 * @param files the migrations, in name order
 * @param dir their folder
 * @param call what the configuration says of their signature
 */
export function detectStyle(files: readonly MigrationFile[], dir: string, call: CallStyle): DraftStyle {
  const newest = files.at(-1)?.name ?? ''
  const scripts = /(?:\.up)?\.sql$/.exec(newest)?.[0]
  const neighbour = files.filter(({ name }) => !name.endsWith('.sql')).at(-1)
  const source = neighbour === undefined ? '' : readFileSync(neighbour.path, 'utf8')
  const extension = scripts ?? (neighbour === undefined ? '.js' : extname(neighbour.name))
  const isUmzug = call === 'umzug' || (call === 'auto' && /\bcontext\b/.test(source))
  return {
    extension,
    module: moduleOf(extension, source, dir),
    isTypeScript: /\.[cm]?ts$/.test(extension),
    signature: isUmzug ? 'umzug' : 'cli',
    context: /context\s*:\s*sequelize\b|\bcontext\.getQueryInterface\(/.test(source) ? 'sequelize' : 'queryInterface',
  }
}

function moduleOf(extension: string, source: string, dir: string): 'esm' | 'cjs' {
  if (/^\.m/.test(extension)) return 'esm'
  if (/^\.c/.test(extension)) return 'cjs'
  if (/^\s*export\b/m.test(source)) return 'esm'
  if (/\bmodule\.exports\b|^\s*exports\./m.test(source)) return 'cjs'
  return packageType(dir) === 'module' ? 'esm' : 'cjs'
}

function packageType(dir: string): unknown {
  for (let folder = dir; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: unknown }).type
    if (dirname(folder) === folder) return undefined
  }
}
