import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** `npm run test:consumer`: by itself, for it asks the npm registry, which no other test does. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/consumer/projects.ts'],
    globalSetup: ['test/build-once.ts', 'test/consumer/pack-once.ts'],
    // For a registry that is slow, on a machine that is busy.
    testTimeout: 600_000,
    // An installation and a project's commands each keep about one core busy.
    maxConcurrency: 2,
  },
})
