/** Going back with the code that was applied: edited migrations come again as they are, phantoms go although their files are gone. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { createEngine } from '../../src/engine/engine.ts'
import { openProject } from '../../src/engine/project.ts'
import { readDevPosition } from '../../src/engine/read-dev-board.ts'
import { createStore } from '../../src/event/store.ts'
import { execute, query } from '../end-to-end/database.ts'
import { git, initGit } from '../git.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const adding = (column: string, down = `ALTER TABLE users DROP COLUMN ${column}`): string =>
  `const { name } = require('./names/${column}.json')
module.exports = {
  up: (q) => q.sequelize.query('ALTER TABLE users ADD COLUMN ' + name + ' TEXT'),
  down: (q) => q.sequelize.query(${JSON.stringify(down)}),
}
`

async function open(files: Readonly<Record<string, string>>) {
  const root = tempFolder()
  for (const folder of ['migrations/names']) mkdirSync(join(root, folder), { recursive: true })
  writeFiles(root, {
    'migrations/1-users.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n',
    'migrations/1-users.down.sql': 'DROP TABLE users;\n',
    ...Object.fromEntries(
      ['nick', 'nickname', 'mail'].map((name) => [`migrations/names/${name}.json`, `{ "name": "${name}" }`]),
    ),
    ...files,
  })
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), createStore(), 'test', 0)
  const engine = createEngine(project)
  expect((await engine.upgrade('head')).problem).toBeNull()
  const dev = join(root, 'dev.db')
  await execute(dev, "INSERT INTO users (name) VALUES ('ann'), ('bo')")
  const states = async () =>
    (await readDevPosition(project)).board.migrations.map(({ name, state, edited }) => [name, state, edited])
  const columns = async (): Promise<readonly unknown[]> =>
    (await query(dev, "SELECT name FROM pragma_table_info('users')")).map(({ name }) => name)
  const write = (name: string, text: string): void => writeFileSync(join(root, 'migrations', name), text)
  const hidden = (): readonly string[] => readdirSync(join(root, 'migrations')).filter((name) => name.startsWith('.'))
  return { root, project, engine, dev, states, columns, write, hidden }
}

test('edited migrations at the top go back as they were and come again as they are; rows stay', async () => {
  const made = await open({ 'migrations/2-nick.js': adding('nick'), 'migrations/3-mail.js': adding('mail') })
  made.write('2-nick.js', adding('nickname'))
  // What stands above it has not been edited: it is in the way.
  expect(await made.engine.prepareStepBack('reapply')).toBeNull()
  made.write('3-mail.js', `// a word\n${adding('mail')}`)
  const found = await made.engine.prepareStepBack('reapply')
  expect(found).toMatchObject({ names: ['2-nick.js', '3-mail.js'], lost: [], problem: null, snapshot: null })
  expect(await made.columns()).toEqual(['id', 'name', 'nick', 'mail'])
  expect(await made.engine.stepBack('reapply', ['3-mail.js'])).toMatchObject({ code: 'nothing-to-step-back' })
  expect(await made.engine.stepBack('reapply', found!.names)).toBeNull()
  expect(await made.columns()).toEqual(['id', 'name', 'nickname', 'mail'])
  expect(await query(made.dev, 'SELECT name FROM users')).toEqual([{ name: 'ann' }, { name: 'bo' }])
  expect((await made.states()).map(([, , edited]) => edited)).toEqual([null, null, null])
  expect(made.hidden()).toEqual([])
  // And it is a change of dev like any other: it can be taken back.
  expect((await made.engine.undo()).problem).toBeNull()
  expect(await made.columns()).toEqual(['id', 'name', 'nick', 'mail'])
  await made.engine.close()
})

test('an edit of looks is noted anew, and nothing runs', async () => {
  const made = await open({ 'migrations/2-nick.js': adding('nick', 'nothing that runs') })
  made.write('2-nick.js', `${adding('nick', 'nothing that runs')}// a word\n`)
  const found = await made.engine.prepareStepBack('reapply')
  expect(found).toMatchObject({ names: ['2-nick.js'], problem: null })
  expect(await made.engine.stepBack('reapply', found!.names)).toBeNull()
  expect((await made.states()).at(-1)).toEqual(['2-nick.js', 'applied', null])
  await made.engine.close()
})

test('phantoms are rolled back with their stored code, in the order of their application', async () => {
  const made = await open({ 'migrations/2-nick.js': adding('nick'), 'migrations/3-mail.js': adding('mail') })
  for (const name of ['1-users.down.sql', '3-mail.js', '2-nick.js']) rmSync(join(made.root, 'migrations', name))
  expect(await made.states()).toEqual([
    ['1-users.sql', 'applied', null],
    ['2-nick.js', 'missing', null],
    ['3-mail.js', 'missing', null],
  ])
  await execute(made.dev, "UPDATE users SET mail = 'x' WHERE id = 1")
  const found = await made.engine.prepareStepBack('roll-back')
  const [first] = await made.project.snapshots.list()
  expect(found).toMatchObject({
    names: ['2-nick.js', '3-mail.js'],
    lost: ['drops users.mail in 1 row'],
    problem: null,
  })
  expect(found!.snapshot === null || first !== undefined).toBe(true)
  expect(await made.engine.stepBack('roll-back', found!.names)).toBeNull()
  expect(await made.columns()).toEqual(['id', 'name'])
  expect(await made.states()).toEqual([['1-users.sql', 'applied', null]])
  expect(made.hidden()).toEqual([])
  await made.engine.close()
})

test('a phantom whose down does not run leaves dev as it is, and points to the snapshot of before', async () => {
  const made = await open({})
  made.write('2-nick.js', adding('nick', 'nothing that runs'))
  expect((await made.engine.upgrade('head')).problem).toBeNull()
  rmSync(join(made.root, 'migrations/2-nick.js'))
  const found = await made.engine.prepareStepBack('roll-back')
  expect(found).toMatchObject({ names: ['2-nick.js'], problem: { code: 'migration-failed' } })
  expect(found!.snapshot).not.toBeNull()
  expect(await made.engine.stepBack('roll-back', found!.names)).toMatchObject({ code: 'migration-failed' })
  expect(await made.columns()).toEqual(['id', 'name', 'nick'])
  expect((await made.engine.restore(found!.snapshot!)).problem).toBeNull()
  expect(await made.columns()).toEqual(['id', 'name'])
  // Its file is back: so is the offer to take the restore back.
  made.write('2-nick.js', adding('nick', 'nothing that runs'))
  await made.engine.readBoard()
  expect(made.project.store.state.dev.reversal).toEqual({ verb: 'restore', names: ['2-nick.js'] })
  await made.engine.close()
})

test('stored code of somebody else is shown, and runs only when somebody agreed to exactly that code', async () => {
  const made = await open({})
  const { store } = made.project
  const touch = (file: string) =>
    `require('node:fs').writeFileSync(${JSON.stringify(join(made.root, file))}, '')\nmodule.exports = { up() {}, down() {} }\n`
  const plant = async (name: string, source: string, down: string | null = null) => {
    await execute(
      made.dev,
      `DELETE FROM SequelizeMeta WHERE name = '${name}'; DELETE FROM devdb_ledger WHERE name = '${name}'`,
    )
    const values = [name, source, down].map((value) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`))
    await execute(
      made.dev,
      `INSERT INTO SequelizeMeta VALUES (${values[0]}); INSERT INTO devdb_ledger (name, applied_at, hash, source, down) VALUES (${values[0]}, 1, 'x', ${values[1]}, ${values[2]})`,
    )
  }
  const ran = (): readonly string[] => readdirSync(made.root).filter((name) => /^ran/.test(name))
  await plant('6-evil.js', touch('ran-1'))
  expect(await made.engine.prepareStepBack('roll-back')).toBeNull()
  const shown = store.state.dev.storedCode!
  expect(shown).toMatchObject({ verb: 'roll-back', code: [{ name: '6-evil.js', more: 0 }] })
  expect(shown.code[0]!.first[0]).toContain('ran-1')
  // Nor does it run by the other way, or where it was exchanged after it was looked at.
  expect(await made.engine.stepBack('roll-back', ['6-evil.js'])).toMatchObject({ code: 'code-foreign' })
  await plant('6-evil.js', touch('ran-2'))
  expect(await made.engine.agreeToCode('roll-back', [shown.code[0]!.id])).toBeNull()
  expect(ran()).toEqual([])
  const second = store.state.dev.storedCode!.code.map(({ id }) => id)
  expect(await made.engine.agreeToCode('roll-back', second)).toMatchObject({ names: ['6-evil.js'], problem: null })
  expect(store.state.dev.storedCode).toBeNull()
  expect(ran()).toEqual(['ran-2'])
  expect(await made.engine.stepBack('roll-back', ['6-evil.js'])).toBeNull()

  // Where the list of own code is gone, all of it is somebody else's.
  made.write('2-nick.js', adding('nick'))
  expect((await made.engine.upgrade('head')).problem).toBeNull()
  rmSync(join(made.root, 'migrations/2-nick.js'))
  rmSync(join(made.root, '.devdb/own-code.json'))
  expect(await made.engine.prepareStepBack('roll-back')).toBeNull()
  expect(store.state.dev.storedCode?.code.map(({ name }) => name)).toEqual(['2-nick.js'])
  await made.engine.close()
})

test('a name in the dev database never becomes a path', async () => {
  const made = await open({})
  const outside = tempFolder()
  const climb = `x/../../../../../../../../..${outside}`
  mkdirSync(join(made.root, 'migrations/.devdb-stored-x'))
  writeFiles(outside, { 'bashrc.sql': 'mine', 'bashrc.down.sql': 'mine' })
  const hostile = [
    `${climb}/bashrc.sql`,
    `${climb}/new-keys`,
    '/etc/passwd.js',
    '../up.js',
    '.hidden.js',
    'a\\b.js',
    'C:n.js',
    '__proto__.js',
    'CON.js',
  ]
  for (const name of hostile)
    await execute(
      made.dev,
      `INSERT INTO SequelizeMeta VALUES ('${name}'); INSERT INTO devdb_ledger (name, applied_at, hash, source, down) VALUES ('${name}', 1, 'x', ${name.endsWith('.sql') ? "'SELECT 1', 'SELECT 2'" : "'exports.down = () => {}', NULL"})`,
    )
  expect((await made.states()).slice(1).map(([name, state]) => [name, state])).toEqual(
    hostile.map((name) => [name, 'missing']),
  )
  const all = (): readonly unknown[] =>
    readdirSync(made.root, { recursive: true })
      .filter((name) => !String(name).startsWith('.devdb'))
      .sort()
  const before = all()
  expect(await made.engine.prepareStepBack('roll-back')).toBeNull()
  const ids = made.project.store.state.dev.storedCode!.code.map(({ id }) => id)
  expect(await made.engine.agreeToCode('roll-back', ids)).toMatchObject({ problem: null })
  expect(await made.engine.stepBack('roll-back', hostile)).toBeNull()
  expect(await made.states()).toEqual([['1-users.sql', 'applied', null]])
  expect(readdirSync(outside).map((name) => [name, readFileSync(join(outside, name), 'utf8')])).toEqual([
    ['bashrc.down.sql', 'mine'],
    ['bashrc.sql', 'mine'],
  ])
  expect(all()).toEqual(before)
  await made.engine.close()
})

test('what devdb did not apply cannot be taken back by stored code', async () => {
  const made = await open({})
  await execute(made.dev, "INSERT INTO SequelizeMeta VALUES ('0-elsewhere.js')")
  expect(await made.engine.prepareStepBack('roll-back')).toBeNull()
  expect(made.project.store.state.dev.problem).toMatchObject({ code: 'code-unknown', migration: '0-elsewhere.js' })
  await made.engine.close()
})

test('a roll-back is undone where its files are back: the board offers it, with the rows', async () => {
  const made = await open({ 'migrations/2-nick.js': adding('nick') })
  initGit(made.root)
  const { store } = made.project
  await execute(made.dev, "UPDATE users SET nick = 'annie' WHERE id = 1")
  const file = join(made.root, 'migrations/2-nick.js')
  const code = readFileSync(file, 'utf8')
  rmSync(file)
  expect((await made.engine.stepBack('roll-back', ['2-nick.js']))?.code).toBeUndefined()
  expect(store.state.dev.reversal).toBeNull()
  writeFileSync(file, code)
  await made.engine.readBoard()
  expect(store.state.dev.reversal).toEqual({ verb: 'roll-back', names: ['2-nick.js'] })
  expect((await made.engine.undo()).problem).toBeNull()
  expect(store.state.dev.reversal).toBeNull()
  expect(await query(made.dev, 'SELECT name, nick FROM users')).toEqual([
    { name: 'ann', nick: 'annie' },
    { name: 'bo', nick: null },
  ])
  await made.engine.close()
})

test('where the code is not known, the newest snapshot of before is offered', async () => {
  const made = await open({})
  const { snapshots } = made.project
  await made.engine.saveSnapshot('first')
  await execute(made.dev, "INSERT INTO users (name) VALUES ('cy')")
  await made.engine.saveSnapshot('second')
  await execute(made.dev, "INSERT INTO SequelizeMeta VALUES ('9-elsewhere.js')")
  await made.engine.saveSnapshot('too late')
  const found = await made.engine.prepareStepBack('roll-back')
  expect(found?.problem?.code).toBe('code-unknown')
  expect((await snapshots.list()).find(({ id }) => id === found?.snapshot)?.name).toBe('second')
  await made.engine.close()
})

test('the branch of a migration goes with its code; a ledger of an earlier version learns of it', async () => {
  const made = await open({})
  await execute(made.dev, 'ALTER TABLE devdb_ledger DROP COLUMN branch')
  initGit(made.root)
  git(made.root, 'checkout', '--quiet', '-b', 'feature')
  const branches = async () => (await readDevPosition(made.project)).board.migrations.map(({ branch }) => branch)
  expect(await branches()).toEqual([null])
  made.write('2-nick.js', adding('nick'))
  expect((await made.engine.upgrade('head')).problem).toBeNull()
  expect(await branches()).toEqual([null, 'feature'])
  await made.engine.close()
})
