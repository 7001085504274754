/** Seeders in the build's child: in one transaction where they can be, and as they need it where they cannot. */
import { expect, onTestFinished, test } from 'vitest'
import { query } from '../end-to-end/database.ts'
import { makeProject } from '../end-to-end/project.ts'
import { startWatch } from '../watch-run.ts'

const model = (column: string): string => `module.exports = (sequelize, DataTypes) =>
  sequelize.define('user', { name: DataTypes.STRING, ${column}: DataTypes.STRING }, { timestamps: false })\n`

async function seeded(seeder: string, more: Readonly<Record<string, string>> = {}) {
  const project = await makeProject({
    files: { 'models/note.js': null, 'models/user.js': model('colour'), 'seeder.js': seeder, ...more },
    config: {
      steps: [
        { name: 'before', sql: 'before.sql' },
        { name: 'seed', module: './seeder.js' },
      ],
      ...configOf(more),
    },
  })
  project.write({ 'before.sql': "INSERT INTO users (name) VALUES ('before')" })
  onTestFinished(() => project.remove())
  const run = startWatch(project.root)
  const built = async () => {
    await run.next('build-finished')
    return (await query(project.file('.devdb/throwaway.db'), 'SELECT name FROM users ORDER BY id')).map(
      ({ name }) => name,
    )
  }
  /** Builds again, with other tables. */
  const again = async (column: string) => {
    run.mark()
    project.write({ 'models/user.js': model(column) })
    return built()
  }
  const modes = () => {
    try {
      return Object.values(JSON.parse(project.read('.devdb/step-modes.json')) as Record<string, string>)
    } catch {
      return []
    }
  }
  return { project, run, built, again, modes }
}

const configOf = (more: Readonly<Record<string, string>>) =>
  'application.js' in more ? { models: './application.js' } : {}

const insert = (name: string, options = ''): string =>
  `await queryInterface.bulkInsert('users', [{ name: '${name}' }]${options})`

test('a plain one, whose lines are told', async () => {
  const { run, built, modes } = await seeded(`exports.up = async (queryInterface) => {
  ${insert('one')}
  console.log('one row')
  ${insert('two')}
}`)
  expect(await built()).toEqual(['before', 'one', 'two'])
  expect(run.of('step-output').map(({ line }) => line)).toEqual(['one row'])
  expect(modes()).toEqual([])
})

test('one with a transaction of its own is run again without the outer one, and that is remembered', async () => {
  const { built, again, modes } = await seeded(`exports.up = async (queryInterface) => {
  ${insert('one')}
  await queryInterface.sequelize.transaction(async (transaction) => {
    ${insert('two', ', { transaction }')}
  })
}`)
  const startedAt = Date.now()
  expect(await built()).toEqual(['before', 'one', 'two'])
  expect(modes()).toEqual(['plain'])
  expect(await again('shade')).toEqual(['before', 'one', 'two'])
  // The driver waits 5 s for a lock.
  expect(Date.now() - startedAt).toBeLessThan(20_000)
  expect(modes()).toEqual(['plain'])
})

test("one that fills through the application's own instance sees what it wrote itself", async () => {
  const { built, again, modes } = await seeded(
    `const { user } = require('./application.js')
exports.up = async (queryInterface) => {
  ${insert('one')}
  await user.create({ name: 'after ' + (await user.count()) })
}`,
    {
      'application.js': `const { DataTypes, Sequelize } = require('sequelize')
const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false })
exports.sequelize = sequelize
exports.user = require('./models/user.js')(sequelize, DataTypes)`,
    },
  )
  expect(await built()).toEqual(['before', 'one', 'after 2'])
  expect(modes()).toEqual(['plain'])
  expect(await again('shade')).toEqual(['before', 'one', 'after 2'])
})

test('one that closes its connection, and one that begins a transaction by hand, get a child of their own', async () => {
  for (const code of [
    `${insert('one')}; await queryInterface.sequelize.close()`,
    `await queryInterface.sequelize.query('BEGIN'); ${insert('one')}; await queryInterface.sequelize.query('COMMIT')`,
  ]) {
    const { built, again, modes } = await seeded(`exports.up = async (queryInterface) => { ${code} }`)
    expect(await built()).toEqual(['before', 'one'])
    expect(modes()).toEqual(['alone'])
    expect(await again('shade')).toEqual(['before', 'one'])
  }
})

test('one that fails leaves nothing, tells its place, and is mended by a save', async () => {
  const { project, run, built, modes } = await seeded(
    `exports.up = async (queryInterface) => {\n  ${insert('one')}\n  throw new Error('no more')\n}`,
  )
  const { problem } = await run.next('build-failed')
  expect(problem).toMatchObject({ code: 'step-failed', message: 'step "seed": no more', line: 3 })
  project.write({ 'seeder.js': `exports.up = async (queryInterface) => { ${insert('two')} }` })
  expect(await built()).toEqual(['before', 'two'])
  expect(modes()).toEqual([])
})
