/** A disk that is full and one that cannot be written: a clear Problem, dev as it was, and nothing to be done by hand afterwards. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { makeProject } from '../end-to-end/project.ts'
import { sharedFolder, tempFolder } from '../temp-folder.ts'
import { copyOf, makeTemplate, stateOf, ways } from './crash-rig.ts'

const devdb = fileURLToPath(new URL('../../bin/devdb.js', import.meta.url))
const run = promisify(execFile)
const template = sharedFolder()

/** A mount that ends with the process that made it: https://man7.org/linux/man-pages/man1/unshare.1.html */
const isMountable = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

interface Ended {
  readonly document: { readonly problem?: { readonly code: string; readonly message: string; readonly hint: string } }
  /** What dev held then. */
  readonly state: string | null
}

/**
 * Runs commands one after the other on a copy of a project, each after something was done to its disk.
 * @param steps shell commands, in the project, and the words of a devdb command
 */
async function runOnDisk(
  mode: string,
  size: string,
  steps: readonly (readonly [change: string, command: string])[],
): Promise<readonly Ended[]> {
  const [root, out] = [tempFolder(), tempFolder()]
  const project = await copyOf(template, ways.upgrade, mode)
  const commands = steps.map(([change, command], index) => {
    mkdirSync(join(out, String(index)))
    return `${change}\n"$NODE" "$DEVDB" ${command} --json > "$OUT/${index}/document" 2> "$OUT/${index}/err" || true\ncp -a dev.db* "$OUT/${index}/"`
  })
  const script = [
    `mount -t tmpfs -o size=${size} none "$ROOT"`,
    `cp -a "$TEMPLATE/." "$ROOT"`,
    'cd "$ROOT"',
    ...commands,
  ].join('\n')
  const env = { ...process.env, NODE: process.execPath, DEVDB: devdb, ROOT: root, OUT: out, TEMPLATE: project }
  await run('unshare', ['-rm', 'sh', '-ec', script], { env })
  return Promise.all(
    steps.map(async (_, index) => {
      const text = readFileSync(join(out, String(index), 'document'), 'utf8')
      if (text === '') throw new Error(readFileSync(join(out, String(index), 'err'), 'utf8'))
      const dev = join(out, String(index), 'dev.db')
      expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      return { document: JSON.parse(text) as Ended['document'], state: await stateOf(dev) }
    }),
  )
}

/** What is in use, in kilobytes, as a disk counts. */
const sizeOf = (path: string): number =>
  Number(/^\d+/.exec(spawnSync('du', ['-sk', path], { encoding: 'utf8' }).stdout)?.[0])

const restore = 'snapshot restore kept --yes'

/** How often dev fits into what is left: not for a snapshot, not for what a migration does, not for entering dev. */
const full = [
  ['upgrade', 'delete', 0.5],
  ['upgrade', 'delete', 2.5],
  ['upgrade', 'delete', 3.5],
  ['upgrade', 'wal', 3.5],
  [restore, 'wal', 2.5],
] as const

/** What cannot be written, and which code says so. Whoever only reads can go on. */
const readOnly = [
  ['.', 'wal', 'file-failed', 'dev-unreadable'],
  ['dev.db', 'delete', 'dev-readonly', undefined],
  ['.devdb/snapshots', 'wal', 'file-failed', undefined],
] as const

