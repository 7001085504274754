import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ended } from '../application.ts'
import { makeProject, type TinyProject } from '../end-to-end/project.ts'
import { startWatch } from '../watch-run.ts'

/** Four seconds are the limit; the rest is for a machine that is busy. */
const limitMs = 8000

let project: TinyProject
beforeAll(async () => {
  const deaf = "trap '' TERM INT HUP; while true; do sleep 1; done"
  project = await makeProject({ config: { steps: [{ name: 'deaf', run: deaf }] } })
})
afterAll(() => project.remove())

test('told to end, a watch is gone soon: with a step that ignores signals, and when its folder vanishes at that moment', async () => {
  for (const isRemoved of [false, true]) {
    const watch = startWatch(project.root)
    // Each is waited for by itself: on a busy machine both take longer than one.
    await watch.next('schema-built')
    await watch.next('step-started')
    const at = Date.now()
    if (isRemoved) rmSync(project.root, { recursive: true, force: true, maxRetries: 5 })
    watch.child.kill('SIGTERM')
    await ended(watch.child)
    expect([isRemoved, watch.child.exitCode, Date.now() - at < limitMs]).toEqual([isRemoved, 143, true])
  }
})
