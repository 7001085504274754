import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataTypes, type ModelAttributes, type Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import { diff } from '../../src/schema/diff.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { type Define, readScenarios, syncedSchema } from './scenarios.ts'

const scratch = mkdtempSync(join(tmpdir(), 'devdb-detect-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let files = 0
const build = (define: Define, migrated: readonly string[] = []): Promise<Schema> =>
  syncedSchema(define, join(scratch, `${++files}.db`), migrated)
const linesOf = (from: Schema, to: Schema): readonly string[] =>
  diff(from, to, { rules: sqliteRules, isFromModels: true }).map(describeChange).sort()

describe('what a change of the models comes to', () => {
  for (const { name, before, after, expected, migrated } of readScenarios())
    test(name.replaceAll('-', ' '), async () => {
      const [from, to] = [await build(before, migrated), await build(after)]
      expect(to.unread).toEqual([])
      expect(linesOf(from, to)).toEqual(expected)
      expect(linesOf(to, to)).toEqual([])
    })
})

test('there are scenarios enough', () => expect(readScenarios().length).toBeGreaterThanOrEqual(60))

/** All types that SQLite takes; the sizes that a model can give them, too. */
const allTypes = [
  ...[DataTypes.STRING, DataTypes.STRING(40), DataTypes.STRING(40, true), DataTypes.CHAR(4), DataTypes.TEXT],
  ...[DataTypes.TEXT('tiny'), DataTypes.CITEXT, DataTypes.TINYINT, DataTypes.SMALLINT, DataTypes.MEDIUMINT],
  ...[DataTypes.INTEGER, DataTypes.INTEGER.UNSIGNED, DataTypes.BIGINT, DataTypes.FLOAT, DataTypes.REAL],
  ...[DataTypes.DOUBLE, DataTypes.DECIMAL, DataTypes.DECIMAL(10), DataTypes.DECIMAL(10, 2), DataTypes.DECIMAL(12, 2)],
  ...[DataTypes.BOOLEAN, DataTypes.TIME, DataTypes.DATE, DataTypes.DATE(6), DataTypes.DATEONLY, DataTypes.JSON],
  ...[DataTypes.BLOB, DataTypes.BLOB('long'), DataTypes.UUID, DataTypes.ENUM('a', 'b'), DataTypes.ENUM('a')],
]

test('from every type to every other: a change where Sequelize writes another type, and only there', async () => {
  const define =
    (shift: number): Define =>
    (sequelize) =>
      sequelize.define('t', attributes(shift), { timestamps: false })
  const attributes = (shift: number): ModelAttributes =>
    Object.fromEntries(allTypes.map((_, index) => [`c${index}`, allTypes[(index + shift) % allTypes.length]!]))
  const first = await build(define(0))
  for (let shift = 1; shift < allTypes.length; shift++) {
    const second = await build(define(shift))
    const [from, to] = [first.tables.ts!.columns, second.tables.ts!.columns]
    const expected = from.flatMap(({ name, type }, index) => {
      const other = to[index]!
      return other.type === type && other.collation === from[index]!.collation ? [] : [`~ ts.${name}`]
    })
    const lines = linesOf(first, second).map((line) => line.slice(0, line.indexOf('  ')))
    expect(lines).toEqual(expected.sort())
  }
})

test('models that were altered in place by sync() need only the AUTOINCREMENT that it lost', async () => {
  const define: Define = (sequelize: Sequelize, types) => {
    const Team = sequelize.define('team', { name: { type: types.STRING, unique: true } })
    const User = sequelize.define('user', { email: types.STRING }, { indexes: [{ fields: ['email'], unique: true }] })
    Team.hasMany(User)
    User.belongsTo(Team)
  }
  const altered: Define = async (sequelize, types) => {
    define(sequelize, types)
    for (let round = 0; round < 3; round++) await sequelize.sync({ alter: true })
  }
  // https://github.com/sequelize/sequelize/issues/18265; the unique that it declares again each time is one.
  const lost = ['~ teams.id  AUTOINCREMENT', '~ users.id  AUTOINCREMENT']
  expect(linesOf(await build(altered), await build(define))).toEqual(lost)
})
