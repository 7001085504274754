import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  copyForge,
  descendantsOf,
  devdb,
  endOf,
  type Forge,
  isAlive,
  openWatch,
  query,
  quickConfig,
  quickFile,
  quickSetting,
  workersOf,
} from './forge.ts'
import { keySequences, type Terminal, type TerminalOptions, upgradeBy } from './terminal.ts'

const { up, down, enter, ctrlC } = keySequences
const terminals: Terminal[] = []
const forges: Forge[] = []
afterEach(async () => {
  for (const terminal of terminals.splice(0)) await terminal.close()
  for (const forge of forges.splice(0)) forge.remove()
})

function newForge(options: { readonly isQuick?: boolean } = {}): Forge {
  const forge = copyForge(options)
  forges.push(forge)
  return forge
}

function watch(forge: Forge, options: Partial<TerminalOptions> = {}, words = ''): Terminal {
  const terminal = openWatch(forge, options, words)
  terminals.push(terminal)
  return terminal
}

const eventually = { timeout: 30_000, interval: 25 }
const clear = '\x1b[2J'
const ready = /Throwaway .* ready/
const allFit = (terminal: Terminal, columns: number): boolean =>
  terminal
    .screen()
    .split('\n')
    .every((line) => line.length <= columns)

/** A migration that says when it has begun, and then takes its time. */
const slowMigration = (ms: number) => `
import { setTimeout } from 'node:timers/promises'
export async function up({ context }) {
  await context.createTable('slow', { id: 'INTEGER' })
  await setTimeout(${ms})
}
export async function down({ context }) {
  await context.dropTable('slow')
}
`

/** The forge with a step that takes as long as a file is there, and nobody's time. */
const stepping = `import { defineConfig } from 'devdb'
export default defineConfig(${JSON.stringify({ ...quickSetting, steps: [{ name: 'held', run: 'while [ -e hold ]; do sleep 0.05; done' }] })})
`

