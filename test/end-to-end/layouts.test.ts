/** Projects that are laid out otherwise than the base one: what is built, and from what. */
import { expect, it, test, vi } from 'vitest'
import { query } from './database.ts'
import { type Files, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

vi.setConfig({ maxConcurrency: 3 })

/** Makes a project, and removes it when the work in it is done. */
async function inProject(setting: ProjectSetting, work: (made: TinyProject) => Promise<void>): Promise<void> {
  const made = await makeProject({ dev: null, ...setting })
  await work(made).finally(() => made.remove())
}

/** What a command with `--json` printed, having ended with exit code 0. */
async function done(made: TinyProject, command: string) {
  const run = await made.devdb(command)
  expect(run, command).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

/** Every object of a database, as `type name`; tables with their columns. */
async function objectsOf(file: string): Promise<readonly string[]> {
  const rows = await query(
    file,
    `SELECT type, name, (SELECT group_concat(name, ' ') FROM pragma_table_xinfo(m.name)) AS columns FROM sqlite_master m
     WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`,
  )
  return rows.map(({ type, name, columns }) =>
    type === 'table' ? `${String(name)}(${String(columns)})` : `${String(type)} ${String(name)}`,
  )
}

const built = (made: TinyProject): Promise<readonly string[]> => objectsOf(made.file('.devdb/throwaway.db'))

const noModels: Files = { 'models/note.js': null, 'models/user.js': null }
const aModel = (name: string, attributes: string, options = ''): string =>
  `module.exports = (sequelize, DataTypes) => sequelize.define('${name}', { ${attributes} }, { timestamps: false, ${options} })`

const users = 'users(id name colour)'
const notes = 'notes(id text userId)'

/** What stands in the throwaway, by what the configuration and the files say of the models. */
const schemas: Readonly<
  Record<string, { readonly files?: Files; readonly models: object; readonly objects: readonly string[] }>
> = {
  'SQL files before and after the models': {
    files: {
      'db/before.sql': 'CREATE TABLE colours (name TEXT);',
      'db/after.sql':
        'CREATE VIEW named AS SELECT name FROM users;\nCREATE TRIGGER kept AFTER DELETE ON users BEGIN INSERT INTO colours VALUES (old.colour); END;',
    },
    models: { path: './models', beforeSync: './db/before.sql', afterSync: './db/after.sql' },
    objects: ['colours(name)', notes, users, 'trigger kept', 'view named'],
  },
  'modules before and after the models, which import others': {
    files: {
      'db/before.js': `const name = require('./name')\nmodule.exports = async (queryInterface, Sequelize) => {\n  await queryInterface.createTable(name, { id: Sequelize.INTEGER })\n}`,
      'db/name.js': `module.exports = 'early'`,
      'db/after.mjs': `export default (queryInterface) => queryInterface.addIndex('users', ['name'], { name: 'by_name' })`,
    },
    models: { path: './models', beforeSync: './db/before.js', afterSync: './db/after.mjs' },
    objects: ['index by_name', 'early(id)', notes, users],
  },
  'models that are left out by their names and by their tables': {
    files: { 'models/seen.js': aModel('Seen', 'a: DataTypes.STRING', `tableName: 'seen_view'`) },
    models: { path: './models', exclude: ['seen_view', 'note'] },
    objects: [users],
  },
  'two models on one table': {
    files: {
      'models/admin.js': aModel(
        'admin',
        `right: { type: DataTypes.STRING, unique: true }, label: { type: DataTypes.STRING, field: 'colour' }`,
        `tableName: 'users', indexes: [{ fields: ['right'], name: 'by_right' }]`,
      ),
    },
    models: { path: './models' },
    objects: ['index by_right', notes, 'users(id right colour name)'],
  },
  'a junction that is a model of its own, and beside it the one that Sequelize makes': {
    files: {
      ...noModels,
      'models/a.js': aModel('a', '').replace(
        / => (.*)$/s,
        " => {\n const a = $1\n a.associate = ({ b }) => a.belongsToMany(b, { through: 'pairs' })\n return a\n}",
      ),
      'models/b.js': aModel('b', ''),
      'models/pair.js': aModel('Pair', `rank: DataTypes.INTEGER`, `tableName: 'pairs'`),
    },
    models: { path: './models' },
    objects: ['as(id)', 'bs(id)', 'pairs(createdAt updatedAt aId bId id rank)'],
  },
}

it.concurrent.each(Object.entries(schemas))('%s', async (_, { files = {}, models, objects }) =>
  inProject({ files, config: { models } }, async (made) => {
    await done(made, 'reset')
    expect([...(await built(made))].sort()).toEqual([...objects].sort())
    // The command that compares builds them in another way.
    expect((await made.devdb('diff')).exit).toBe(0)
  }),
)

test('what runs around the models is a part of the layer: a change of it, or of what it imports, makes the tables anew', () =>
  inProject(
    {
      files: {
        'after.js': `module.exports = (queryInterface) => queryInterface.createTable(require('./name'), { id: 'INTEGER' })`,
        'name.js': `module.exports = 'one'`,
      },
      config: { models: { path: './models', afterSync: './after.js' } },
    },
    async (made) => {
      await done(made, 'reset')
      made.write({ 'name.js': `module.exports = 'two'` })
      expect((await done(made, 'status')).throwaway.state).toBe('stale')
      await done(made, 'reset')
      expect(await built(made)).toEqual([notes, 'two(id)', users])
    },
  ))

it.concurrent.each([
  ['a.sql', 'CREATE TABLE a (x);\nCREATE TABLE a (x);', 'schema-failed', 'table a already exists', 2],
  [
    'a.js',
    `module.exports = async (queryInterface) => {\n  throw new Error('not today')\n}`,
    'model-failed',
    'not today',
    2,
  ],
  [
    'a.js',
    `module.exports = (queryInterface) =>\n  queryInterface.sequelize.query('DROP TABLE gone')`,
    'model-failed',
    'no such table',
    undefined,
  ],
  ['a.js', `module.exports = { name: 'a' }`, 'model-failed', 'exports no function', undefined],
])('%s that fails after the models: %s', async (name, text, code, message, line) =>
  inProject({ files: { [name]: text }, config: { models: { path: './models', afterSync: name } } }, async (made) => {
    const { exit, json } = await made.devdb('reset')
    expect([exit, json.problem.code, json.problem.file]).toEqual([1, code, made.file(name)])
    expect(json.problem.message).toContain(message)
    if (line !== undefined) expect(json.problem.line).toBe(line)
  }),
)

test('a throwaway that is built from the migrations: models that cannot be synced do not matter, and nothing is said of what they need', () =>
  inProject(
    {
      files: {
        'models/user.js': 'throw new Error("not without the server")',
        'seed.js': `exports.up = (queryInterface) => queryInterface.bulkInsert('users', [{ name: 'doe' }])`,
      },
      config: { throwaway: { from: 'migrations' }, steps: [{ module: './seed.js' }] },
    },
    async (made) => {
      await done(made, 'upgrade')
      expect((await done(made, 'reset')).throwaway).toMatchObject({ tables: 3 })
      const throwaway = ['SequelizeMeta(name)', notes, users]
      expect(await built(made)).toEqual(throwaway)
      expect(await query(made.file('.devdb/throwaway.db'), 'SELECT name FROM users')).toEqual([{ name: 'doe' }])
      expect((await done(made, 'status --fresh')).models).toEqual({ state: 'not-compared', changes: [] })
      expect(await done(made, 'diff')).toEqual({ models: null, drift: [] })
      expect((await made.plain('status')).stdout).toContain('What the models need is not known')

      made.write({ 'migrations/20260104-more.sql': 'CREATE TABLE more (id INTEGER)' })
      expect((await done(made, 'status')).throwaway.state).toBe('stale')
      await done(made, 'reset')
      expect(await built(made)).toEqual(['SequelizeMeta(name)', 'more(id)', notes, users])
      made.write({ 'migrations/20260104-more.sql': null })
      await done(made, 'reset')
      expect(await built(made)).toEqual(throwaway)

      for (const command of ['check', 'generate -m more', 'diff --sql']) {
        const { exit, json } = await made.devdb(command)
        expect([exit, json.problem.code, json.problem.hint]).toEqual([
          1,
          'models-not-compared',
          expect.stringContaining('--empty'),
        ])
      }
      expect((await done(made, 'generate --empty -m more')).file).toContain('more')
    },
  ))
