/**
 * Compiles devdb once before the tests, which run the real executable, and the programs that use its parts by themselves; and gives the tests a
 * folder for what several files need and one makes.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @returns what is done after the last test */
export default async function setup(): Promise<() => void> {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  await build({
    absWorkingDir: root,
    entryPoints: ['fixtures/engine-program/*.js'],
    outdir: 'fixtures/engine-program/dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    plugins: [compiledChild],
    logLevel: 'warning',
  })
  const folder = mkdtempSync(join(tmpdir(), 'devdb-made-once-'))
  process.env.DEVDB_MADE_ONCE = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** As in vitest.config.ts. */
const compiledChild: Plugin = {
  name: 'compiled-child',
  setup({ onResolve }) {
    onResolve({ filter: /\/child-entry\.ts$/ }, () => ({ path: '../../../test/compiled-child.js', external: true }))
    onResolve({ filter: /\/door-files\.ts$/ }, () => ({ path: '../../../test/compiled-door.js', external: true }))
  },
}