test('a day at the forge', async () => {
  const forge = newForge()
  const terminal = watch(forge)
  // The first build.
  await terminal.waitFor(/building · /)
  await terminal.waitFor(/scan repositories {3}3 repositories[\s\S]*6 applied · 2 pending/)
  expect(await terminal.waitFor(ready)).toMatch(/schema {14}14 tables/)
  expect(await query(join(forge.folder, '.devdb/throwaway.db'), 'SELECT username, admin FROM users')).toEqual([
    { username: 'doe', admin: 1 },
  ])

  // From now on without the programs, each of which is another start of Node; a build can still be seen.
  forge.write('devdb.config.ts', stepping)
  await terminal.waitFor(/✓ held[\s\S]*6 applied/)
  await terminal.waitFor(ready)

  /** Looks at a build before it ends. */
  const whileBuilding = async (start: () => void, look: () => Promise<unknown> = async () => null) => {
    forge.write('hold', '')
    start()
    await terminal.waitFor(/building · /)
    await look()
    forge.delete('hold')
    return terminal.waitFor(ready)
  }

  // A new table, in a file that was not there before.
  forge.write(
    'src/models/badge.ts',
    `import type { DataTypes, Sequelize } from 'sequelize'
export default (sequelize: Sequelize, types: typeof DataTypes) =>
  sequelize.define('Badge', { name: types.STRING }, { tableName: 'badges', timestamps: false })
`,
  )
  forge.edit('src/models/index.ts', "import defineUser from './user.ts'", "import defineBadge from './badge.ts'\n$&")
  forge.edit('src/models/index.ts', 'const User = ', 'defineBadge(sequelize, types)\n  $&')
  await terminal.waitFor(/15 tables/)
  await terminal.waitFor(ready)
  expect(await query(join(forge.folder, '.devdb/throwaway.db'), 'SELECT count(*) AS n FROM badges')).toEqual([{ n: 0 }])

  // A column, then a mistake, then its mending.
  await whileBuilding(() =>
    forge.edit('src/models/badge.ts', 'name: types.STRING', 'name: types.STRING, colour: types.STRING'),
  )
  const columns = await query(join(forge.folder, '.devdb/throwaway.db'), "SELECT name FROM pragma_table_info('badges')")
  expect(columns.map(({ name }) => name)).toEqual(['id', 'name', 'colour'])
  forge.edit('src/models/badge.ts', "'Badge', {", "'Badge', {{")
  const broken = await terminal.waitFor(
    /Build failed[\s\S]*src\/models\/badge\.ts:3[\s\S]*> 3 \|[\s\S]*'Badge', {{[\s\S]*→/,
  )
  expect(broken).toMatch(/Throwaway .* stale · the build of .* is kept/)
  expect(await whileBuilding(() => forge.edit('src/models/badge.ts', '{{', '{'))).not.toContain('Build failed')

  // The dev database.
  terminal.type('u')
  await terminal.waitFor('Upgrade dev with 20260504154500-repository-visibility.ts? [y/N]')
  terminal.type('y')
  await terminal.waitFor(
    /● 20260504154500[\s\S]*7 applied · 1 pending|7 applied · 1 pending[\s\S]*upgraded 1 migration/,
  )
  expect((await forge.applied()).at(-1)).toBe('20260504154500-repository-visibility.ts')
  await upgradeBy(terminal, 'U', /8 applied · 0 pending/)
  expect(await forge.applied()).toHaveLength(8)
  terminal.type('d')
  await terminal.waitFor('Downgrade 20260511091000-primary-emails.ts? y/n')
  terminal.type('n')
  await terminal.waitFor(/u upgrade/)
  terminal.type('d')
  await terminal.waitFor('? y/n')
  terminal.type('y')
  await terminal.waitFor(/7 applied · 1 pending/)
  expect(await forge.applied()).toHaveLength(7)

  // The cursor, both ways. It follows the next migration to apply until it is moved.
  terminal.type(up + up)
  await terminal.waitFor(/› ● 20260415090000/)
  terminal.type(enter)
  await terminal.waitFor('Downgrade 20260504154500-repository-visibility.ts? y/n')
  terminal.type('y')
  await terminal.waitFor(/6 applied · 2 pending/)
  expect(await forge.applied()).toHaveLength(6)
  terminal.type(down + down)
  await terminal.waitFor(/› ○ 20260511091000/)
  terminal.type(enter)
  await terminal.waitFor(/Upgrade dev with 2 migrations\? \[y\/N\]/)
  terminal.type('y')
  await terminal.waitFor(/8 applied · 0 pending/)
  expect(await forge.applied()).toHaveLength(8)

  // The other views, and other sizes while it builds.
  terminal.type('?')
  await terminal.waitFor('revert the last applied one')
  terminal.type(keySequences.escape)
  await terminal.waitFor(ready)
  terminal.type('l')
  await terminal.waitFor(/Log {2}\.devdb\/devdb\.log[\s\S]*CREATE UNIQUE INDEX[\s\S]*upgraded 2 migrations/)
  terminal.type('l')
  await terminal.waitFor(ready)
  await whileBuilding(
    () => terminal.type('r'),
    async () => {
      terminal.resize(40, 20)
      await vi.waitFor(() => expect(terminal.raw().split(clear)).toHaveLength(3), eventually)
      await terminal.waitFor(/Throwaway .*\d (?:ms|s)(?: +[━─]+)?$/m)
      expect(allFit(terminal, 40)).toBe(true)
      terminal.resize(80, 30)
      await vi.waitFor(() => expect(terminal.raw().split(clear)).toHaveLength(4), eventually)
    },
  )
  expect(await terminal.waitFor(/8 applied · 0 pending/)).toContain('q quit')

  terminal.type('q')
  expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
  expect(forge.exists('.devdb/watch.lock')).toBe(false)
  // The screen was cleared where it was opened and resized; everything else was drawn line by line, each frame as one.
  expect(terminal.raw().split(clear)).toHaveLength(4)
  expect(terminal.raw().split('\x1b[?2026h')).toHaveLength(terminal.raw().split('\x1b[?2026l').length - 1)
}, 120_000)

test('40 columns, no colour', async () => {
  const terminal = watch(newForge({ isQuick: true }), { columns: 40, rows: 20, env: { NO_COLOR: '1' } })
  await terminal.waitFor(/Throwaway .*ready[\s\S]*2 pending[\s\S]*q quit/)
  expect(allFit(terminal, 40)).toBe(true)
  terminal.type('d')
  await terminal.waitFor('? y/n')
  terminal.type('n?')
  await terminal.waitFor('revert the last')
  terminal.type('q')
  expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
  expect(terminal.raw().match(/\x1b\[[0-9;]*m/g)).toEqual(['\x1b[0m'])
})

describe('the end', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s gives the terminal back, at any time', async (signal, code) => {
    const forge = newForge({ isQuick: true })
    const terminal = watch(forge)
    await terminal.waitFor(/building/)
    const pid = forge.watchPid()
    const children = descendantsOf(pid)
    process.kill(pid, signal)
    expect(await endOf(terminal)).toEqual({ code, isUsable: true })
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), eventually)
    expect(forge.exists('.devdb/work.lock') || forge.exists('.devdb/watch.lock')).toBe(false)
  })

  test('SIGKILL leaves no process behind, and the next watch takes over', async () => {
    const forge = newForge({ isQuick: true })
    forge.write(quickFile, quickConfig({ steps: [{ name: 'long', run: 'echo begun; sleep 600' }] }))
    const terminal = watch(forge)
    await terminal.waitFor(/long {2,}begun/)
    const pid = forge.watchPid()
    const children = descendantsOf(pid)
    expect(children.length).toBeGreaterThan(0)
    process.kill(pid, 'SIGKILL')
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), eventually)
    forge.write(quickFile, quickConfig())
    await watch(forge).waitFor(ready)
  })

  test('a defect is shown after the terminal was given back', async () => {
    const forge = newForge({ isQuick: true })
    const preload = `data:text/javascript,process.on('SIGUSR2',()=>{throw%20new%20Error('a%20test%20defect')})`
    const terminal = watch(forge, { env: { NODE_OPTIONS: `--import ${preload}` } })
    await terminal.waitFor(ready)
    process.kill(forge.watchPid(), 'SIGUSR2')
    expect(await terminal.waitFor('ended with')).toMatch(/a test defect/)
    expect(await endOf(terminal)).toEqual({ code: 1, isUsable: true })
  })

  test('a reader of the plain lines that goes away ends it', async () => {
    const forge = newForge({ isQuick: true })
    const terminal = watch(forge, {}, '--reporter plain | head -n 2')
    await terminal.waitFor('ended with 0')
    expect(forge.exists('.devdb/watch.lock')).toBe(false)
  })

  test('q waits for a change; Ctrl-C twice stops it, and dev stays as it was', async () => {
    const forge = newForge({ isQuick: true })
    forge.write('migrations/20260505000000-slow.ts', slowMigration(1500))
    const first = watch(forge)
    await first.waitFor(ready)
    await upgradeBy(first, 'U', /upgrading 2 of 3/)
    first.type('q')
    await first.waitFor('quits when the change is done')
    expect(await endOf(first)).toEqual({ code: 0, isUsable: true })
    expect(await forge.applied()).toHaveLength(9)

    forge.write('migrations/20260601000000-endless.ts', slowMigration(600_000).replaceAll("'slow'", "'endless'"))
    const second = watch(forge)
    await second.waitFor(/9 applied · 1 pending/)
    await upgradeBy(second, 'u', /upgrading/)
    second.type(ctrlC)
    await second.waitFor('quits when the change is done')
    second.type(ctrlC)
    expect(await endOf(second)).toEqual({ code: 130, isUsable: true })
    expect(await forge.applied()).toHaveLength(9)
    expect(await query(join(forge.folder, 'dev.db'), "SELECT * FROM sqlite_master WHERE name = 'endless'")).toEqual([])
  })
})

