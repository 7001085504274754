/** `devdb rehearse` as a script calls it: exit codes, and the fields of its document. */
import { expect, onTestFinished, test } from 'vitest'
import { makeProject } from './project.ts'

const fine = 'migrations/20260103-colour.js'
const lossy = `exports.up = (queryInterface) => queryInterface.sequelize.query('ALTER TABLE notes DROP COLUMN userId')
exports.down = (queryInterface) => queryInterface.sequelize.query('ALTER TABLE notes ADD COLUMN userId INTEGER')
`

async function rehearsing(files: Readonly<Record<string, string | null>>) {
  const made = await makeProject({ files })
  onTestFinished(made.remove)
  const run = async (command: string) => {
    const { exit, json } = await made.devdb(command)
    return { exit, migrations: json.migrations }
  }
  return run
}

test('what is lost ends with 3 only where it is asked for; a failure ends with 1 in any case', async () => {
  const run = await rehearsing({})
  expect(await run('rehearse --strict')).toMatchObject({ exit: 0, migrations: [{ lost: [], mergedOrder: null }] })
  const losing = await rehearsing({ [fine]: null, 'migrations/20260104-lossy.js': lossy })
  const lost = [{ direction: 'up', table: 'notes', column: 'userId', rows: 2 }]
  expect(await losing('rehearse')).toMatchObject({ exit: 0, migrations: [{ lost }] })
  expect(await losing('rehearse --strict')).toMatchObject({ exit: 3, migrations: [{ lost }] })
  const failing = await rehearsing({ [fine]: 'exports.up = () => { throw new Error("no") }' })
  expect(await failing('rehearse --strict')).toMatchObject({ exit: 1, migrations: [{ up: { result: 'failed' } }] })
})

test('a migration that gives another schema in name order is told, and is enough for 3', async () => {
  const run = await rehearsing({
    [fine]: null,
    'migrations/20260101-b-copy.js': `exports.up = (queryInterface) =>
  queryInterface.sequelize.query("CREATE TABLE names AS SELECT name FROM sqlite_master WHERE name = 'notes'")
exports.down = (queryInterface) => queryInterface.dropTable('names')
`,
    'migrations/20260101-c-again.js': `exports.up = async (queryInterface) => {
  const [rows] = await queryInterface.sequelize.query("SELECT name FROM sqlite_master WHERE name = 'notes'")
  if (rows.length > 0) await queryInterface.addIndex('notes', ['text'])
}
exports.down = (queryInterface) => queryInterface.removeIndex('notes', ['text'])
`,
  })
  expect(await run('rehearse --strict')).toMatchObject({
    exit: 3,
    migrations: [
      { name: '20260101-b-copy.js', mergedOrder: { result: 'same', differences: [], problem: null } },
      { name: '20260101-c-again.js', mergedOrder: { result: 'differs', differences: ['- notes  index (text)'] } },
    ],
  })
})
