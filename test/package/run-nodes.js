/**
 * `npm run test:node [-- 22 24]`: devdb under other versions of Node. Each is a package of the npm registry, which npx fetches once. The sqlite3
 * driver is built on Node's stable interface (N-API), so that one compiled copy serves them all.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'

const given = process.argv.slice(2)
const versions = given.length > 0 ? given : ['20', '22', '24']

/** What touches Node most: module loaders, child processes, terminals, files. */
const quick = [
  'test/config',
  'test/event',
  'test/process',
  'test/migration',
  'test/model',
  'test/worker',
  'test/package',
  'test/end-to-end/commands.test.ts',
  'test/end-to-end/exec.test.ts',
  'test/end-to-end/check-staged.test.ts',
  'test/terminal/terminal.test.ts',
]

const system = { win32: 'win' }[process.platform] ?? process.platform

const failed = versions.filter((version) => {
  const words = ['--yes', '-p', `node-${system}-${process.arch}@${version}`, '--', 'node', '-p', 'process.execPath']
  const node = execFileSync('npx', words, { encoding: 'utf8' }).trim().split('\n').at(-1)
  process.stdout.write(`\nNode ${execFileSync(node, ['--version'], { encoding: 'utf8' })}`)
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` }
  return spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...quick], { env, stdio: 'inherit' }).status !== 0
})

if (failed.length > 0) process.stderr.write(`\nfailed under Node ${failed.join(', ')}\n`)
process.exitCode = failed.length === 0 ? 0 : 1