describe('beside each other', () => {
  test('u during a build: the change first, then the build again', async () => {
    const forge = newForge({ isQuick: true })
    forge.write(quickFile, quickConfig({ steps: [{ name: 'long', run: 'echo begun; sleep 2' }] }))
    const terminal = watch(forge)
    await terminal.waitFor(/long {2,}begun/)
    const during = await upgradeBy(terminal, 'u', /7 applied · 1 pending/)
    expect(during).not.toMatch(ready)
    expect(await forge.applied()).toHaveLength(7)
    await terminal.waitFor(ready)
    expect(terminal.screen()).toMatch(/upgraded 1 migration/)
  })

  test('another watch, and a one-shot command', async () => {
    const forge = newForge({ isQuick: true })
    const terminal = watch(forge)
    await terminal.waitFor(ready)
    const other = watch(forge)
    const refused = await other.waitFor(/ended with 1/)
    expect(refused).toContain(`devdb watch (process ${forge.watchPid()}) is watching this project already`)
    expect(refused).toContain(`→ wait for it, or end it: kill ${forge.watchPid()}`)

    const { stdout } = await promisify(execFile)(process.execPath, [devdb, 'upgrade', '+1', '--json'], {
      cwd: forge.folder,
    })
    expect(JSON.parse(stdout)).toMatchObject({ applied: ['20260504154500-repository-visibility.ts'] })
    await terminal.waitFor(/7 applied · 1 pending/)
    expect(terminal.screen()).toMatch(ready)
  })

  test('a child that is killed is a Problem, and the next save mends it', async () => {
    const forge = newForge({ isQuick: true })
    const terminal = watch(forge)
    await terminal.waitFor(ready)
    forge.edit('src/models/index.ts', '/** Defines', 'while (true) {}\n$&')
    await terminal.waitFor(/building/)
    // One that is killed while it still warms up is replaced without a word.
    await vi.waitFor(() => {
      for (const pid of workersOf(forge.watchPid())) process.kill(pid, 'SIGKILL')
      expect(terminal.screen()).toMatch(
        /Build failed[\s\S]*child process that ran the project's code ended with signal SIGKILL/,
      )
    }, eventually)
    forge.edit('src/models/index.ts', 'while (true) {}\n', '')
    expect(await terminal.waitFor(ready)).not.toContain('Build failed')
  })
})

