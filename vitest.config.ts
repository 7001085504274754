import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The children of devdb's run what is compiled: read from its sources, each takes twice as long to start. */
const compiledChildren = {
  name: 'compiled-children',
  enforce: 'pre' as const,
  resolveId: (name: string) =>
    name.endsWith('/child-entry.ts') ? fileURLToPath(new URL('dist/worker/child-entry.js', import.meta.url)) : null,
}

export default defineConfig({
  plugins: [compiledChildren],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/plain-stacks.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests start child processes of their own; more files at once than cores only makes them wait for each other.
    maxWorkers: 2,
  },
})
