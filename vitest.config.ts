import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for child processes of their own, so that one file more than there are cores keeps them busy.
    maxWorkers: 3,
  },
})
