import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSqliteDialect } from '../../src/dialect/sqlite/sqlite-dialect.ts'
import { checkName, findSnapshot } from '../../src/snapshot/find-snapshot.ts'
import { openSnapshots, type Snapshot, type SnapshotFolder } from '../../src/snapshot/snapshot.ts'
import { tempFolder } from '../temp-folder.ts'

const dialect = createSqliteDialect(join(import.meta.dirname, '../..'))

interface Rig {
  readonly folder: string
  readonly snapshots: SnapshotFolder
  /** Records a snapshot of so many bytes, a minute after the last one. */
  add(bytes: number, more?: Partial<Snapshot>): string
  /** Their ids, oldest first. */
  ids(): Promise<readonly string[]>
}

function rig(keep = 10, maxBytes = 1_000_000): Rig {
  const folder = join(tempFolder(), 'snapshots')
  const snapshots = openSnapshots(dialect, folder, { keep, maxBytes })
  let at = Date.UTC(2026, 10, 20, 12)
  return {
    folder,
    snapshots,
    add(bytes, more = {}) {
      at += 60_000
      const { id, target } = snapshots.next(at)
      writeFileSync(target.storage!, Buffer.alloc(bytes))
      const plain = {
        name: null,
        reason: 'before upgrade head',
        automatic: true,
        migrations: ['1.js'],
        label: 'dev.db',
        seal: null,
      }
      snapshots.record({ id, at, bytes, ...plain, ...more })
      return id
    },
    ids: async () => (await snapshots.list()).map(({ id }) => id),
  }
}

const change = (id: string) => ({ id, at: 1, what: 'upgrade head', snapshot: id, label: 'dev.db' })

test('what was recorded is listed as it was, and ids of one moment differ', async () => {
  const { snapshots, add } = rig()
  const id = add(10, { name: 'mine', automatic: false, reason: 'saved by hand' })
  expect(id).toBe('20261120-120100-000')
  expect(snapshots.next(Date.UTC(2026, 10, 20, 12, 1)).id).toBe('20261120-120100-000-2')
  expect(await snapshots.list()).toEqual([
    {
      id,
      name: 'mine',
      at: Date.UTC(2026, 10, 20, 12, 1),
      bytes: 10,
      reason: 'saved by hand',
      automatic: false,
      migrations: ['1.js'],
      label: 'dev.db',
      seal: null,
    },
  ])
})

test('the oldest automatic ones beyond the number go, with their copies; those saved by hand do not count and stay', async () => {
  const { folder, snapshots, add, ids } = rig(2)
  const byHand = add(10, { automatic: false })
  const [first, second, third] = [add(10), add(10), add(10)]
  await snapshots.tidy()
  expect(await ids()).toEqual([byHand, second, third])
  expect(readdirSync(folder).filter((name) => name.startsWith(first))).toEqual([])
})

test('the oldest automatic ones beyond the total size go; the newest stays whatever its size', async () => {
  const { snapshots, add, ids } = rig(10, 1000)
  const byHand = add(5000, { name: 'large', automatic: false })
  const [, second, third] = [add(400), add(400), add(500)]
  await snapshots.tidy()
  expect(await ids()).toEqual([byHand, second, third])
  const huge = add(3000)
  await snapshots.tidy()
  expect(await ids()).toEqual([byHand, huge])
})

test('three of those from before code ran stay, beside the others: they push out none, and none pushes out the newest', async () => {
  const { snapshots, add, ids } = rig(2, 1000)
  const beforeCode = { isBeforeCode: true, reason: 'before code of the project ran' }
  const [first, second] = [add(100), add(100)]
  const [, ...kept] = [1, 2, 3, 4].map(() => add(100, beforeCode))
  await snapshots.tidy()
  expect(await ids()).toEqual([first, second, ...kept])
  const large = add(990)
  await snapshots.tidy()
  expect(await ids()).toEqual([kept[2], large])
})

test('a large one in between does not take older small ones with it', async () => {
  const { snapshots, add, ids } = rig(10, 1000)
  const [small, , newest] = [add(100), add(950), add(100)]
  await snapshots.tidy()
  expect(await ids()).toEqual([small, newest])
})

test('what an undo needs stays; what tells what was written since goes before it', async () => {
  const { snapshots, add, ids } = rig(1, 1000)
  const needed = add(900)
  writeFileSync(snapshots.entered(needed).storage!, Buffer.alloc(900))
  snapshots.lastChanges.finish(change(needed))
  const [, newest] = [add(100), add(100)]
  await snapshots.tidy()
  expect(await ids()).toEqual([needed, newest])
  expect(existsSync(snapshots.entered(needed).storage!)).toBe(false)
})

test('a copy without a record and a record without a copy are not listed, and are removed; other files are left alone', async () => {
  const { folder, snapshots, add, ids } = rig()
  const good = add(10)
  const [torn, gone, half] = [add(10), add(10), add(10)]
  writeFileSync(join(folder, `${torn}.json`), '{ "id": ')
  rmSync(snapshots.target(gone).storage!)
  rmSync(join(folder, `${half}.json`))
  const leftovers = [`${half}.db-journal`, `${half}.entered.db`, '20261120-130000-000.json.new']
  for (const name of [...leftovers, 'mine.db', 'notes.txt', 'other.json']) writeFileSync(join(folder, name), '{}')
  expect(await ids()).toEqual([good])
  await snapshots.tidy()
  expect(await ids()).toEqual([good])
  // A copy whose record cannot be read may be all that is left of something: whoever can read it may mend it.
  expect(readdirSync(folder).sort()).toEqual(
    [`${good}.db`, `${good}.json`, `${torn}.db`, `${torn}.json`, 'mine.db', 'notes.txt', 'other.json'].sort(),
  )
})

