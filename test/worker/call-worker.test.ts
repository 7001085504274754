import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileTarget } from '../../src/dialect/sqlite/sqlite-target.ts'
import { callWorker } from '../../src/worker/call-worker.ts'
import type { Call, CallSetting, ChildPlace } from '../../src/worker/session.ts'
import { tempProject } from '../temp-folder.ts'
import { isAlive, until } from '../watch-run.ts'

interface Built {
  readonly root: string
  readonly call: Call<{ readonly models: number }>
  readonly lines: readonly string[]
  readonly files: readonly string[]
}

async function build(
  files: Readonly<Record<string, string>>,
  more: Partial<CallSetting & ChildPlace> = {},
): Promise<Built> {
  const root = tempProject({ 'package.json': '{"name":"x"}', ...files })
  const lines: string[] = []
  const entry = join(root, Object.keys(files)[0]!)
  const call = await callWorker('build-schema', modelInput(root, [entry]), setting(root, lines, more))
  return { root, call, lines, files: call.files.map((file) => file.replace(`${root}/`, '')) }
}

const modelInput = (root: string, files: readonly string[]) => ({
  target: fileTarget(join(root, 'build.db'), root),
  files,
  exclude: [],
  beforeSync: null,
  afterSync: null,
})

const setting = (
  root: string,
  lines: string[],
  more: Partial<CallSetting & ChildPlace> = {},
): CallSetting & ChildPlace => ({
  root,
  cwd: root,
  env: process.env,
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  emit: () => undefined,
  onLine: (line) => lines.push(line),
  ...more,
})

const problemOf = ({ call }: Built) => ('problem' in call.outcome ? call.outcome.problem : null)

const model = `module.exports = (sequelize, DataTypes) => sequelize.define('thing', { name: DataTypes.STRING })\n`

// What the Problems say of models in the other languages, and of those that wait or exit, test/end-to-end/bad-inputs.ts holds.
test('an endless loop in an ES module is reported with its file and line', async () => {
  const built = await build({ 'models.mjs': `export default () => {\n  for (;;);\n}\n` }, { timeoutMs: 1500 })
  expect(problemOf(built)).toMatchObject({ code: 'model-timeout', file: join(built.root, 'models.mjs'), line: 2 })
})

test('a crash is reported with the last file and the last lines', async () => {
  const built = await build({
    'models.js': `console.log('before')\nprocess.kill(process.pid, 'SIGSEGV')\nfor (;;) {}\n`,
  })
  expect(problemOf(built)).toMatchObject({
    code: 'worker-died',
    message: expect.stringContaining('SIGSEGV'),
    file: join(built.root, 'models.js'),
    details: ['before'],
  })
})

test.each([
  ['models.cjs', `const a = 1\nmodule.exports = {\n  a: 1,,\n}\n`, 3],
  ['models.js', `const a = 1\n\nmodule.exports = {{\n`, 3],
  ['models.mjs', `export const a = 1\nexport const b = = 2\n`, 2],
  ['models.ts', `export const a: number = 1\n\n\nexport const b: = 2\n`, 4],
])('a syntax error in %s is reported with line and frame', async (name, text, line) => {
  const built = await build({ [name]: text })
  expect(problemOf(built)).toMatchObject({ code: 'model-failed', file: join(built.root, name), line })
  expect(problemOf(built)?.frame).toContain(`> ${line} |`)
  expect(problemOf(built)?.message.includes('\n')).toBe(false)
})

test.each([
  ['models.ts', `interface A { a: 1 }\n\nexport default (): A => {\n  throw new TypeError('no good')\n}\n`, 4],
  ['models.mjs', `export default async () => {\n  await null\n  throw new Error('no good')\n}\n`, 3],
  [
    'models.cjs',
    `setTimeout(() => {\n  throw new Error('no good')\n}, 0)\nmodule.exports = async () => new Promise((r) => setTimeout(r, 500))\n`,
    2,
  ],
])('what is thrown in %s is reported with its place', async (name, text, line) => {
  const built = await build({ [name]: text })
  expect(problemOf(built)).toMatchObject({
    code: 'model-failed',
    message: expect.stringContaining('no good'),
    file: join(built.root, name),
    line,
  })
})

test('throwing what has no text is survived', async () => {
  const built = await build({ 'models.js': 'throw Object.create(null)\n' })
  expect(problemOf(built)).toMatchObject({ code: 'model-failed', file: join(built.root, 'models.js') })
})

test('huge output is cut, and drowns nothing', async () => {
  const built = await build({
    'models.js': `for (let i = 0; i < 30000; i++) console.log('line ' + i)\nconsole.error('x'.repeat(5_000_000))\n${model}`,
  })
  expect(built.call.outcome).toMatchObject({ result: { models: 1 } })
  expect(built.lines.length).toBeLessThanOrEqual(5000)
})

test('an environment is seen before any code is loaded, and nothing else is', async () => {
  const built = await build(
    { 'models.js': `console.log(process.env.DATABASE_URL, process.env.HOME)\n${model}` },
    { env: { PATH: process.env.PATH, DATABASE_URL: 'sqlite:/x.db' } },
  )
  expect(built.lines).toEqual(['sqlite:/x.db undefined'])
})

