/** devdb as a package: packed as npm does it, and installed in a project of its own. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The checkout. */
export const repository = resolve(import.meta.dirname, '../..')

/** One file of the package. */
export interface PackedFile {
  readonly path: string
  readonly size: number
}

/** A package file. */
export interface Packed {
  /** Absolute path of the tarball. */
  readonly tarball: string
  /** Bytes of it. */
  readonly size: number
  readonly files: readonly PackedFile[]
}

/** Packs what is compiled. @param folder where the tarball goes */
export function pack(folder: string): Packed {
  const words = ['pack', '--json', '--ignore-scripts', '--silent', '--pack-destination', folder]
  const [{ filename, size, files }] = JSON.parse(
    execFileSync('npm', words, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  return { tarball: join(folder, filename), size, files }
}

/**
 * Puts devdb and what it depends on into a project's node_modules, without asking a registry.
 * @param root the project
 * @param packages what the project has besides
 */
export function install(root: string, { tarball }: Packed, packages: readonly string[]): void {
  const target = join(root, 'node_modules/devdb')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
  const { dependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of [...Object.keys(dependencies), ...packages]) {
    const link = join(root, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(repository, 'node_modules', name), link)
  }
}
