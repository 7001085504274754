import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests start child processes of their own; more files at once than cores only makes them wait for each other.
    maxWorkers: 2,
  },
})
