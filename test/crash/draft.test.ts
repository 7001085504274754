/** SIGKILL while a draft is tested, named or adopted: no untested migration is left, and the next command says what it would have said. */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execute } from '../end-to-end/database.ts'
import { makeProject, type TinyProject } from '../end-to-end/project.ts'

const model = (more: string): string =>
  `module.exports = (sequelize, DataTypes) =>
  sequelize.define('user', { name: DataTypes.TEXT${more} }, { timestamps: false })
`

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)'

let project: TinyProject
beforeAll(async () => {
  project = await makeProject({
    files: {
      'models/note.js': null,
      'models/user.js': model(', bio: DataTypes.TEXT'),
      'migrations/20260101-users.js': null,
      'migrations/20260102-notes.js': null,
      'migrations/20260103-colour.js': null,
      'migrations/1-users.sql': `${users};\n`,
      'migrations/1-users.down.sql': 'DROP TABLE users;\n',
    },
    dev: `${users}; INSERT INTO users (name) VALUES ('doe');
      CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
      INSERT INTO SequelizeMeta VALUES ('1-users.sql');`,
  })
})
afterAll(() => project.remove())

const kill = async (command: string, moment: string): Promise<void> => {
  const { exit, stderr } = await project.plain(command, { env: { DEVDB_KILL_AT: moment } })
  expect([moment, exit, stderr]).toEqual([moment, null, expect.anything()])
}

const files = (): readonly string[] => readdirSync(project.file('migrations')).sort()
const before = ['1-users.down.sql', '1-users.sql']
const drafted = (name: string): readonly string[] => [...before, `2-${name}.down.sql`, `2-${name}.sql`]

test('a draft that was killed before it had its name is gone, and drafted again', async () => {
  for (const moment of ['draft-written', 'draft-half-named']) {
    await kill('generate -m bio', moment)
    const { json } = await project.devdb('status')
    expect(json.dev.migrations).toEqual([expect.objectContaining({ name: '1-users.sql', state: 'applied' })])
    // Whoever takes the lock next removes it.
    await project.devdb('snapshot save')
    expect([moment, files()]).toEqual([moment, before])
  }
  await kill('generate -m bio', 'draft-named')
  const again = await project.devdb('generate -m again')
  expect([again.exit, again.json.file]).toEqual([0, null])
  expect(files()).toEqual(drafted('bio'))
  for (const name of drafted('bio').slice(2)) project.write({ [`migrations/${name}`]: null })
})

test('drift whose adoption was killed is adopted, or is drift as before', async () => {
  project.write({ 'models/user.js': model('') })
  const name = 'index:users.users_name'
  for (const [moment, isIn] of [
    ['draft-tested', false],
    ['dev-entered', true],
    ['draft-half-named', true],
  ] as const) {
    await execute(project.file('dev.db'), 'CREATE INDEX users_name ON users (name)')
    await kill(`drift --adopt ${name} -m names`, moment)
    const drift = await project.devdb('drift')
    expect([moment, drift.json.drift.map((one: { name: string }) => one.name)]).toEqual([moment, isIn ? [] : [name]])
    expect([moment, files()]).toEqual([moment, isIn ? drafted('names') : before])
    const status = await project.devdb('status')
    expect(status.json.dev.migrations.map((one: { state: string }) => one.state)).toEqual(
      isIn ? ['applied', 'applied'] : ['applied'],
    )
    if (isIn) await project.devdb('downgrade -1 --yes')
    else await execute(project.file('dev.db'), 'DROP INDEX users_name')
    for (const file of drafted('names').slice(2)) project.write({ [`migrations/${file}`]: null })
  }
})