test('every local file that is loaded is told, by import, require and import(), and JSON; and no dependency', async () => {
  const built = await build({
    'models.ts': `
      import { createRequire } from 'node:module'
      import { one } from './lib/one.js'
      import two from './lib/two.mjs'
      const load = createRequire(import.meta.url)
      load('./lib/three.cjs')
      load('./lib/four.json')
      export default async (sequelize: any, DataTypes: any) => {
        await import('./lib/five.ts')
        load('sequelize')
        sequelize.define('thing', { name: DataTypes.STRING, [one]: DataTypes.STRING, [two]: DataTypes.STRING })
      }`,
    'lib/one.ts': `export const one: string = 'one'`,
    'lib/two.mjs': `import values from './six.json' with { type: 'json' }\nexport default values.name`,
    'lib/three.cjs': `require('./seven'); try { require('./optional') } catch {}`,
    'lib/four.json': '{}',
    'lib/five.ts': `export const five = 5`,
    'lib/six.json': '{"name":"two"}',
    'lib/seven/index.js': '',
    'lib/unused.js': '',
  })
  expect(problemOf(built)).toBeNull()
  const wanted = [
    'models.ts',
    'lib/one.ts',
    'lib/two.mjs',
    'lib/three.cjs',
    'lib/four.json',
    'lib/five.ts',
    'lib/six.json',
    'lib/seven/index.js',
  ]
  expect(built.files).toEqual(expect.arrayContaining(wanted))
  // Also one that was asked for and is not there: once it is made, the code loads something else.
  expect(built.files).toEqual(expect.arrayContaining(['lib/optional.js', 'lib/optional.ts']))
  const others = built.files.filter((file) => !wanted.includes(file) && !file.startsWith('lib/optional'))
  expect(others.filter((file) => existsSync(join(built.root, file)))).toEqual([])
})

test('a syntax error in an ES module that is imported is found, too', async () => {
  const built = await build({
    'models.mjs': `import './lib/good.mjs'\nimport { a } from "./lib/bad.mjs"\nexport default () => a`,
    'lib/good.mjs': 'export const b = 1',
    'lib/bad.mjs': 'export const a = 1\n\nexport const = 2\n',
  })
  expect(problemOf(built)).toMatchObject({ code: 'model-failed', file: join(built.root, 'lib/bad.mjs'), line: 3 })
})

test('files are told also when the code fails', async () => {
  const built = await build({
    'models.js': `require('./lib/a')`,
    'lib/a.js': `require('./b')`,
    'lib/b.js': `throw new Error('b')`,
  })
  expect(built.files).toEqual(['models.js', 'lib/a.js', 'lib/b.js'])
  expect(problemOf(built)).toMatchObject({ file: join(built.root, 'lib/b.js'), line: 1 })
})

test('code that writes to the pipe of the trace, thousands of files and long paths harm nobody', async () => {
  const { call } = await build({
    'models.js': `
      const fs = require('fs')
      fs.writeSync(3, 'nonsense\\n{"file":\\nnull\\n')
      for (let i = 0; i < 7000; i++) fs.writeSync(3, JSON.stringify({ file: '/' + 'x'.repeat(i === 0 ? 3000 : 10) + i }) + '\\n')
      ${model}`,
  })
  expect(call.outcome).toMatchObject({ result: { models: 1 } })
  expect(call.files.length).toBeGreaterThan(7000)
  expect(call.files.some((file) => file.length > 3000)).toBe(true)
})

test('a child that it forks is gone with it, and does not hold it up', async () => {
  const startedAt = Date.now()
  const built = await build({
    'models.js': `
      const { spawn } = require('child_process')
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
      require('fs').writeFileSync(__dirname + '/pid', String(child.pid))
      ${model}`,
  })
  expect(built.call.outcome).toMatchObject({ result: { models: 1 } })
  expect(Date.now() - startedAt).toBeLessThan(15_000)
  const pid = Number(readFileSync(join(built.root, 'pid'), 'utf8'))
  await until(() => !isAlive(pid), 'the forked child is gone')
})

test('cancelling ends a child that loops, at once', async () => {
  const root = tempProject({
    'models.js': `require('fs').writeFileSync(__dirname + '/pid', String(process.pid))\nfor (;;) {}\n`,
  })
  const stop = new AbortController()
  const calling = callWorker(
    'build-schema',
    modelInput(root, [join(root, 'models.js')]),
    setting(root, [], { signal: stop.signal }),
  )
  calling.catch(() => undefined)
  const file = join(root, 'pid')
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 'it loops')
  const startedAt = Date.now()
  stop.abort()
  await expect(calling).rejects.toMatchObject({ code: 'interrupted' })
  expect(Date.now() - startedAt).toBeLessThan(3000)
  expect(isAlive(Number(readFileSync(file, 'utf8')))).toBe(false)
  await expect(
    callWorker('build-schema', modelInput(root, []), setting(root, [], { signal: stop.signal })),
  ).rejects.toMatchObject({ code: 'interrupted' })
})

test('nothing is left of all these children', () => {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,stat=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
  expect(stdout.split('\n').filter((line) => line.includes('worker/child') && !/^\s*\d+\s+Z/.test(line))).toEqual([])
})
