/** Compiles devdb once before the tests, which run the real executable, and the programs that use its parts by themselves. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

export default async function setup(): Promise<void> {
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
}

/** As in vitest.config.ts. */
const compiledChild: Plugin = {
  name: 'compiled-child',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/child-entry\.ts$/ }, () => ({ path: '../../../test/compiled-child.js', external: true })),
}
