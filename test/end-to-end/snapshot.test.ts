/** Snapshots and undo through the real executable: their documents, and that what was taken back is there to the row. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { startApplication } from '../application.ts'
import { openTerminal } from '../terminal/terminal.ts'
import { dump, execute, query } from './database.ts'
import { devAtTwo, executable, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

const projects: TinyProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

async function project(setting?: ProjectSetting): Promise<TinyProject> {
  const made = await makeProject(setting)
  projects.push(made)
  return made
}

/** What a command with `--json` printed, having ended with exit code 0. */
async function done(made: TinyProject, command: string) {
  const run = await made.devdb(command)
  expect(run, command).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

const [users, notes, colour] = ['20260101-users.js', '20260102-notes.js', '20260103-colour.js'] as const
const id = expect.stringMatching(/^\d{8}-\d{6}-\d{3}/)
const dev = ({ file }: TinyProject): string => file('dev.db')

test('save, list, restore, delete: their documents', async () => {
  const made = await project()
  const before = await dump(dev(made))
  const { snapshot } = await done(made, 'snapshot save mine')
  expect((await done(made, 'upgrade')).applied).toEqual([colour])
  await execute(dev(made), "INSERT INTO users (name) VALUES ('late')")
  const late = await dump(dev(made))
  const startedAt = Date.now()
  const { restored, saved } = await done(made, 'snapshot restore mine --yes')
  expect({ restored, saved }).toEqual({ restored: snapshot, saved: id })
  expect(await dump(dev(made))).toEqual(before)
  const { snapshots } = await done(made, 'snapshot list')
  const common = { bytes: expect.any(Number), at: expect.any(Number) }
  expect(snapshots).toEqual([
    {
      id: saved,
      name: null,
      reason: 'before restore mine',
      automatic: true,
      migrations: [users, notes, colour],
      ...common,
    },
    { id, name: null, reason: 'before upgrade head', automatic: true, migrations: [users, notes], ...common },
    { id: snapshot, name: 'mine', reason: 'saved by hand', automatic: false, migrations: [users, notes], ...common },
  ])
  expect(snapshots[0].at).toBeGreaterThanOrEqual(startedAt)
  expect(await done(made, `snapshot restore ${saved} --yes`)).toMatchObject({ restored: saved, saved: id })
  expect(await dump(dev(made))).toEqual(late)
  expect(await done(made, 'snapshot delete mine --yes')).toMatchObject({ deleted: snapshot, saved: null })
  expect(readdirSync(made.file('.devdb/snapshots')).filter((name) => name.startsWith(snapshot))).toEqual([])
  const shown = await made.plain('snapshot list')
  expect(shown.stdout.split('\n')[0]).toMatch(/^\S+ {2}\d\d:\d\d:\d\d {2}\d+ kB {2}2 applied {2}before restore /)
})

test('undo takes back what was done last, names what came since, and undoes itself', async () => {
  const made = await project()
  const before = await dump(dev(made))
  const up = await done(made, 'upgrade')
  await execute(
    dev(made),
    "INSERT INTO users (name, colour) VALUES ('late', 'red'); UPDATE notes SET text = 'x' WHERE id = 1; DELETE FROM notes WHERE id = 3",
  )
  const late = await dump(dev(made))
  const asked = await made.devdb('undo')
  expect(asked).toMatchObject({ exit: 2, json: { problem: { code: 'confirmation-needed', hint: 'devdb undo --yes' } } })
  expect(asked.json.problem.message).toMatch(
    /^undo of upgrade head \(\d\d:\d\d:\d\d\): dev\.db becomes snapshot \S+; discarded is what came since: notes 1 row changed, 1 removed; users 1 row added;/,
  )
  const undone = await done(made, 'undo --yes')
  expect(undone).toMatchObject({ restored: up.saved, saved: id })
  expect(await dump(dev(made))).toEqual(before)
  const shown = await made.plain('undo --yes')
  expect([shown.exit, shown.stdout]).toEqual([0, ''])
  expect(shown.stderr).toMatch(/redo of upgrade head .*nothing was written to it since/)
  expect(shown.stderr).toMatch(/3 applied, 0 pending/)
  expect(await dump(dev(made))).toEqual(late)
  // A downgrade and a reset are changes like the others.
  await done(made, 'downgrade --yes')
  await done(made, 'undo --yes')
  await done(made, 'reset --dev --yes')
  const reset = await dump(dev(made))
  const { saved } = await done(made, 'undo --yes')
  expect(await dump(dev(made))).toEqual(late)
  expect(await dump(made.file(`.devdb/snapshots/${saved}.db`))).toEqual(reset)
  // Without its snapshot there is nothing to undo.
  await done(made, `snapshot delete ${saved} --yes`)
  expect((await made.devdb('undo --yes')).json.problem.code).toBe('nothing-to-undo')
  expect(await dump(dev(made))).toEqual(late)
})

test('a dev database that was made cannot be unmade; one that was removed can be brought back', async () => {
  const made = await project({ dev: null })
  expect((await done(made, 'upgrade')).saved).toBeNull()
  expect(await made.devdb('undo --yes')).toMatchObject({
    exit: 1,
    json: { problem: { code: 'nothing-to-undo', message: expect.stringMatching(/upgrade head, made dev\.db/) } },
  })
  await execute(dev(made), "PRAGMA journal_mode = WAL; INSERT INTO users (name) VALUES ('one')")
  await done(made, 'snapshot save')
  const before = await dump(dev(made))
  for (const name of ['dev.db', 'dev.db-wal', 'dev.db-shm']) rmSync(made.file(name), { force: true })
  const { snapshots } = await done(made, 'snapshot list')
  expect(await done(made, `snapshot restore ${snapshots[0].id} --yes`)).toMatchObject({
    restored: snapshots[0].id,
    saved: null,
  })
  expect(await dump(dev(made))).toEqual(before)
  expect(await query(dev(made), 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
})

test('a change whose process was killed before it entered is not what is undone', async () => {
  const made = await project()
  const before = await dump(dev(made))
  await done(made, 'upgrade')
  const { saved } = await done(made, 'downgrade --yes')
  // As it is when a process is killed right before its copy enters: the snapshot is there, and the note.
  const file = '.devdb/snapshots/last-change.json'
  const { last } = JSON.parse(made.read(file))
  await done(made, 'snapshot save x')
  const { snapshots } = await done(made, 'snapshot list')
  const killed = { ...last, id: snapshots[0].id, snapshot: snapshots[0].id, what: 'reset --dev' }
  made.write({ [file]: JSON.stringify({ last, entering: killed }) })
  const text = (await made.devdb('undo')).json.problem.message
  expect(text).toMatch(/^undo of downgrade -1 /)
  expect(await done(made, 'undo --yes')).toMatchObject({ restored: saved })
  expect((await done(made, 'status')).dev.migrations.at(-1)).toMatchObject({ name: colour, state: 'applied' })
  expect(JSON.parse(made.read(file)).entering).toBeNull()
  await done(made, 'undo --yes')
  expect(await dump(dev(made))).toEqual(before)
})

test('bounded by number and size, as configured; those saved by hand stay', async () => {
  const made = await project({ config: { snapshots: { keep: 2 } } })
  const { snapshot } = await done(made, 'snapshot save mine')
  for (const command of ['upgrade', 'undo --yes', 'undo --yes', 'undo --yes']) await done(made, command)
  const { snapshots } = await done(made, 'snapshot list')
  expect(snapshots.map(({ id: each }: { id: string }) => each)).toEqual([id, id, snapshot])
})

test.each(['delete', 'wal'])(
  'an application in mode %s that has it open sees the restored content at its next read, and goes on',
  async (mode) => {
    const made = await project({ dev: `PRAGMA journal_mode = ${mode};${devAtTwo}` })
    const application = startApplication(dev(made))
    const names = async () => (await application.all('SELECT name FROM users ORDER BY id')).map(({ name }) => name)
    await done(made, 'snapshot save mine')
    await application.all("INSERT INTO users (name) VALUES ('late')")
    await application.all('CREATE TABLE extra (x)')
    expect(await names()).toEqual(['doe', "O'Neill", 'Sato', 'late'])
    const { saved } = await done(made, 'snapshot restore mine --yes')
    expect(await names()).toEqual(['doe', "O'Neill", 'Sato'])
    await expect(application.all('SELECT * FROM extra')).rejects.toThrow(/no such table/)
    await application.all("INSERT INTO users (name) VALUES ('after')")
    expect(await names()).toEqual(['doe', "O'Neill", 'Sato', 'after'])
    expect(
      await query(made.file(`.devdb/snapshots/${saved}.db`), "SELECT name FROM users WHERE name = 'late'"),
    ).toHaveLength(1)
  },
)

test('two at once: one after the other, and neither is lost', async () => {
  const made = await project()
  await done(made, 'snapshot save one')
  await execute(dev(made), "INSERT INTO users (name) VALUES ('late')")
  const [restored, up, saved] = await Promise.all([
    done(made, 'snapshot restore one --yes'),
    done(made, 'upgrade'),
    done(made, 'snapshot save two'),
  ])
  expect([restored.restored, up.saved, saved.snapshot]).toEqual([id, id, id])
  const { snapshots } = await done(made, 'snapshot list')
  expect(snapshots).toHaveLength(4)
  const rows = snapshots.map(({ id: each }: { id: string }) =>
    query(made.file(`.devdb/snapshots/${each}.db`), "SELECT * FROM users WHERE name = 'late'"),
  )
  expect((await Promise.all(rows)).flat().length).toBeGreaterThan(0)
})

/** Mounts a small disk in a name space of its own, which ends with the process. https://man7.org/linux/man-pages/man1/unshare.1.html */
const inSmallDisk = (root: string, script: string) =>
  spawnSync('unshare', ['-rm', 'sh', '-ec', script], { cwd: root, encoding: 'utf8' })
const canMount = inSmallDisk('/tmp', 'mount -t tmpfs -o size=1m tmpfs /mnt').status === 0

describe.skipIf(!canMount)('on a disk that is full', () => {
  const grow = (table: string, megabytes: number): string =>
    `CREATE TABLE ${table} AS SELECT hex(zeroblob(${megabytes * 500_000})) AS x;`

  test("dev's own: it is rolled back", async () => {
    const made = await project({ config: { dev: 'sqlite:small/dev.db' }, dev: devAtTwo + grow('filling', 3) })
    made.write({ 'small/.keep': '' })
    const { stdout } = inSmallDisk(
      made.root,
      `cp dev.db small/dev.db; ${process.execPath} ${executable} snapshot save large --json
      rm small/dev.db; mount -t tmpfs -o size=2m tmpfs small
      ${process.execPath} -e "new (require('sqlite3').Database)('small/dev.db').exec(process.argv[1])" ${JSON.stringify(`CREATE TABLE a (x); INSERT INTO a VALUES (hex(zeroblob(300000)))`)}
      cp small/dev.db before.db
      ${process.execPath} ${executable} snapshot restore large --yes --json || echo "exit $?"
      cmp small/dev.db before.db && echo same; ls small`,
    )
    expect(stdout).toMatch(/"code": "disk-full"[\s\S]*exit 1\nsame\ndev\.db\n$/)
  })
})

test('in a terminal it is asked, with what will be lost; only a yes goes on', async () => {
  const made = await project()
  const before = await dump(dev(made))
  await done(made, 'upgrade')
  await execute(dev(made), "INSERT INTO users (name) VALUES ('late')")
  const late = await dump(dev(made))
  for (const [answer, expected] of [
    ['n', late],
    ['y', before],
  ] as const) {
    const terminal = openTerminal({
      command: process.execPath,
      args: [executable, 'undo'],
      cwd: made.root,
      columns: 160,
    })
    try {
      await terminal.waitFor(/undo of upgrade head .*users 1 row added.*Go on\? y\/n/s)
      terminal.type(`${answer}\r`)
      expect(await terminal.exited).toMatchObject({ code: 0 })
    } finally {
      await terminal.close()
    }
    expect(await dump(dev(made))).toEqual(expected)
  }
})

test('restoring leaves nothing beside dev', async () => {
  const made = await project()
  await done(made, 'snapshot save mine')
  await done(made, 'snapshot restore mine --yes')
  expect(readdirSync(made.root).filter((name) => name.startsWith('dev.db'))).toEqual(['dev.db'])
  expect(existsSync(made.file('.devdb/work'))).toBe(false)
})
