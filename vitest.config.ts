import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The children of devdb's run what is compiled: read from its sources, each takes twice as long to start. */
const compiledChildren = {
  name: 'compiled-children',
  enforce: 'pre' as const,
  resolveId: (name: string) =>
    name.endsWith('/child-entry.ts') ? fileURLToPath(new URL('test/compiled-child.js', import.meta.url)) : null,
}

const all = 'test/**/*.test.{ts,tsx}'

/** Those with pseudo-terminals get a process each; the others one after the other share two, with all that is loaded, and their residents. */
const alone = 'test/terminal/**'

const shared = { setupFiles: ['test/plain-stacks.ts'], testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    globalSetup: ['test/build-once.ts'],
    // Most tests start child processes of their own; more files at once than cores only makes them wait for each other.
    maxWorkers: 2,
    projects: [
      { plugins: [compiledChildren], test: { ...shared, name: 'alone', include: [`${alone}/*.test.ts`] } },
      {
        plugins: [compiledChildren],
        test: { ...shared, name: 'together', include: [all], exclude: [alone], isolate: false },
      },
    ],
  },
})