describe('a configuration', () => {
  const typed = `export default ${JSON.stringify(quickSetting)}\n`

  /** A forge whose configuration is a module. */
  function typedForge(text: string): Forge {
    const forge = newForge({ isQuick: true })
    forge.delete(quickFile)
    forge.write('devdb.config.ts', text)
    return forge
  }

  test('that is broken at the start is shown, and mended by a save', async () => {
    const forge = typedForge(`${typed.replace('"./migrations"', '7')}export const rest: string = 'x'\n`)
    const terminal = watch(forge)
    await terminal.waitFor(
      /Configuration[\s\S]*the configuration holds 1 fault[\s\S]*migrations: must be[\s\S]*devdb\.config\.ts/,
    )
    terminal.type('u')
    await terminal.waitFor('the configuration is not loaded yet')
    forge.write('devdb.config.ts', typed.replace('default {', 'default {{'))
    await terminal.waitFor(/Configuration[\s\S]*devdb\.config\.ts:1[\s\S]*> 1 \| export default {{/)
    forge.write('devdb.config.ts', typed)
    expect(await terminal.waitFor(ready)).not.toContain('Configuration')
    expect(terminal.screen()).toMatch(/14 tables[\s\S]*6 applied · 2 pending/)
    // And another one while it runs: the steps are other ones now.
    forge.write('devdb.config.ts', typed.replace('"dev"', "steps: [{ name: 'greet', run: 'echo hello' }], dev"))
    await terminal.waitFor(/✓ greet +hello/)
    terminal.type('q')
    expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
  })

  test('that takes for ever to load does not keep q waiting', async () => {
    const forge = typedForge(`await new Promise((resolve) => setTimeout(resolve, 20_000))\n${typed}`)
    const terminal = watch(forge)
    await terminal.waitFor('starting')
    terminal.type('q')
    expect(await endOf(terminal)).toEqual({ code: 0, isUsable: true })
  })

  test('that is not there is said in one line', () => {
    const forge = newForge()
    forge.delete('devdb.config.ts')
    const { stderr, status } = spawnSync(process.execPath, [devdb, 'watch'], { cwd: forge.folder, encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, expect.stringContaining('devdb.config')])
  })
})
