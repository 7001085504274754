/**
 * devdb with each Sequelize that it says it works with, and with two that it refuses: `npm run test:sequelize`. The versions come from the
 * registry, into a temporary folder; devdb must be built. With arguments only those versions: `npm run test:sequelize -- 6.9.0`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const bin = join(root, 'bin/devdb.js')
const [supported, refused] = [
  ['6.1.0', '6.9.0', '6.20.1', 'latest'],
  ['5.22.5', '7.0.0-alpha.9'],
]
const wanted = process.argv.slice(2)
const isWanted = (version) => wanted.length === 0 || wanted.includes(version)

const files = {
  'config/config.json': '{ "development": { "dialect": "sqlite", "storage": "dev.sqlite", "foreignKeys": false } }\n',
  'models/index.js': `const { Sequelize, DataTypes } = require('sequelize')
const sequelize = new Sequelize({ ...require('../config/config.json').development, logging: false })
const db = { sequelize, Sequelize }
for (const file of ['user', 'post']) {
  const model = require('./' + file)(sequelize, DataTypes)
  db[model.name] = model
}
for (const model of Object.values(db)) if (model.associate) model.associate(db)
module.exports = db
`,
  'models/user.js': `module.exports = (sequelize, DataTypes) => {
  const User = sequelize.define('User', {
    name: { type: DataTypes.STRING, allowNull: false, unique: true },
    kind: { type: DataTypes.ENUM('a', 'b'), defaultValue: 'a' },
  }, { tableName: 'users', indexes: [{ fields: ['kind'] }] })
  User.associate = (models) => User.hasMany(models.Post, { foreignKey: 'userId', onDelete: 'CASCADE' })
  return User
}
`,
  'models/post.js': `module.exports = (sequelize, DataTypes) => {
  const Post = sequelize.define('Post', { title: DataTypes.STRING }, { tableName: 'posts', underscored: true })
  Post.associate = (models) => Post.belongsTo(models.User, { foreignKey: 'userId' })
  return Post
}
`,
  'migrations/1-users.js': `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.createTable('users', {
    id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
    name: { type: Sequelize.STRING, allowNull: false, unique: true },
    createdAt: { type: Sequelize.DATE, allowNull: false },
    updatedAt: { type: Sequelize.DATE, allowNull: false },
  }),
  down: (queryInterface) => queryInterface.dropTable('users'),
}
`,
  'seeders/1-users.js': `module.exports = {
  up: (queryInterface) => queryInterface.bulkInsert('users', [{ name: 'x', createdAt: new Date(), updatedAt: new Date() }]),
  down: (queryInterface) => queryInterface.bulkDelete('users', null),
}
`,
}

/** What is done in each project, in order, and the exit code that each must end with. */
const steps = [
  ['init --yes', 0],
  ['upgrade', 0],
  ['check', 3],
  ['generate -m all', 0],
  ['rehearse', 0],
  ['upgrade', 0],
  ['check', 0],
  ['reset', 0],
  ['downgrade 1-users.js --yes', 0],
  ['undo --yes', 0],
  ['drift', 0],
  ['doctor', 0],
]

const run = (program, args, cwd) =>
  spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, EDITOR: '', VISUAL: '' } })

function makeProject(version) {
  const folder = mkdtempSync(join(tmpdir(), 'devdb-sequelize-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  writeFileSync(join(folder, 'package.json'), '{ "name": "versions", "private": true }\n')
  const args = ['install', '--no-audit', '--no-fund', '--legacy-peer-deps', `sequelize@${version}`]
  const installed = run('npm', args, folder)
  if (installed.status !== 0) throw new Error(`npm ${args.join(' ')}: ${installed.stderr}`)
  symlinkSync(join(root, 'node_modules/sqlite3'), join(folder, 'node_modules/sqlite3'))
  return folder
}

let failures = 0
function expectExit(folder, version, [command, wanted]) {
  const { status, stdout, stderr } = run(process.execPath, [bin, ...command.split(' ')], folder)
  if (status === wanted) return stdout + stderr
  failures += 1
  console.log(`✗ Sequelize ${version}: devdb ${command} ended with ${status}, not ${wanted}\n${stdout}${stderr}`)
  return stdout + stderr
}

for (const version of [...supported, ...refused].filter(isWanted)) {
  const folder = makeProject(version)
  const installed = JSON.parse(readFileSync(join(folder, 'node_modules/sequelize/package.json'), 'utf8')).version
  if (refused.includes(version)) {
    writeFileSync(
      join(folder, 'devdb.config.json'),
      '{ "models": "./models/index.js", "migrations": "./migrations", "dev": "sqlite:dev.sqlite" }\n',
    )
    for (const command of ['status', 'upgrade', 'reset', 'check', 'init --yes', 'exec -- node -v']) {
      const output = expectExit(folder, installed, [command, 2])
      if (output.split('Sequelize 6, and the project has').length === 2) continue
      failures += 1
      console.log(`✗ Sequelize ${installed}: devdb ${command} says\n${output}`)
    }
  } else for (const step of steps) expectExit(folder, installed, step)
  console.log(`Sequelize ${installed}: ${refused.includes(version) ? 'refused' : `${steps.length} commands`}`)
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failures === 0 ? 0 : 1