test('records of an earlier devdb are read', async () => {
  const { folder, snapshots, add } = rig()
  const id = add(10)
  writeFileSync(join(folder, `${id}.json`), JSON.stringify({ id, at: 5, bytes: 10, reason: 'r', label: 'dev.db' }))
  expect(await snapshots.list()).toEqual([
    { id, name: null, at: 5, bytes: 10, reason: 'r', automatic: true, migrations: null, label: 'dev.db', seal: null },
  ])
})

test('of changes that may have entered, both the last and the present one are known', () => {
  const { lastChanges } = rig().snapshots
  const [a, b] = ['20261120-120100-000', '20261120-120200-000']
  expect([lastChanges.last(), lastChanges.entering(), lastChanges.ids()]).toEqual([null, null, []])
  lastChanges.finish(change(a))
  const known = () => [lastChanges.last()?.id, lastChanges.begun()?.id, lastChanges.entering()?.id, lastChanges.ids()]
  lastChanges.begin({ ...change(b), snapshot: null })
  expect(known()).toEqual([a, b, undefined, [a]])
  expect(lastChanges.snapshots()).toEqual([a])
  lastChanges.enter(change(b))
  expect(known()).toEqual([a, b, b, [a, b]])
  lastChanges.cancel()
  expect(known()).toEqual([a, b, undefined, [a]])
  lastChanges.finish({ ...change(b), snapshot: `${b}-2` })
  expect(known()).toEqual([b, b, undefined, [b]])
  lastChanges.end()
  expect(known()).toEqual([b, undefined, undefined, [b]])
  expect(lastChanges.snapshots()).toEqual([`${b}-2`])
})

test('an id that is none never becomes the name of a file', async () => {
  const { folder, snapshots, add, ids } = rig()
  const good = add(10)
  for (const id of ['../../dev', '../../package', '', '20261120-120100-000/../x', 5, null]) {
    const text = JSON.stringify({
      begun: { ...change(good), id, label: 'dev.db' },
      last: { ...change(good), snapshot: id },
    })
    writeFileSync(join(folder, 'last-change.json'), text)
    expect(snapshots.lastChanges.begun(), text).toBeNull()
    expect(snapshots.lastChanges.last()?.snapshot ?? null, text).toBeNull()
    if (typeof id !== 'string') continue
    for (const use of [snapshots.target, snapshots.entered]) expect(() => use(id)).toThrow(/no id of a snapshot/)
    await expect(snapshots.remove(id)).rejects.toThrow(/no id of a snapshot/)
  }
  expect(await ids()).toEqual([good])
})

test('what a killed reader left beside a snapshot goes; what another program wrote there stays', async () => {
  const { folder, snapshots, add } = rig()
  const [read, written] = [add(10), add(10)]
  for (const id of [read, written]) writeFileSync(join(folder, `${id}.db-shm`), 'index')
  writeFileSync(join(folder, `${read}.db-wal`), '')
  writeFileSync(join(folder, `${written}.db-wal`), 'frames')
  await snapshots.removeLeftovers()
  const left = readdirSync(folder).filter((name) => /-(?:wal|shm)$/.test(name))
  expect(left.sort()).toEqual([`${written}.db-shm`, `${written}.db-wal`])
})

test('an id or a name, or a part that no other has', async () => {
  const { snapshots, add } = rig()
  const [first, second] = [add(1, { name: 'before the import' }), add(1, { name: 'before' })]
  const all = await snapshots.list()
  expect(findSnapshot(all, first).id).toBe(first)
  expect(findSnapshot(all, 'before').id).toBe(second)
  expect(findSnapshot(all, 'import').id).toBe(first)
  expect(() => findSnapshot(all, '20261120')).toThrow(expect.objectContaining({ code: 'snapshot-ambiguous' }))
  for (const word of ['', 'nothing']) {
    expect(() => findSnapshot(all, word)).toThrow(expect.objectContaining({ code: 'snapshot-unknown' }))
  }
  expect(() => findSnapshot(all, 'import', true)).toThrow(
    expect.objectContaining({
      code: 'snapshot-unknown',
      parts: { hint: expect.stringMatching(/did you mean "before/) },
    }),
  )
})

test('names are one line, free, and no ids', async () => {
  const { snapshots, add } = rig()
  add(1, { name: 'taken' })
  const all = await snapshots.list()
  expect(checkName(all, '  Größe ✓ ')).toBe('Größe ✓')
  expect(() => checkName(all, 'taken ')).toThrow(expect.objectContaining({ code: 'snapshot-taken' }))
  for (const name of ['', ' ', 'a\nb', '-x', 'x'.repeat(101), '20261120-120000']) {
    expect(() => checkName(all, name), name).toThrow(expect.objectContaining({ code: 'usage' }))
  }
})
