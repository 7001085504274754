/** `init` where the first thing that it would write does not work: what only trying shows, and that everything works from then on. */
import { afterAll, expect, test, vi } from 'vitest'
import { commitAll, initGit } from '../git.ts'
import { query } from './database.ts'
import { type Files, makeProject, type ProjectSetting, type TinyProject } from './project.ts'

// Each of them starts devdb several times over.
vi.setConfig({ maxConcurrency: 3, testTimeout: 180_000 })

const projects: TinyProject[] = []
afterAll(() => {
  for (const project of projects) project.remove()
})

/** A tiny project that has no configuration. */
async function bare(setting: ProjectSetting): Promise<TinyProject> {
  const project = await makeProject(setting)
  projects.push(project)
  project.write({ 'devdb.config.json': null })
  return project
}

async function done({ devdb }: TinyProject, command: string, setting = {}) {
  const run = await devdb(command, setting)
  expect(run, `${command}: ${run.stdout}`).toMatchObject({ exit: 0, stderr: '' })
  return run.json
}

/** A sequelize-typescript project whose models import each other, and whose migrations are named by versions. */
const decorated: Files = {
  'package.json': '{ "name": "decorated", "devDependencies": { "typescript-5": "npm:typescript@5" } }',
  'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true, "emitDecoratorMetadata": true } }',
  models: null,
  migrations: null,
  'src/models/user.ts': `import { Column, HasMany, Model, Table } from 'sequelize-typescript'
import { Note } from './note'
@Table({ tableName: 'users', timestamps: false })
export class User extends Model {
  @Column
  name!: string
  @Column
  born?: Date
  @HasMany(() => Note)
  notes!: Note[]
}
`,
  'src/models/note.ts': `import { BelongsTo, Column, ForeignKey, Model, Table } from 'sequelize-typescript'
import { User } from './user'
@Table({ tableName: 'notes', timestamps: false })
export class Note extends Model {
  @ForeignKey(() => User)
  @Column
  userId!: number
  @BelongsTo(() => User)
  user!: User
}
`,
  'seeders/1-users.ts': "export const up = (q: any) => q.bulkInsert('users', [{ name: 'doe' }])\n",
  'migrations/1.9.0-users.sql':
    'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), born DATETIME);',
  'migrations/1.10.0-notes.sql':
    'CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, userId INTEGER REFERENCES users (id) ON DELETE NO ACTION ON UPDATE CASCADE);\nINSERT INTO users (name) VALUES (1);',
}

test.concurrent("decorators that ask for TypeScript's own types, versions as names, a meta table with timestamps", async () => {
  const dev = `CREATE TABLE schema_versions (file VARCHAR(255) PRIMARY KEY, createdAt DATETIME NOT NULL, updatedAt DATETIME NOT NULL);
    INSERT INTO schema_versions VALUES ('1.9.0-users.sql', '2026-01-01 00:00:00.000 +00:00', '2026-01-01 00:00:00.000 +00:00');
    CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), born DATETIME);`
  const project = await bare({ files: decorated, dev })
  const { text, found, steps } = await done(project, 'init --dev sqlite:dev.db')
  expect(steps).toEqual({ done: 1, problem: null })
  expect(text).toContain("loader: 'typescript'")
  expect(text).toContain("sort: 'semver'")
  expect(text).toContain("meta: { table: 'schema_versions', column: 'file', timestamps: true }")
  expect(found.join()).toMatch(/decorators that ask .* types,.*named by versions/)
  expect(await done(project, 'reset')).toMatchObject({ throwaway: { tables: 2 } })
  expect(await done(project, 'check')).toMatchObject({ changes: [] })
  expect(await done(project, 'upgrade')).toMatchObject({ applied: ['1.10.0-notes.sql'] })
})

test.concurrent('models that tsx makes other tables of, and names that look like versions and are none', async () => {
  const project = await bare({
    files: {
      ...decorated,
      'src/models/note.ts': null,
      // A decorator of the project's own, that takes a column without metadata for text.
      'src/models/user.ts': `import { Column, DataType, Model, Table } from 'sequelize-typescript'
const Typed = (model: any, key: string) => {
  const isNumber = (Reflect as any).getMetadata('design:type', model, key) === Number
  Column({ type: isNumber ? DataType.INTEGER : DataType.STRING })(model, key)
}
@Table({ tableName: 'users', timestamps: false })
export class User extends Model {
  @Typed
  name!: string
  @Typed
  rank!: number
  @Column(DataType.DATE)
  born?: Date
}
`,
      'migrations/1.9.0-users.sql': "INSERT INTO users (name) VALUES ('doe');",
      'migrations/1.10.0-notes.sql':
        'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), rank INTEGER, born DATETIME);',
    },
    dev: null,
  })
  const { text, differences } = await done(project, 'init --dev sqlite:dev.db')
  expect(text).toContain("loader: 'typescript'")
  expect(text).not.toContain('semver')
  expect(differences).toEqual([])
})

test.concurrent('without a TypeScript that can be called it says what to install', async () => {
  const project = await bare({ files: { ...decorated, 'package.json': '{}', 'yarn.lock': '' }, dev: null })
  const { exit, json } = await project.devdb('init --dev sqlite:dev.db')
  expect([exit, json.problem.code, json.problem.hint]).toEqual([
    2,
    'package-missing',
    'install one beside it: yarn add -D typescript-5@npm:typescript@5',
  ])
  expect(json.text).toContain("loader: 'typescript'")
})

