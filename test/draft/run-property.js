/** `npm run test:property -- 10000 [SEED]`: the property test of drafts, longer. The seed is in the test's name. */
import { spawnSync } from 'node:child_process'

const [runs = '10000', seed] = process.argv.slice(2)
const env = { ...process.env, PROPERTY_RUNS: runs, ...(seed === undefined ? {} : { PROPERTY_SEED: seed }) }
const { status } = spawnSync('npx', ['vitest', 'run', 'test/draft/property.test.ts'], { stdio: 'inherit', env })
process.exitCode = status ?? 1