/** A watch whose disk is kept full and emptied between two saves, and a reset on the full disk; what they print. */
const watchScript = `
mount -t tmpfs -o size=4m none .devdb
"$NODE" "$DEVDB" watch --reporter ndjson > "$OUT/watch" 2> "$OUT/watch.err" &
watch=$!
wait_for() { for i in $(seq 1000); do grep -c "\\"kind\\":\\"$1\\"" "$OUT/watch" | grep -qx "$2" && return; sleep 0.05; done; echo "no $1 ($2)" >&2; cat "$OUT/watch" >&2; exit 1; }
fill() { while :; do cat /dev/zero >> .devdb/fill 2> /dev/null || sleep 0.02; done & filler=$!; sleep 0.3; }
free() { kill $filler; wait $filler 2> /dev/null || true; rm -f .devdb/fill; }
wait_for models-compared 1
fill
cp models/user.js "$OUT/user.js"
sed 's/colour/tone/' "$OUT/user.js" > models/user.js
wait_for build-failed 1
free
sed 's/colour/shade/' "$OUT/user.js" > models/user.js
wait_for build-finished 2
fill
"$NODE" "$DEVDB" reset --json > "$OUT/reset" 2> "$OUT/reset.err" || echo $? > "$OUT/reset.exit"
free
kill $watch
wait $watch || echo $? > "$OUT/watch.exit"
`

describe.skipIf(!isMountable)('where this machine lets a test mount a disk of its own', () => {
  beforeAll(() => makeTemplate(template, 300))

  test('a full one', async () => {
    const dev = join(template, 'dev.db')
    const [before, all, one] = [await stateOf(dev), sizeOf(template), sizeOf(dev)]
    for (const [command, mode, room] of full) {
      const [failed, again] = await runOnDisk(mode, `${Math.round(all + room * one)}k`, [
        ['', command],
        ['mount -o remount,size=100m "$ROOT"', command],
      ])
      const seen = { command, mode, room, problem: failed!.document.problem, isSame: failed!.state === before }
      const problem = expect.objectContaining({ code: 'disk-full', hint: expect.stringMatching(/^free some space/) })
      expect(seen).toEqual({ command, mode, room, problem, isSame: true })
      expect(again!.document.problem).toBeUndefined()
      expect(again!.state).not.toBe(before)
    }
  })

  test('one that cannot be written', async () => {
    const before = await stateOf(join(template, 'dev.db'))
    for (const [place, mode, code, reading] of readOnly) {
      const [status, failed, again] = await runOnDisk(mode, '100m', [
        [`mount --bind ${place} ${place}\nmount -o remount,bind,ro ${place}\ncd "$ROOT"`, 'status'],
        ['', mode === 'wal' ? restore : 'upgrade'],
        [`cd /\numount -l "$ROOT/${place}"\ncd "$ROOT"`, 'upgrade'],
      ])
      const seen = [status, failed, again].map((ended) => ended!.document.problem?.code)
      expect([place, mode, ...seen]).toEqual([place, mode, reading, code, undefined])
      expect([status, failed, again].map((ended) => ended!.state === before)).toEqual([true, true, false])
    }
  })

  test('a full one ends no watch: the next save builds again, and a reset says one Problem', async () => {
    // Without pending migrations nothing is rehearsed, which would make room when it is done.
    const project = await makeProject({ files: { 'migrations/20260103-colour.js': null } })
    const out = tempFolder()
    mkdirSync(project.file('.devdb'))
    const env = { ...process.env, NODE: process.execPath, DEVDB: devdb, OUT: out }
    await run('unshare', ['-rm', 'sh', '-ec', watchScript], { env, cwd: project.root })
    const read = (name: string): string => readFileSync(join(out, name), 'utf8')
    const events = read('watch')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; problem?: { code: string; message: string } })
    const of = (kind: string) => events.filter((event) => event.kind === kind)
    expect(of('build-failed').map(({ problem }) => problem?.code)).toEqual(['disk-full'])
    // Which of its facts is the first that finds no room depends on the size of the others.
    expect(of('warning-raised').length).toBeGreaterThan(0)
    for (const { problem } of of('warning-raised')) expect(problem).toMatchObject({ code: 'disk-full' })
    expect([read('watch.exit'), read('watch.err')]).toEqual(['143\n', ''])
    expect(JSON.parse(read('reset'))).toMatchObject({ problem: { code: 'disk-full' } })
    expect([read('reset.exit'), read('reset.err')]).toEqual(['1\n', ''])
    project.remove()
  })
})
