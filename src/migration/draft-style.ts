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
  /** What stands between date and slug: `-` or `_`. */
  readonly separator: string
  /** How the date is written: its number of digits, and what stands between them. */
  readonly stamp: 'YYYYMMDDHHMMSS' | 'YYYYMMDD' | 'YYYY.MM.DDTHH.mm.ss'
}

/**
 * Looks at the newest migration that is code.
 * @param files the migrations, in name order
 * @param dir their folder
 * @param call what the configuration says of their signature
 */
export function detectStyle(files: readonly MigrationFile[], dir: string, call: CallStyle): DraftStyle {
  const neighbour = files.filter(({ name }) => !name.endsWith('.sql')).at(-1)
  const source = neighbour === undefined ? '' : readFileSync(neighbour.path, 'utf8')
  const extension = neighbour === undefined ? '.js' : extname(neighbour.name)
  const isUmzug = call === 'umzug' || (call === 'auto' && /\bcontext\b/.test(source))
  return {
    extension,
    module: moduleOf(extension, source, dir),
    isTypeScript: /\.[cm]?ts$/.test(extension),
    signature: isUmzug ? 'umzug' : 'cli',
    separator: /^[\d.T]+_/.test(neighbour?.name ?? '') ? '_' : '-',
    stamp: stampOf(neighbour?.name ?? ''),
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

function stampOf(name: string): DraftStyle['stamp'] {
  if (/^\d{4}\.\d\d\.\d\dT/.test(name)) return 'YYYY.MM.DDTHH.mm.ss'
  return /^\d{8}\D/.test(name) ? 'YYYYMMDD' : 'YYYYMMDDHHMMSS'
}

/**
 * The name of a new file.
 * @param style its neighbours' style
 * @param message what the developer said of it
 * @param now milliseconds since 1970; the name has it in UTC, as sequelize-cli does
 */
export function draftName(style: DraftStyle, message: string, now: number): string {
  const slug = message
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  const digits = new Date(now).toISOString().replace(/\D/g, '')
  const [date, time] = [digits.slice(0, 8), digits.slice(8, 14)]
  const stamps: Record<DraftStyle['stamp'], string> = {
    YYYYMMDD: date,
    YYYYMMDDHHMMSS: `${date}${time}`,
    'YYYY.MM.DDTHH.mm.ss': `${date.slice(0, 4)}.${date.slice(4, 6)}.${date.slice(6)}T${time.slice(0, 2)}.${time.slice(2, 4)}.${time.slice(4)}`,
  }
  return `${stamps[style.stamp]}${style.separator}${slug === '' ? 'migration' : slug}${style.extension}`
}
