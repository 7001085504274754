/** What reaches the models and migrations of a project when it is loaded: the options of its database, odd files, and the versions of its packages. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { dump, query } from './database.ts'
import { type Files, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

vi.setConfig({ maxConcurrency: 3 })

/** Nothing of the base project. */
const empty: Files = {
  'models/note.js': null,
  'models/user.js': null,
  'migrations/20260101-users.js': null,
  'migrations/20260102-notes.js': null,
  'migrations/20260103-colour.js': null,
}

async function inProject(setting: ProjectSetting, work: (made: TinyProject) => Promise<void>): Promise<void> {
  const made = await makeProject({ dev: null, ...setting, files: { ...empty, ...setting.files } })
  await work(made).finally(() => made.remove())
}

async function done(made: TinyProject, command: string) {
  const run = await made.devdb(command)
  expect(run, `${command}: ${run.stdout}`).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

const mark = '\uFEFF'
const cliConfig = JSON.stringify({ development: { dialect: 'sqlite', storage: 'dev.db', foreignKeys: false } })
const config = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', waitMs: 300 }

/** A migration that rebuilds a table which another one refers to; dev has its first one. */
const owners: Files = {
  'models/owner.js': `module.exports = (s, D) => s.define('owner', { name: D.STRING, since: D.DATE }, { timestamps: false })`,
  'migrations/1-base.js': `exports.up = async (q, S) => {
  await q.createTable('owners', { id: { type: S.INTEGER, primaryKey: true }, name: S.STRING, nick: S.STRING })
  await q.createTable('pets', { id: { type: S.INTEGER, primaryKey: true }, ownerId: { type: S.INTEGER, references: { model: 'owners', key: 'id' }, onDelete: 'CASCADE' } })
}`,
  'migrations/2-nick.js': `exports.up = async (q, S) => { await q.removeColumn('owners', 'nick'); await q.addColumn('owners', 'since', S.DATE) }`,
}
const ownersDev = `CREATE TABLE owners (id INTEGER PRIMARY KEY, name VARCHAR(255), nick VARCHAR(255));
CREATE TABLE pets (id INTEGER PRIMARY KEY, ownerId INTEGER REFERENCES owners (id) ON DELETE CASCADE);
CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
INSERT INTO owners VALUES (1, 'Ada', 'a'), (2, 'Bo', 'b');
INSERT INTO pets VALUES (1, 1), (2, 2);
INSERT INTO SequelizeMeta VALUES ('1-base.js');`

test.concurrent.each<[string, Files]>([
  ['config/config.json', { 'config/config.json': cliConfig }],
  [
    'the JSON that .sequelizerc names, all with byte order marks',
    {
      '.sequelizerc': `${mark}const path = require('path')\nmodule.exports = {\n  'config': path.resolve('db', 'cli.json'),\n  'models-path': path.resolve('models'),\n}\n`,
      'db/cli.json': `${mark}${cliConfig}`,
      'devdb.config.json': `${mark}${JSON.stringify(config)}`,
    },
  ],
  [
    'an object in dev',
    {
      'config/config.json': cliConfig,
      'devdb.config.js': `module.exports = { ...${JSON.stringify(config)}, dev: { ...require('./config/config.json').development } }`,
    },
  ],
])('foreignKeys: false reaches the instance of migrations from %s: the rows of other tables stay', (_, files) =>
  inProject({ files: { ...owners, ...files }, dev: ownersDev }, async (made) => {
    await done(made, 'upgrade')
    expect(await query(made.file('dev.db'), 'SELECT id, ownerId FROM pets')).toEqual([
      { id: 1, ownerId: 1 },
      { id: 2, ownerId: 2 },
    ])
    expect(await query(made.file('dev.db'), 'SELECT id, name, since FROM owners')).toHaveLength(2)
  }),
)

test.concurrent('sync({ force: true }) while the models load leaves dev whole, and the throwaway has all tables', () =>
  inProject(
    {
      config: { models: './models/index.js' },
      files: {
        'models/index.js': `const { Sequelize, DataTypes } = require('sequelize')
const sequelize = new Sequelize({ dialect: 'sqlite', storage: 'dev.db', logging: false, define: { timestamps: false } })
const Guest = sequelize.define('Guest', { name: DataTypes.STRING }, { tableName: 'guests' })
const Room = sequelize.define('Room', { no: DataTypes.INTEGER }, { tableName: 'rooms' })
sequelize.sync({ force: true }).catch(() => {})
module.exports = { sequelize, Guest, Room }
`,
      },
      dev: `CREATE TABLE guests (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255));
CREATE TABLE rooms (id INTEGER PRIMARY KEY AUTOINCREMENT, no INTEGER);
INSERT INTO guests (name) VALUES ('x'), ('y'); INSERT INTO rooms (no) VALUES (7);`,
    },
    async (made) => {
      const before = await dump(made.file('dev.db'))
      for (let i = 0; i < 2; i++) {
        await done(made, 'reset --no-cache')
        const tables = await query(
          made.file('.devdb/throwaway.db'),
          `SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`,
        )
        expect(tables).toEqual([{ name: 'guests' }, { name: 'rooms' }])
        expect(await dump(made.file('dev.db'))).toEqual(before)
      }
    },
  ))

const pet: Files = {
  'models/pet.js': `module.exports = (s, D) => s.define('pet', { name: D.STRING }, { timestamps: false })`,
  'migrations/1-pets.js': `require('node:fs').appendFileSync(require('node:path').join(__dirname, '../replays.log'), '.')
exports.up = (q, S) => q.createTable('pets', { id: { type: S.INTEGER, primaryKey: true, autoIncrement: true }, name: S.STRING })`,
}

test.concurrent('what another version of Sequelize or of the driver made is made again', () =>
  inProject({ files: { ...pet, 'fill.js': fill }, config: { steps: [{ module: './fill.js' }] } }, async (made) => {
    const replays = () => made.read('replays.log').length
    const settle = async (): Promise<readonly [boolean, number]> => {
      const { throwaway } = await done(made, 'reset')
      await done(made, 'check')
      return [throwaway.steps[0].cached, replays()]
    }
    installed(made, 'sequelize', '6.36.0')
    const [, first] = await settle()
    expect(await settle()).toEqual([true, first])
    installed(made, 'sequelize', '6.35.0')
    const [isCached, second] = await settle()
    expect(isCached).toBe(false)
    expect(second).toBeGreaterThan(first)
    installed(made, 'sqlite3', '5.0.0')
    const [isStill, third] = await settle()
    expect(isStill).toBe(false)
    expect(third).toBeGreaterThan(second)
  }))

const fill = `exports.up = (q) => q.bulkInsert('pets', [{ name: 'Rex' }])`

/** Gives a project real packages of its own, one of which is that of the tests in all but its version. */
function installed(made: TinyProject, name: string, version: string): void {
  const [modules, shared] = [made.file('node_modules'), join(import.meta.dirname, '../../node_modules')]
  rmSync(modules, { recursive: true })
  mkdirSync(join(modules, name), { recursive: true })
  for (const other of readdirSync(shared)) if (other !== name) symlinkSync(join(shared, other), join(modules, other))
  for (const part of readdirSync(join(shared, name)))
    if (part !== 'package.json') symlinkSync(join(shared, name, part), join(modules, name, part))
  const about = JSON.parse(readFileSync(join(shared, name, 'package.json'), 'utf8')) as object
  writeFileSync(join(modules, name, 'package.json'), JSON.stringify({ ...about, version }))
}
