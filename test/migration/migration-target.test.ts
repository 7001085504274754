import fc from 'fast-check'
import { Umzug } from 'umzug'
import { describe, expect, test } from 'vitest'
import type { MigrationStatus } from '../../src/event/event.ts'
import { readBoard } from '../../src/migration/board.ts'
import { bareName } from '../../src/migration/migration-folder.ts'
import { migrationsToApply, migrationsToRevert } from '../../src/migration/migration-target.ts'

const board = async (files: readonly string[], logged: readonly string[]): Promise<readonly MigrationStatus[]> =>
  readBoard(
    files.map((name) => ({ name, path: `/m/${name}` })),
    logged,
  )

const shown = (migrations: readonly MigrationStatus[]): readonly string[] =>
  migrations.map(({ name, state, outOfOrder }) => `${name} ${state}${outOfOrder ? ' out of order' : ''}`)

describe('the board', () => {
  test('applied ones in order of application, missing ones among them, then pending ones in name order', async () => {
    expect(shown(await board(['a.js', 'b.js', 'c.js', 'd.js'], ['c.js', 'gone.js', 'a.js']))).toEqual([
      'c.js applied',
      'gone.js missing',
      'a.js applied',
      'b.js pending out of order',
      'd.js pending out of order',
    ])
  })

  test('names are compared without their ending', async () => {
    expect(
      shown(await board(['1.ts', '2.sql', '3.up.sql', '4.mjs', '5.ts'], ['1.js', '2', '3.up.sql', '4.mjs'])),
    ).toEqual(['1.ts applied', '2.sql applied', '3.up.sql applied', '4.mjs applied', '5.ts pending'])
  })

  test('what is pending is what Umzug says', async () => {
    const name = fc.constantFrom('1.js', '2.ts', '3.up.sql', '4.mjs', '5.js')
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name), fc.uniqueArray(name), async (files, logged) => {
        const umzug = new Umzug({
          migrations: files.map((file) => ({ name: file, up: async () => undefined })),
          storage: {
            executed: async () => logged,
            logMigration: async () => undefined,
            unlogMigration: async () => undefined,
          },
          logger: undefined,
        })
        const pending = (await board(files, logged)).filter(({ state }) => state === 'pending')
        expect(pending.map(({ name }) => name)).toEqual((await umzug.pending()).map(({ name }) => name))
      }),
    )
  })

  test('no file and no name', async () => {
    expect(await board([], [])).toEqual([])
    expect(shown(await board([], ['x.js']))).toEqual(['x.js missing'])
  })
})

