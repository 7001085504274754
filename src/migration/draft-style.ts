/** How a new migration should look: like its neighbours. */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { parseJson } from '../process/parse-json.ts'
import type { ContextStyle, MigrationFile, MigrationSetting } from './migration-folder.ts'

/** What is written around the steps. */
export interface DraftStyle {
  readonly extension: string
  readonly module: 'esm' | 'cjs'
  readonly isTypeScript: boolean
  readonly signature: 'umzug' | 'cli'
  /** What Umzug's context is in this project. */
  readonly context: ContextStyle
}

/**
 * Looks at the newest migration, and of those that are code at the newest.
 * @param files the migrations, in name order
 * @param setting where they are, and what the configuration says of them
 */
export function detectStyle(
  files: readonly MigrationFile[],
  { dir, call, match, context }: MigrationSetting,
): DraftStyle {
  const newest = files.at(-1)?.name ?? ''
  const scripts = /(?:\.up)?\.sql$/.exec(newest)?.[0]
  const neighbour = files.filter(({ name }) => !name.endsWith('.sql')).at(-1)
  const source = neighbour === undefined ? '' : readFileSync(neighbour.path, 'utf8')
  const extension = scripts ?? (neighbour === undefined ? firstExtension(dir, match) : extname(neighbour.name))
  const isUmzug = call === 'umzug' || (call === 'auto' && /\bcontext\b/.test(source))
  return {
    extension,
    module: moduleOf(extension, source, dir),
    isTypeScript: /\.[cm]?ts$/.test(extension),
    signature: isUmzug ? 'umzug' : 'cli',
    context: neighbour === undefined ? (context ?? 'queryInterface') : contextOf(source),
  }
}

function contextOf(source: string): ContextStyle {
  const held = /context\s*:\s*\{[^{}]*\b(queryInterface|sequelize)\b/.exec(source)?.[1]
  if (held !== undefined) return held === 'sequelize' ? '{ sequelize }' : '{ queryInterface }'
  return /context\s*:\s*sequelize\b|\bcontext\.getQueryInterface\(/.test(source) ? 'sequelize' : 'queryInterface'
}

/** Of the first migration of all: what the configuration lets be one, and what the project is written in. */
function firstExtension(dir: string, match: string | null): string {
  const known = isTypeScriptAlone(dir) ? ['.ts', '.js'] : ['.js', '.ts']
  const pattern = match === null ? null : new RegExp(match)
  return (
    [...known, '.cjs', '.mjs', '.cts', '.mts', '.sql'].find((ending) => pattern?.test(`1-a${ending}`) ?? true) ?? '.js'
  )
}

/** Whether the package is TypeScript, and no sequelize-cli, which runs JavaScript, has been set up in it. */
function isTypeScriptAlone(dir: string): boolean {
  for (let folder = dir; ; folder = dirname(folder)) {
    const has = (name: string): boolean => existsSync(join(folder, name))
    if (has('.sequelizerc') || has('config/config.json')) return false
    if (has('tsconfig.json')) return true
    if (has('package.json') || dirname(folder) === folder) return false
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
    if (existsSync(file)) return (parseJson(readFileSync(file, 'utf8')) as { type?: unknown }).type
    if (dirname(folder) === folder) return undefined
  }
}
