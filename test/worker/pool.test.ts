/** The idle child: taken where it fits, replaced where it does not, and gone when nobody wants it. */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fileTarget } from '../../src/dialect/sqlite/sqlite-target.ts'
import { createPool } from '../../src/worker/pool.ts'
import type { CallSetting, Session } from '../../src/worker/session.ts'
import { tempProject } from '../temp-folder.ts'
import { isAlive, until } from '../watch-run.ts'

const model = (name: string): string =>
  `module.exports = (sequelize, DataTypes) => sequelize.define('${name}', { name: DataTypes.STRING })\n`

function pooled() {
  const root = tempProject({ 'package.json': '{"name":"x"}', 'models.js': model('thing') })
  const place = { root, cwd: root, env: { ...process.env } }
  const target = fileTarget(join(root, 'build.db'), root)
  const pool = createPool()
  onTestFinished(() => pool.close())
  const setting: CallSetting = {
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    emit: () => undefined,
    onLine: () => undefined,
  }
  const refill = (): void => pool.refill(place, { target, scripts: [] }, ['sequelize'])
  const define = async (session: Session) => {
    const call = await session.call(
      'define-models',
      { target, files: [join(root, 'models.js')], exclude: [], beforeSync: null, afterSync: null },
      setting,
    )
    return 'result' in call.outcome ? call.outcome.result.models : call.outcome.problem
  }
  return { root, place, pool, refill, define }
}

/** Process ids of the children that devdb's own code runs in. */
const children = (): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      const [, parent] = /^\d+ \(.*\) [^Z] (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
      const isOurs = Number(parent) === process.pid
      return isOurs && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('worker/child') ? [Number(name)] : []
    } catch {
      return []
    }
  })

test('the idle child is the one that is taken, once', async () => {
  const { pool, place, refill, define } = pooled()
  refill()
  refill()
  const [idle] = children()
  expect(children()).toEqual([idle])
  const session = pool.take(place)
  expect(children()).toEqual([idle])
  expect(await define(session)).toBe(1)
  const other = pool.take(place)
  expect(children()).toHaveLength(2)
  expect(await define(other)).toBe(1)
  await Promise.all([session.close(), other.close()])
  expect(children()).toEqual([])
})

test('another environment, and packages that were installed meanwhile, get a new one', async () => {
  const { root, pool, place, refill, define } = pooled()
  for (const change of [
    () => ({ ...place, env: { ...place.env, MODE: 'other' } }),
    () => {
      utimesSync(join(root, 'package.json'), 1, 1)
      return place
    },
  ]) {
    refill()
    const [idle] = children()
    const session = pool.take(change())
    await until(() => !isAlive(idle!), 'the one that does not fit is gone')
    expect(await define(session)).toBe(1)
    await session.close()
  }
})

test('one that was killed, or cannot warm up, is replaced without anybody noticing', async () => {
  const { pool, place, refill, define } = pooled()
  refill()
  process.kill(children()[0]!, 'SIGKILL')
  await until(() => children().length === 0, 'it is dead')
  const session = pool.take(place)
  expect(await define(session)).toBe(1)
  await session.close()
  refill()
  const dying = pool.take(place)
  process.kill(children()[0]!, 'SIGKILL')
  expect(await define(dying)).toBe(1)
  await dying.close()
})

test('one that was taken and not used waits again, and what it practised on is gone', async () => {
  const { root, pool, place, refill, define } = pooled()
  // Of a child that was killed: no process has this id.
  mkdirSync(join(root, 'practice-99999999'))
  writeFileSync(join(root, 'practice-99999999.db'), '')
  refill()
  const [idle] = children()
  await pool.take(place).close()
  expect(children()).toEqual([idle])
  const session = pool.take(place)
  await session.close()
  const again = pool.take(place)
  expect(children()).toEqual([idle])
  expect(await define(again)).toBe(1)
  expect(readdirSync(root).filter((name) => name.startsWith('practice'))).toEqual([])
  await again.close()
  expect(children()).toEqual([])
})

test('a closed pool leaves nothing, and starts nothing', async () => {
  const { pool, refill } = pooled()
  refill()
  await pool.close()
  expect(children()).toEqual([])
  refill()
  expect(children()).toEqual([])
})