describe('targets', () => {
  const five = [
    '20260101-users.js',
    '20260102-repositories.js',
    '20260103-groups.js',
    '20260104-user-groups.js',
    '20260105-keys.js',
  ]
  const at = (count: number) => board(five, five.slice(0, count))

  test.each<[string, number, readonly number[]]>([
    ['head', 2, [2, 3, 4]],
    ['head', 5, []],
    ['+1', 2, [2]],
    ['+9', 3, [3, 4]],
    ['20260104-user-groups.js', 2, [2, 3]],
    ['20260104-user-groups', 2, [2, 3]],
    ['20260104-user-groups.ts', 2, [2, 3]],
    ['20260104', 2, [2, 3]],
    ['keys', 2, [2, 3, 4]],
    ['20260101', 2, []],
  ])('upgrade %s from %i', async (target, from, expected) => {
    expect(migrationsToApply(await at(from), target)).toEqual(expected.map((index) => five[index]))
  })

  test.each<[string, number, readonly number[]]>([
    ['-1', 3, [2]],
    ['-2', 3, [2, 1]],
    ['-9', 3, [2, 1, 0]],
    ['base', 3, [2, 1, 0]],
    ['base', 0, []],
    ['-1', 0, []],
    ['20260101-users.js', 3, [2, 1]],
    ['20260101', 3, [2, 1]],
    ['20260103', 3, []],
  ])('downgrade %s from %i', async (target, from, expected) => {
    expect(migrationsToRevert(await at(from), target)).toEqual(expected.map((index) => five[index]))
  })

  test.each(['-1', '+0', '0', '3', '-0'])('upgrade %s is wrong usage', async (target) => {
    const migrations = await at(2)
    expect(() => migrationsToApply(migrations, target)).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  test.each(['+1', '-0', '2', '-x'])('downgrade %s is wrong usage', async (target) => {
    const migrations = await at(2)
    expect(() => migrationsToRevert(migrations, target)).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  test.each(['nothing', 'head ', 'base'])('upgrade %s is unknown', async (target) => {
    const migrations = await at(2)
    expect(() => migrationsToApply(migrations, target)).toThrow(expect.objectContaining({ code: 'target-unknown' }))
  })

  test('a year is the beginning of a name, and no count', async () => {
    const years = await board(['2025-users.js', '2026-groups.js', '2027-keys.js'], [])
    expect(migrationsToApply(years, '2026')).toEqual(['2025-users.js', '2026-groups.js'])
    const applied = await board(['2025-users.js', '2026-groups.js'], ['2025-users.js', '2026-groups.js'])
    expect(migrationsToRevert(applied, '2025')).toEqual(['2026-groups.js'])
    const migrations = await at(2)
    expect(() => migrationsToApply(migrations, '2026')).toThrow(expect.objectContaining({ code: 'target-ambiguous' }))
  })

  test('an empty name is unknown, and no part of the only one', async () => {
    const migrations = await board(['a.js'], [])
    expect(() => migrationsToApply(migrations, '')).toThrow(expect.objectContaining({ code: 'target-unknown' }))
  })

  test('a part of several names is ambiguous and names them; a whole name is not', async () => {
    const migrations = await at(1)
    expect(() => migrationsToApply(migrations, 'groups')).toThrow(
      expect.objectContaining({
        code: 'target-ambiguous',
        parts: expect.objectContaining({ details: [five[2], five[3]] }),
      }),
    )
    expect(migrationsToApply(await board(['a.js', 'a-b.js'], []), 'a')).toEqual(['a.js'])
  })

  test('nothing is downgraded to a pending one', async () => {
    const migrations = await at(2)
    expect(() => migrationsToRevert(migrations, 'keys')).toThrow(expect.objectContaining({ code: 'target-unknown' }))
  })

  test('a missing one stops a downgrade only where it is in the way', async () => {
    const migrations = await board(['a.js', 'c.js'], ['a.js', 'b.js', 'c.js'])
    expect(migrationsToRevert(migrations, '-1')).toEqual(['c.js'])
    expect(migrationsToRevert(migrations, 'b')).toEqual(['c.js'])
    expect(() => migrationsToRevert(migrations, '-2')).toThrow(expect.objectContaining({ code: 'migration-missing' }))
    expect(() => migrationsToRevert(migrations, 'base')).toThrow(expect.objectContaining({ code: 'migration-missing' }))
  })
})

test('laws: what is applied was pending, in name order; going up and down again leads back', async () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-d]{1,3}$/), { minLength: 1, maxLength: 7 })
  await fc.assert(
    fc.asyncProperty(names, fc.nat(), fc.nat(), async (all, seed, count) => {
      const files = all.map((name) => `${name}.js`).sort()
      const logged = files
        .filter((_, index) => (seed >> index) % 2 === 1)
        .sort((a, b) => ((seed ^ a.length) % 3) - ((seed ^ b.length) % 3))
      const before = await board(files, logged)
      const pending = before.filter(({ state }) => state === 'pending').map(({ name }) => name)
      const head = migrationsToApply(before, 'head')
      expect(head).toEqual([...pending].sort((a, b) => (bareName(a) < bareName(b) ? -1 : 1)))
      const some = migrationsToApply(before, `+${(count % 5) + 1}`)
      expect(some).toEqual(head.slice(0, some.length))
      const after = await board(files, [...logged, ...some])
      expect(after.length).toBe(before.length)
      const back = some.length === 0 ? [] : migrationsToRevert(after, `-${some.length}`)
      expect(back).toEqual([...some].reverse())
      expect(migrationsToRevert(after, 'base')).toEqual([...logged, ...some].reverse())
      for (const name of some) {
        // Up to a name includes it; down to it leaves it.
        expect(migrationsToApply(before, name).at(-1)).toBe(name)
        expect(migrationsToRevert(after, name)).not.toContain(name)
      }
    }),
    { numRuns: 200 },
  )
})
