/**
 * Half of the yardstick `sqlite-program.ts`: a Node process that stays, with Sequelize and the driver loaded and the code of the models
 * compiled, and that defines all models anew when it is asked. The modules of the models are dropped from the cache first, so that each
 * file is read and evaluated again; a new instance of Sequelize gets them. Nothing cheaper than this can define models that were edited.
 */
const { readdirSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join } = require('node:path')

const load = createRequire(join(process.argv[2], 'package.json'))
const { DataTypes, Sequelize } = load('sequelize')
load('sqlite3')
const folder = join(process.argv[2], 'models')
let defined = null

function define() {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: ':memory:', logging: false })
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    delete require.cache[file]
    require(file)(sequelize, DataTypes)
  }
  for (const model of Object.values(sequelize.models)) model.associate(sequelize.models)
  return sequelize
}

/** What `sync()` sends to make the tables. */
async function statements(sequelize) {
  const sent = []
  await sequelize.sync({ logging: (line) => sent.push(line.replace(/^Executing \(\w+\): /, '')) })
  return sent.filter((sql) => /^\s*CREATE/i.test(sql))
}

process.on('message', async (wish) => {
  if (wish === 'define') {
    defined = define()
    process.send({ models: Object.keys(defined.models).length })
  } else {
    process.send({ statements: await statements(defined) })
    await defined.close()
  }
})
