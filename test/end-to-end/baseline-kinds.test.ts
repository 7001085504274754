/** Migrations that do not start from an empty database, and the ways to say what they start from. */
import { writeFileSync } from 'node:fs'
import { expect, it, onTestFinished, test, vi } from 'vitest'
import { git } from '../git.ts'
import { query } from './database.ts'
import { baseModels, type Files, makeProject, type TinyProject } from './project.ts'

vi.setConfig({ maxConcurrency: 3 })

const [users, notes, colour] = ['20260101-users.js', '20260102-notes.js', '20260103-colour.js'] as const
const broken = `exports.up = async () => { throw new Error('not from empty') }\nexports.down = async () => {}\n`
const twoTables = `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL);
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL, userId INTEGER);`

interface Kind {
  readonly baseline: object
  readonly files?: Files
  prepare?(made: TinyProject): void
  /** What a new dev applies; all before it is recorded. */
  readonly applied: readonly string[]
}

const commit = (made: TinyProject, words: string): void => {
  git(made.root, 'add', '--all')
  git(made.root, 'commit', '--quiet', '--message', words)
}

const kinds: Readonly<Record<string, Kind>> = {
  'a command, and names': {
    baseline: { run: 'node make.js', inputs: ['schema.sql'], names: [users, notes] },
    files: {
      'schema.sql': twoTables,
      'make.js': `const { Database } = require('sqlite3')\nconst file = process.env.DATABASE_URL.replace('sqlite:', '')\nnew Database(file).exec(require('node:fs').readFileSync('schema.sql', 'utf8'))`,
    },
    applied: [colour],
  },
  'a git revision, whose models are synced': {
    baseline: { git: 'v1' },
    prepare(made) {
      const now = {
        'models/user.js': made.read('models/user.js'),
        [`migrations/${colour}`]: made.read(`migrations/${colour}`),
      }
      git(made.root, 'init', '--quiet', '--initial-branch=main')
      writeFileSync(made.file('.gitignore'), 'node_modules\n')
      made.write({
        'models/user.js': now['models/user.js']!.replace('    colour: DataTypes.STRING,', ''),
        [`migrations/${colour}`]: null,
      })
      commit(made, 'first')
      git(made.root, 'tag', 'v1')
      made.write(now)
    },
    applied: [colour],
  },
  'a migration in mid-sequence that starts new databases': {
    baseline: { migration: '20260102-notes' },
    files: { [`migrations/${notes}`]: null, 'migrations/20260102-notes.sql': twoTables },
    applied: ['20260102-notes.sql', colour],
  },
}

it.concurrent.each(Object.entries(kinds))('%s', async (_, { baseline, files = {}, prepare, applied }) => {
  const made = await makeProject({
    dev: null,
    config: { baseline },
    files: { ...baseModels, [`migrations/${users}`]: broken, [`migrations/${notes}`]: broken, ...files },
  })
  try {
    prepare?.(made)
    const names = [users, files[`migrations/${notes}`] === null ? '20260102-notes.sql' : notes, colour]
    const meta = async () =>
      (await query(made.file('dev.db'), 'SELECT name FROM SequelizeMeta ORDER BY name')).map(({ name }) => name)
    expect((await made.devdb('upgrade')).json).toMatchObject({ applied })
    expect(await meta()).toEqual(names)
    const reset = await made.devdb('reset --dev --yes')
    expect([reset.exit, reset.json.problem]).toEqual([0, undefined])
    expect(await meta()).toEqual(names)
    const diff = await made.devdb('diff')
    expect(diff.json).toEqual({ models: [], drift: [] })
    made.write({ 'models/user.js': made.read('models/user.js').replace('colour', 'age: DataTypes.INTEGER, colour') })
    if (prepare !== undefined) {
      commit(made, 'second')
      const status = git(made.root, 'status', '--porcelain')
      expect((await made.devdb('check --staged')).json.changes).toMatchObject([{ text: '+ users.age  INTEGER' }])
      expect(git(made.root, 'status', '--porcelain')).toBe(status)
    }
    const generated = await made.devdb('generate -m age')
    expect(generated.json.proof).toMatchObject({ up: 'ok', down: 'ok' })
  } finally {
    made.remove()
  }
})

test.each([
  [{ run: 'node -e "process.exit(3)"' }, 'does not run: it ended with exit code 3'],
  [{ run: 'true' }, 'nothing in the database afterwards'],
  [{ git: 'v9' }, 'git knows no such commit here'],
  [{ migration: 'gone' }, 'no migration is named "gone"'],
])('a baseline that cannot be made: %j', async (baseline, message) => {
  const made = await makeProject({ dev: null, config: { baseline } })
  const { exit, json } = await made.devdb('upgrade')
  expect([exit, json.problem.code]).toEqual([1, 'baseline-failed'])
  expect(json.problem.message).toContain(message)
  made.remove()
})

test('where the first migration starts from what models made, the commit before it is named as a baseline, and is one', async () => {
  const made = await makeProject({ dev: null, files: { [`migrations/${users}`]: null, [`migrations/${notes}`]: null } })
  onTestFinished(() => made.remove())
  const [now, then] = [made.read('models/user.js'), made.read(`migrations/${colour}`)]
  git(made.root, 'init', '--quiet', '--initial-branch=main')
  const before = now.replace('    colour: DataTypes.STRING,', '')
  made.write({ '.gitignore': 'node_modules\n', 'models/user.js': before, [`migrations/${colour}`]: null })
  commit(made, 'first')
  made.write({ 'models/user.js': now, [`migrations/${colour}`]: then })
  commit(made, 'second')
  const { problem } = (await made.devdb('check')).json
  expect([problem.code, problem.migration]).toEqual(['shadow-failed', colour])
  const revision = /baseline: \{ git: '(\w+\^)' \}/.exec(problem.hint)?.[1]
  const config = { ...JSON.parse(made.read('devdb.config.json')), baseline: { git: revision } }
  made.write({ 'devdb.config.json': JSON.stringify(config) })
  expect(await made.devdb('check')).toMatchObject({ exit: 0, json: { changes: [] } })
})
