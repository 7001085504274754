import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { unverified } from './test/unverified.ts'

/** The children of devdb's run what is compiled: read from its sources, each takes twice as long to start. */
const compiledChildren = {
  name: 'compiled-children',
  enforce: 'pre' as const,
  resolveId: (name: string) =>
    name.endsWith('/child-entry.ts') ? fileURLToPath(new URL('test/compiled-child.js', import.meta.url)) : null,
}

const all = 'test/**/*.test.{ts,tsx}'

/** `DEVDB_UNVERIFIED=1` runs all files of tests, those too that were not seen green yet. */
const left = process.env.DEVDB_UNVERIFIED === undefined ? unverified : []

/**
 * Those with pseudo-terminals or a watch get a process each, and those that load packages into their own: an error that is thrown where much is loaded
 * takes seconds to be told. The others share a few, with all that is loaded, and their residents.
 */
const alone = ['test/terminal', 'test/process', 'test/watch']

const shared = { setupFiles: ['test/plain-stacks.ts'], testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    globalSetup: ['test/build-once.ts'],
    // One more than the cores of the machine that this runs on: most tests wait for child processes of their own now and then.
    maxWorkers: 3,
    projects: [
      {
        plugins: [compiledChildren],
        test: {
          ...shared,
          name: 'alone',
          include: alone.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...left],
        },
      },
      {
        plugins: [compiledChildren],
        test: {
          ...shared,
          name: 'together',
          include: [all],
          exclude: [...alone.map((folder) => `${folder}/**`), ...left],
          isolate: false,
        },
      },
    ],
  },
})
