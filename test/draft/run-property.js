/**
 * `npm run test:property -- 10000 [SEED]`: the property test of drafts, longer. In parts, each in a process and with a seed of its own, since
 * every draft that runs is a module that stays loaded. A part is repeated with `npm run test:property -- 500 SEED`.
 */
import { spawnSync } from 'node:child_process'

const [runs = '10000', first = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const partRuns = 500

for (let done = 0, seed = Number(first); done < Number(runs); done += partRuns, seed++) {
  const count = Math.min(partRuns, Number(runs) - done)
  console.log(`${done + count} of ${runs}, seed ${seed}`)
  const env = { ...process.env, PROPERTY_RUNS: String(count), PROPERTY_SEED: String(seed) }
  const command = ['vitest', 'run', '--reporter', 'dot', 'test/draft/property.test.ts']
  const { status } = spawnSync('npx', command, { stdio: 'inherit', env })
  if (status !== 0) {
    process.exitCode = status ?? 1
    break
  }
}
