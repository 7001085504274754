/** Migrations get what the project's own runner gives them, wherever devdb runs one; where it cannot know that, it says what is missing. */
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { type Files, makeProject } from './project.ts'

const key = (types: string) => `{ type: ${types}.INTEGER, primaryKey: true, autoIncrement: true }`
const down = (taken: string, tool: string, steps: string) => `exports.down = async (${taken}) => ${tool}.${steps}\n`

/** Three migrations, in whatever way they get a query interface and the types of columns. */
const migrations = (taken: string, tool: string, types: string, head = ''): Files => ({
  'migrations/20260103-colour.js': null,
  'migrations/20260101-users.js': `${head}exports.up = async (${taken}) => ${tool}.createTable('users', { id: ${key(types)}, name: { type: ${types}.STRING, allowNull: false } })
${down(taken, tool, "dropTable('users')")}`,
  'migrations/20260102-notes.js': `${head}exports.up = async (${taken}) => ${tool}.createTable('notes', { id: ${key(types)}, text: { type: ${types}.TEXT, allowNull: false }, userId: ${types}.INTEGER })
${down(taken, tool, "dropTable('notes')")}`,
  'migrations/20260103-empty.js': `${head}exports.up = async (${taken}) => void (await ${tool}.describeTable('users'))
exports.down = async (${taken}) => void (await ${tool}.describeTable('users'))\n`,
})

const ofContext = migrations('{ context: { qi, types } }', 'qi', 'types')
const ofParams = migrations(
  'query, config',
  'query',
  'DataTypes',
  "const { DataTypes } = require('sequelize')\nconst seen = (config) => { if (config.get('x') !== 'x') throw new Error('no config') }\n",
)

async function projectOf(files: Files, settings: Readonly<Record<string, unknown>>) {
  const project = await makeProject({ files, config: { migrations: { dir: './migrations', ...settings } } })
  onTestFinished(project.remove)
  return project
}

test.each<[string, Files, Readonly<Record<string, unknown>>, RegExp]>([
  [
    'migrations.context is a module',
    {
      ...ofContext,
      'runner/context.js': `module.exports = ({ sequelize, queryInterface, DataTypes }) => ({ db: sequelize, qi: queryInterface, types: DataTypes })\n`,
    },
    { context: './runner/context.js' },
    /up = async \(\{ context: \{ qi: queryInterface \} \}\)|up\(\{ context: \{ qi: queryInterface \} \}\)/,
  ],
  [
    'migrations.params is a module',
    {
      ...Object.fromEntries(
        Object.entries(ofParams).map(([path, text]) => [
          path,
          text === null
            ? null
            : String(text)
                .replaceAll('=> query', '=> seen(config) || query')
                .replaceAll('=> void', '=> seen(config) || void'),
        ]),
      ),
      'runner/params.mjs': `export default async ({ queryInterface }) => [queryInterface, { get: (key) => key }]\n`,
    },
    { params: './runner/params.mjs' },
    /up\(queryInterface\)/,
  ],
])('%s: replay, draft, rehearsal, change and the way back get what it makes', async (_, files, settings, signature) => {
  const project = await projectOf(files, settings)
  const drafted = await project.devdb('generate -m colour --on-top')
  expect(drafted).toMatchObject({ exit: 0, json: { proof: { up: 'ok', down: 'ok', redo: 'ok' } } })
  expect(readFileSync(drafted.json.file, 'utf8')).toMatch(signature)
  expect(await project.devdb('rehearse')).toMatchObject({
    exit: 0,
    json: {
      migrations: [
        { up: { result: 'ok' }, down: { result: 'ok' } },
        { up: { result: 'ok' }, down: { result: 'ok' } },
      ],
    },
  })
  expect(await project.devdb('upgrade')).toMatchObject({ exit: 0 })
  expect(await project.devdb('check')).toMatchObject({ exit: 0 })
  expect(await project.devdb('downgrade --yes')).toMatchObject({ exit: 0 })
})

test('what a migration takes from its runner and devdb does not have is named, with the option that gives it', async () => {
  const project = await projectOf(ofContext, {})
  for (const command of ['upgrade', 'check']) {
    const { exit, stdout, stderr } = await project.devdb(command)
    expect({ command, exit }).toEqual({ command, exit: 1 })
    expect(`${stdout}${stderr}`).toMatch(/takes qi(, types)? from what its runner passes/)
    expect(`${stdout}${stderr}`).toMatch(/migrations\.context: a module that exports/)
  }
  const second = await projectOf(
    {
      ...ofParams,
      'migrations/20260103-empty.js': `exports.up = async (query, config) => { config.get('x') }\nexports.down = async () => {}\n`,
    },
    {},
  )
  const { json } = await second.devdb('upgrade')
  expect(JSON.stringify(json)).toMatch(/takes config as its second argument.*migrations\.params: a module/)
})

test('a module that does not give what it must, or is not there, is one problem that names it', async () => {
  const project = await projectOf({ 'params.js': 'module.exports = () => 3\n' }, { params: './params.js' })
  expect((await project.devdb('upgrade')).json.problem).toMatchObject({
    message: expect.stringMatching(/migrations\.params must give an array$/),
    file: project.file('params.js'),
  })
  const absent = await projectOf({}, { context: './nothing.js' })
  const { exit, json } = await absent.devdb('upgrade')
  expect({ exit, text: JSON.stringify(json) }).toEqual({ exit: 1, text: expect.stringMatching(/nothing\.js/) })
})
