/** `npm run test:model -- 10000 [SEED]`: the model-based test, longer. A sequence that failed is repeated with `npm run test:model -- 1 SEED`. */
import { spawnSync } from 'node:child_process'

const [sequences = '10000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const { status } = spawnSync('npx', ['vitest', 'run', 'test/snapshot/model.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, MODEL_SEQUENCES: sequences, MODEL_SEED: seed },
})
process.exitCode = status ?? 1
