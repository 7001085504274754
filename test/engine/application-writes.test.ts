/** An application of its own process that writes to dev all the time, beside every verb: no row that it committed is lost, and nothing waits for ever. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Application, startApplication } from '../application.ts'
import { copyOf, makeTemplate, open, ways } from '../crash/crash-rig.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { sharedFolder } from '../temp-folder.ts'

const template = sharedFolder()
beforeAll(() => makeTemplate(template, 200))

interface Writer {
  /** How many rows were committed: 1, 2, 3 and so on. */
  committed(): number
  /** Resolves when no write is under way. */
  pause(): Promise<void>
  resume(): void
}

/** Writes one row after the other for as long as it may. */
function writeWith(application: Application): Writer {
  let count = 0
  let isPaused = true
  let writing = Promise.resolve()
  const write = async (): Promise<void> => {
    while (!isPaused) {
      await application.all(`INSERT INTO written VALUES (${count + 1})`)
      count += 1
    }
  }
  const pause = (): Promise<void> => {
    isPaused = true
    return writing
  }
  onTestFinished(pause)
  return {
    committed: () => count,
    pause,
    resume() {
      isPaused = false
      writing = write()
    },
  }
}

test.each(['delete', 'wal'])('it writes throughout, in journal mode %s', async (mode) => {
  const root = await copyOf(template, ways.upgrade, mode)
  const dev = join(root, 'dev.db')
  const { project, engine, told } = open(root)
  onTestFinished(() => engine.close())
  const writer = writeWith(startApplication(dev))
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)
  const writtenIn = async (file: string) => (await sql(file, 'SELECT id FROM written')).map(({ id }) => Number(id))
  const copyNamed = (id: string | null): string => project.snapshots.target(id!).storage!
  const retries = (): number => told.filter(({ kind }) => kind === 'change-retried').length

  /** Beside a verb that gives up when it is disturbed five times: it is disturbed once. */
  const beside = async <Report>(verb: () => Promise<Report>): Promise<Report> => {
    const before = retries()
    const isCalm = new Promise<void>((resolve) => {
      const forget = project.store.subscribe(() => {
        if (retries() === before) return
        forget()
        resolve(writer.pause())
      })
    })
    writer.resume()
    const report = await verb()
    await isCalm
    expect(await writtenIn(dev)).toEqual(upTo(writer.committed()))
    return report
  }

  // Copies hold what was committed up to some moment, and no row from after it.
  writer.resume()
  const saved = await engine.saveSnapshot('mine')
  const rehearsed = new Promise<void>((resolve) => {
    project.store.subscribe(({ kind }) => kind === 'rehearsal-finished' && resolve())
  })
  engine.rehearsing.start()
  await rehearsed
  await writer.pause()
  expect(saved.problem).toBeNull()
  expect(told.filter(({ kind }) => kind === 'migration-rehearsed')).toHaveLength(2)
  const inCopy = await writtenIn(copyNamed(saved.snapshot!.id))
  expect(inCopy).toEqual(upTo(inCopy.length))
  expect(await writtenIn(dev)).toEqual(upTo(writer.committed()))
  expect(writer.committed()).toBeGreaterThan(inCopy.length)

  expect(await beside(() => engine.upgrade('head'))).toMatchObject({ names: { length: 2 }, problem: null })
  expect(await beside(() => engine.downgrade('-1'))).toMatchObject({ names: ['5-index.sql'], problem: null })
  writeFileSync(join(root, 'migrations/4-filling.sql'), "UPDATE users SET filling = 'once ' || filling;\n")
  expect(await beside(() => engine.stepBack('reapply', ['4-filling.sql']))).toBeNull()

  // A restore is not disturbed: what it replaces is in the snapshot of right before, to the last row.
  writer.resume()
  const restored = await engine.restore('mine')
  await writer.pause()
  expect(restored).toMatchObject({ restored: saved.snapshot!.id, problem: null })
  const replaced = await writtenIn(copyNamed(restored.saved))
  const rest = upTo(writer.committed()).slice(replaced.length)
  expect(replaced).toEqual(upTo(replaced.length))
  expect(await writtenIn(dev)).toEqual([...inCopy, ...rest])

  // An undo says first what it discards; the undo of the undo brings it back.
  const plan = await engine.prepareUndo()
  const later = rest.length === 0 ? [] : [{ table: 'written', added: rest.length, changed: 0, removed: 0 }]
  expect(plan?.since?.tables.map(({ table, added, changed, removed }) => ({ table, added, changed, removed }))).toEqual(
    later,
  )
  const undone = await engine.undo(plan!.change)
  expect(undone.problem).toBeNull()
  expect(await writtenIn(dev)).toEqual(replaced)
  expect(await writtenIn(copyNamed(undone.saved))).toEqual([...inCopy, ...rest])
  expect((await engine.undo()).problem).toBeNull()
  expect(await writtenIn(dev)).toEqual([...inCopy, ...rest])
  expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

const busy = { code: 'dev-busy', message: expect.stringMatching(/./), hint: expect.stringContaining('then repeat') }

test.each([
  ['a writer that holds the lock', 'wal', ['BEGIN IMMEDIATE', 'INSERT INTO written VALUES (1)']],
  ['a reader in the middle of a read', 'delete', ['BEGIN', 'SELECT count(*) FROM users']],
])('%s for longer than waitMs, in journal mode %s', async (_, mode, statements) => {
  const root = await copyOf(template, ways.upgrade, mode)
  const config = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', waitMs: 200 }
  writeFileSync(join(root, 'devdb.config.json'), JSON.stringify(config))
  const { engine } = open(root)
  onTestFinished(() => engine.close())
  const application = startApplication(join(root, 'dev.db'))
  for (const statement of statements) await application.all(statement)
  expect(await engine.upgrade('head')).toMatchObject({ names: [], problem: busy })
  expect(await engine.undo()).toMatchObject({ restored: null, problem: busy })
  await application.all('COMMIT')
  // Nothing is left to be done but to repeat it.
  expect((await engine.undo()).problem).toBeNull()
})