test.concurrent('a squash that starts new databases, a view with a model, a trigger of the project, two models on one table', async () => {
  const project = await bare({
    files: {
      'migrations/20260101-users.js': "exports.up = (q) => q.addColumn('people', 'name', 'TEXT')\n",
      'migrations/20260102-notes.js': null,
      'migrations/20260103-colour.js': null,
      'migrations/20260102-squashed.sql': `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL, colour VARCHAR(255), rank INTEGER);
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, userId INTEGER);`,
      'migrations/20260103-views.sql': `CREATE VIEW tall_users AS SELECT id, name FROM users;
CREATE TRIGGER kept BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'kept'); END;`,
      // Runs on an empty database, too, and starts nothing.
      'migrations/20260104-log.sql': 'CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY);',
      'db/triggers.sql': `CREATE TRIGGER kept BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'kept'); END;`,
      'models/tall.js': `module.exports = (sequelize, { STRING }) => sequelize.define('tall', { name: STRING }, { tableName: 'tall_users', timestamps: false })`,
      'models/account.js': `module.exports = (sequelize, { INTEGER }) => sequelize.define('account', { rank: INTEGER }, { tableName: 'users', timestamps: false })`,
    },
    dev: null,
  })
  const { text, found, notes } = await done(project, 'init --dev sqlite:dev.db')
  expect(text).toContain("baseline: { migration: '20260102-squashed' }")
  expect(text).toContain("exclude: ['tall_users']")
  expect(text).toContain("afterSync: './db/triggers.sql'")
  expect(found.join()).toContain('20260102-squashed starts new ones')
  expect(notes).toEqual([
    'account and user describe the same table: users gets the columns of both',
    expect.stringContaining('only the migrations make tall_users'),
  ])
  expect(await done(project, 'reset')).toMatchObject({ throwaway: { tables: 2 } })
  const made = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
  expect(await query(project.file('.devdb/throwaway.db'), made)).toEqual([{ name: 'kept' }])
  expect(await done(project, 'check')).toMatchObject({ changes: [] })
  const { checks } = await done(project, 'doctor')
  expect(checks).toContainEqual(
    expect.objectContaining({ name: 'triggers', message: expect.stringMatching(/: tall_users$/) }),
  )
})

test.concurrent('models that were synced before there were migrations: the commit before them', async () => {
  const project = await bare({
    files: {
      migrations: null,
      '.gitignore': 'node_modules\n*.db\n',
      'models/user.js': `module.exports = (sequelize, { STRING }) => sequelize.define('user', { name: STRING }, { timestamps: false })`,
    },
    dev: null,
  })
  initGit(project.root)
  project.write({
    'models/user.js': `module.exports = (sequelize, { STRING }) => sequelize.define('user', { name: STRING, colour: STRING }, { timestamps: false })`,
    'migrations/20260103-colour.js':
      "exports.up = (q, { STRING }) => q.addColumn('users', 'colour', { type: STRING })\n",
  })
  commitAll(project.root)
  expect((await done(project, 'init --dev sqlite:dev.db')).text).toMatch(/baseline: \{ git: '[\da-f]{12}' \}/)
  expect(await done(project, 'check')).toMatchObject({ changes: [] })
})

test.concurrent('models that sync() refuses; seeders that sequelize-cli notes in a table of its own', async () => {
  const project = await bare({
    files: {
      'models/note.js': `module.exports = (sequelize, { TEXT }) => sequelize.define('note', { text: TEXT }, { indexes: [{ fields: ['of_the_view'] }] })`,
      'config/config.json':
        '{ "development": { "use_env_variable": "SHOP_DB", "dialect": "sqlite", "seederStorage": "sequelize" } }',
      'seeders/1-users.js': `exports.up = (q) => q.bulkInsert('users', [{ name: 'doe' }])`,
    },
    dev: null,
  })
  const env = { SHOP_DB: `sqlite:${project.file('dev.db')}` }
  const init = await done(project, 'init', { env })
  expect(init).toMatchObject({ models: { problem: null }, steps: { done: 1, problem: null }, differences: null })
  expect(init.text).toMatch(/sync\(\) refuses the models: .*of_the_view\n {2}throwaway: \{ from: 'migrations' \}/)
  expect(init.text).toContain("{ run: 'sequelize-cli db:seed:all', inputs: ['seeders/**'] }")
  const seeded = 'SELECT u.name AS user, d.name FROM users u, SequelizeData d'
  expect(await query(project.file('.devdb/throwaway.db'), seeded)).toEqual([{ user: 'doe', name: '1-users.js' }])
  // Nothing has changed, so that its layer will do; then a seeder has.
  project.write({ 'migrations/20260104-more.sql': 'CREATE TABLE more (id INTEGER)' })
  expect((await done(project, 'reset', { env })).throwaway.steps).toMatchObject([{ cached: false }])
  project.write({ 'migrations/20260104-more.sql': null })
  expect((await done(project, 'reset', { env })).throwaway.steps).toMatchObject([{ cached: true }])
  const { checks } = await done(project, 'doctor', { env })
  const named = (name: string) => checks.find((check: { name: string }) => check.name === name)
  expect(named('replay')).toMatchObject({ state: 'ok' })
  expect(named('models').message).toContain('the throwaway is built from the migrations')
})
