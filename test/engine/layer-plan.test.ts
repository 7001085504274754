import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fileStates } from '../../src/engine/inputs.ts'
import { contentsDuring, expectedKey, stepIdentity, stepLayerKey } from '../../src/engine/layer-plan.ts'
import type { Layer } from '../../src/seed/layer-cache.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

test('a file that was written and written back while it may have been read has no content that is known', async () => {
  const root = tempFolder()
  const file = join(root, 'seed.js')
  writeFileSync(file, 'one')
  const before = await fileStates([file])
  const startedAt = Date.now()
  expect(await contentsDuring([file], before, startedAt)).toEqual({ [file]: before.get(file)!.hash })
  await sleep(20)
  writeFileSync(file, 'two')
  expect(await contentsDuring([file], before, startedAt)).toBeNull()
  writeFileSync(file, 'one')
  // As an editor or git may set it: the time of the change of its inode tells all the same.
  utimesSync(file, new Date(startedAt - 60_000), new Date(startedAt - 60_000))
  expect((await fileStates([file])).get(file)!.hash).toBe(before.get(file)!.hash)
  expect(await contentsDuring([file], before, startedAt)).toBeNull()
})

test('a layer that was made before the step declared an input is none of the step as it is now', async () => {
  const root = tempFolder()
  writeFiles(root, { 'seed.js': 'one', 'data/rows.json': '[]' })
  const module = join(root, 'seed.js')
  const surroundings = { root, cwd: root, env: {} }
  const step = { name: 'seed', module, timeoutMs: 1000, inputs: ['data/*.json'] }
  const hashes = async (files: readonly string[]): Promise<Record<string, string>> =>
    Object.fromEntries([...(await fileStates(files))].map(([path, { hash }]) => [path, hash!]))
  const layerOf = async (files: readonly string[]): Promise<Layer> => {
    const contents = await hashes(files)
    const identity = stepIdentity(step, surroundings)
    const key = stepLayerKey('parent', identity, contents)
    return { key, parent: 'parent', step: identity, files: contents, ms: 1, said: null, bytes: 1, usedAt: 1 }
  }
  const without = await layerOf([module])
  const withAll = await layerOf([module, join(root, 'data/rows.json')])
  expect(await expectedKey(step, 'parent', [without], surroundings)).toBeNull()
  expect(await expectedKey(step, 'parent', [without, withAll], surroundings)).toBe(withAll.key)
})
