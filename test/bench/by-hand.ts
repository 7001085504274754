/** The yardstick of most cases, the loop by hand: remove the file, one Node process with `sync()`, one that seeds with `bulkCreate`. */
import { rmSync } from 'node:fs'
import type { BenchProject } from './bench-project.ts'
import { runProgram } from './run-program.ts'

const loadText = `const { readdirSync } = require('node:fs')
const { join } = require('node:path')
const { DataTypes, Sequelize } = require('sequelize')

const folder = join(__dirname, '../models')

exports.open = (storage) => {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage, logging: false })
  for (const file of readdirSync(folder)) require(join(folder, file))(sequelize, DataTypes)
  for (const model of Object.values(sequelize.models)) model.associate(sequelize.models)
  return sequelize
}
`

const syncText = `const sequelize = require('./load.js').open(process.argv[2])
sequelize.sync().then(() => sequelize.close())
`

const seedText = (models: number): string => `const { rowsOf } = require('../seed/rows.js')
const sequelize = require('./load.js').open(process.argv[2])

async function seed() {
  for (let index = 0; index < ${models}; index++) await sequelize.models['model_' + index].bulkCreate(rowsOf(index))
  await sequelize.close()
}
seed()
`

/** The two programs, as an application has them. */
export const handFiles = (models: number): Readonly<Record<string, string>> => ({
  'by-hand/load.js': loadText,
  'by-hand/sync.js': syncText,
  'by-hand/seed.js': seedText(models),
})

/** Runs the loop once. @returns how long it took, in milliseconds, and the database */
export async function runByHand({
  root,
  file,
}: BenchProject): Promise<{ readonly ms: number; readonly database: string }> {
  const database = file('by-hand.db')
  const startedAt = performance.now()
  rmSync(database, { force: true })
  await runProgram([process.execPath, 'by-hand/sync.js', database], { cwd: root })
  await runProgram([process.execPath, 'by-hand/seed.js', database], { cwd: root })
  return { ms: performance.now() - startedAt, database }
}
