/** `npm run test:crash -- 400 [SEED]`: the crash test, longer. Nearly 300 of its kills are each named moment of each change in each journal mode. */
import { spawnSync } from 'node:child_process'

const [kills = '400', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const { status } = spawnSync('npx', ['vitest', 'run', 'test/crash/crash.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, CRASH_KILLS: kills, CRASH_SEED: seed },
})
process.exitCode = status ?? 1
