/** What is recorded of `sync()` makes what `sync()` makes: for every scenario, and for models that are wired in each usual way. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataTypes, Model, Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { recordSync } from '../../src/model/record-sync.ts'
import { execute, query } from '../end-to-end/database.ts'
import { type Define, readScenarios } from '../scenario/scenarios.ts'

const scratch = mkdtempSync(join(tmpdir(), 'devdb-record-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let files = 0
const master = 'SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid'

/** Both databases: by `sync()`, and by the statements; null where it says that only `sync()` will do. */
async function both(define: Define) {
  const [synced, replayed] = [join(scratch, `${++files}.db`), join(scratch, `${++files}.db`)]
  const real = new Sequelize({ dialect: 'sqlite', storage: synced, logging: false })
  define(real, DataTypes)
  await real.sync()
  await real.close()
  const recorded = new Sequelize({ dialect: 'sqlite', storage: join(scratch, 'never-made.db'), logging: false })
  define(recorded, DataTypes)
  const statements = await recordSync(recorded)
  if (statements === null) return null
  await execute(replayed, ['BEGIN', ...statements, 'COMMIT'].map((sql) => sql.replace(/;\s*$/, '')).join(';\n'))
  return { synced: await query(synced, master), replayed: await query(replayed, master), recorded }
}

describe('the models of the scenarios', () => {
  for (const { name, before, after } of readScenarios())
    test(name.replaceAll('-', ' '), async () => {
      for (const define of [before, after]) {
        const made = await both(define)
        if (made !== null) expect(made.replayed).toEqual(made.synced)
        else expect(String(define)).toMatch(/hook/i)
      }
    })
})

/** Sequelize's types do not tell of them. */
const optionsOf = (sequelize: Sequelize) => (sequelize as unknown as { options: Record<string, unknown> }).options

const wired: Readonly<Record<string, Define>> = {
  'models that refer to each other': (sequelize) => {
    const [a, b] = [sequelize.define('a', {}), sequelize.define('b', {})]
    a.belongsTo(b)
    b.belongsTo(a)
    a.belongsToMany(b, { through: 'ab' })
  },
  'two models on one table': (sequelize) => {
    sequelize.define('one', { x: DataTypes.INTEGER }, { tableName: 't', indexes: [{ fields: ['x'] }] })
    sequelize.define('two', { x: DataTypes.INTEGER }, { tableName: 't', indexes: [{ fields: ['x'] }] })
  },
  'a schema of its own': (sequelize) => {
    sequelize.define(
      'a',
      { x: { type: DataTypes.STRING, unique: true } },
      { schema: 'shop', indexes: [{ fields: ['x'] }] },
    )
  },
  'classes, and options of the instance': (sequelize) => {
    class User extends Model {}
    User.init({ firstName: { type: DataTypes.STRING, defaultValue: "it's" } }, { sequelize, underscored: true })
    optionsOf(sequelize).define = { freezeTableName: true }
    sequelize.define('thing', { tags: DataTypes.JSON })
  },
}
for (const [name, define] of Object.entries(wired))
  test(name, async () => {
    const made = await both(define)
    expect(made?.replayed).toEqual(made?.synced)
    expect(made?.replayed.length).toBeGreaterThan(0)
  })

describe('where only sync() itself will do', () => {
  const hooked: Readonly<Record<string, Define>> = {
    'a hook of a model': (sequelize) => sequelize.define('a', {}, { hooks: { afterSync: () => undefined } }),
    'a hook of the instance': (sequelize) => {
      sequelize.define('a', {})
      sequelize.addHook('beforeBulkSync', () => undefined)
    },
    'a sync of its own': (sequelize) => {
      const a = sequelize.define('a', {})
      const { sync } = a
      a.sync = (options) => sync.call(a, options) as never
    },
    'sync: { force }': (sequelize) => {
      sequelize.define('a', {})
      optionsOf(sequelize).sync = { force: true }
    },
  }
  for (const [name, define] of Object.entries(hooked)) test(name, async () => expect(await both(define)).toBeNull())
})

test('afterwards the instance is as it was', async () => {
  const made = await both(wired['models that refer to each other']!)
  const { recorded } = made!
  expect(Object.keys(recorded)).not.toContain('query')
  expect(Object.keys(recorded.getQueryInterface())).not.toContain('createTable')
  await expect(recorded.getQueryInterface().tableExists('as')).resolves.toBe(false)
})
