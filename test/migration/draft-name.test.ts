/** Names of drafts: like their neighbours, after them, and never one that the configuration refuses. */
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { draftName, placeDraft } from '../../src/migration/draft-name.ts'
import {
  isMigration,
  type MigrationSetting,
  orderOf,
  readMigrationFolder,
} from '../../src/migration/migration-folder.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const now = new Date('2026-12-01T03:45:06Z')

test.each<[readonly string[], string]>([
  [[], '20261201034506-add-cool-feature.js'],
  [['20260101-01-start.js'], '20261201-01-add-cool-feature.js'],
  [['20261201-01-a.js', '20261201-02-b.js'], '20261201-03-add-cool-feature.js'],
  [['20261202-07-a.js'], '20261202-08-add-cool-feature.js'],
  [['20260101-00-a.js'], '20261201-00-add-cool-feature.js'],
  [['2026-01-01-1-a.js'], '2026-12-01-1-add-cool-feature.js'],
  [['20240101_123456_create_users.js'], '20261201_034506_add_cool_feature.js'],
  [['20240101-1530-x.js'], '20261201-0345-add-cool-feature.js'],
  [['2024_01_01_120000_create_x.js'], '2026_12_01_034506_add_cool_feature.js'],
  [['001.name.js'], '002.add-cool-feature.js'],
  [['1 - name.js'], '2 - add-cool-feature.js'],
  [['V1__Users.js', 'V2__AddTeams.js'], 'V3__AddCoolFeature.js'],
  [['migration-007-users.js'], 'migration-008-add-cool-feature.js'],
  [['20200101000000-CreateUsers.js'], '20261201034506-AddCoolFeature.js'],
  [['0001_init.js', '0002_users_table.js', 'readme.js'], '0003_add_cool_feature.js'],
  [['v1-base-lookup.js', 'v1-base.js'], 'v2-add-cool-feature.js'],
  [['20270101-users.js'], '20270102-add-cool-feature.js'],
  // Umzug would run `100` before `99`.
  [['98-a.js', '99-a.js'], 'z100-add-cool-feature.js'],
  [['create-users.js', 'posts.js'], 'z20261201034506-add-cool-feature.js'],
])('after %j comes %s', (names, name) => {
  expect(draftName(names, '.js', 'Add cool Feature', now)).toBe(name)
  expect(names.filter((other) => other !== 'readme.js').every((other) => orderOf('name')(name, other) > 0)).toBe(true)
})

const meta = { table: 'SequelizeMeta', column: 'name', schema: null, timestamps: false }

test.each<[string, Partial<MigrationSetting>, readonly string[], string]>([
  ['a pattern that its neighbours fit', { match: '^\\d{8}-\\d\\d-' }, ['20260101-01-a.js'], '20261201-01-nick.js'],
  ['a pattern, and no neighbour', { match: '^\\d{8}-\\d\\d-' }, [], '20261201-00-nick.js'],
  ['a pattern for versions', { match: '^V\\d+__\\w+\\.js$' }, [], 'V1__nick.js'],
  ['the folder of a year', { glob: '*/*.js' }, ['2025/01-a.js'], '2026/02-nick.js'],
  ['the folder of a month', { glob: '**/*.js' }, ['2026/11/01-a.js'], '2026/12/02-nick.js'],
  ['the folder of an area', { glob: '**/*.js' }, ['core/01-a.js'], 'core/02-nick.js'],
  ['a folder of its own', { glob: '*/migration.js' }, ['0001_a/migration.js'], '0002_nick/migration.js'],
  ['the first folder', { glob: '*/migration.{js,sql}' }, [], '20261201034506-nick/migration.js'],
  ['the first file in a folder', { glob: '*/*.js' }, [], '2026/20261201034506-nick.js'],
])('a draft goes where the configuration finds it: %s', (_, more, paths, place) => {
  const dir = tempFolder()
  writeFiles(dir, Object.fromEntries(paths.map((path) => [path, ''])))
  const setting: MigrationSetting = { dir, match: null, call: 'auto', sort: 'name', meta, ...more }
  const draft = placeDraft(setting, readMigrationFolder(setting), { extension: '.js', message: 'nick', now })
  expect(relative(dir, draft.path)).toBe(place)
  expect(isMigration(setting, draft.path)).toBe(true)
})

test('where no name fits, that is said instead', () => {
  const setting: MigrationSetting = { dir: '/m', match: '^only-this\\.js$', call: 'auto', sort: 'name', meta }
  expect(() => placeDraft(setting, [], { extension: '.js', message: 'nick', now })).toThrow(
    /no name .* fits migrations\.match/,
  )
})
