/** Work like that of a build, on models that nobody has: Node compiles what it runs often, and the next build finds it compiled. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { LoadedModule } from '../model/collect-models.ts'
import { createTables } from '../model/create-tables.ts'
import { defineModels, schemaKey } from '../model/define-models.ts'
import { importFile } from '../process/import-file.ts'
import { isRunning } from '../process/is-running.ts'
import { makeOwnFolder } from '../process/make-own-folder.ts'
import { runModule } from '../seed/run-module.ts'

/** How many models, and rows in all: a round of them takes some 40 ms, and no build waits for more than one. */
const [models, rows] = [40, 120]

/** Attributes as projects write them, each of another shape: what Node has compiled for a few shapes it gives up when another comes. */
const attributes = [
  'name: { type: DataTypes.STRING, allowNull: false, unique: true, validate: { len: [1, 80] } }',
  'code: DataTypes.STRING(20)',
  'isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true }',
  'price: DataTypes.DECIMAL(10, 2)',
  'at: { type: DataTypes.DATE, defaultValue: DataTypes.NOW }',
  'text: DataTypes.TEXT',
  'title: { type: DataTypes.STRING, allowNull: false, defaultValue: "none" }',
  'email: { type: DataTypes.STRING, validate: { isEmail: true } }',
  "state: { type: DataTypes.ENUM('new', 'old'), defaultValue: 'new' }",
  "count: { type: DataTypes.INTEGER, field: 'how_many', defaultValue: 0 }",
  "note: { allowNull: true, type: DataTypes.TEXT, comment: 'a note' }",
  'day: DataTypes.DATEONLY',
  'key: { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4 }',
  'settings: { type: DataTypes.JSON, defaultValue: {} }',
  "slug: { type: DataTypes.STRING, unique: 'slugs', set(value) { this.setDataValue('slug', value) } }",
]

/** How many of them every model has. */
const common = 5

/** Options as projects write them; the tables of the first are filled. */
const options = [
  "indexes: [{ fields: ['code', 'at'], unique: true }, { fields: ['price'] }]",
  "tableName: 'practice_INDEX', indexes: [{ fields: ['createdAt'] }, { unique: true, name: 'practice_INDEX_code', fields: ['code'] }]",
  'timestamps: false',
  "underscored: true, paranoid: true, comment: 'a table', hooks: { beforeCreate: () => undefined }",
  'freezeTableName: true, defaultScope: { where: { code: 1 } }, scopes: { all: {} }',
]

/** A model like those of projects, and unlike the one before it: a function of Sequelize's examples, or a class as sequelize-cli writes it. */
function modelText(index: number): string {
  const own = attributes.filter((_, place) => place < common || place % 3 !== index % 3).join(', ')
  const option = options[index % options.length]!.replaceAll('INDEX', String(index))
  const [before, after] = [Math.max(0, index - 1), Math.min(models - 1, index + 1)]
  const associations = [
    `Practice.belongsTo(models.Practice${before}${index % 3 === 0 ? '' : ", { as: 'parent', foreignKey: 'parentId' }"})`,
    index % 2 === 0
      ? `Practice.hasMany(models.Practice${after}, { as: 'children', foreignKey: 'parentId', onDelete: 'CASCADE' })`
      : '',
    index % 5 === 0 ? `Practice.belongsToMany(models.Practice${after}, { through: 'Practice${index}Others' })` : '',
  ].join('\n    ')
  const isClass = index % 4 === 3
  return `module.exports = (sequelize, DataTypes) => {
  ${
    isClass
      ? `class Practice extends sequelize.Sequelize.Model { static associate(models) { ${associations} } }
  Practice.init({ ${own} }, { sequelize, modelName: 'Practice${index}', ${option} })`
      : `const Practice = sequelize.define('Practice${index}', { ${own} }, { ${option} })
  Practice.associate = (models) => { ${associations} }
  Practice.prototype.label = function () { return this.name }`
  }
  return Practice
}
`
}

/**
 * Defines models, makes their tables in a scratch database of its own, and fills them, as a build does.
 * @param root the user's project, whose Sequelize is used
 * @param target the database that builds are made in: the scratch database lies beside it
 * @param dialect the database's
 */
export async function practise(root: string, target: Target, dialect: Dialect): Promise<void> {
  const folder = dirname(String(target.storage ?? root))
  const scratch = dialect.scratch(folder, `practice-${process.pid}`)
  makeOwnFolder(folder)
  removeLeftovers(folder)
  const modules = await loadFiles(folder)
  try {
    const defined = await defineModels({ root, target: scratch, modules, exclude: [], onModule: () => undefined })
    schemaKey(defined.statements)
    await dialect.prepareScratch(scratch)
    await createTables(defined, dialect, scratch)
    await runModule(seeder, '', root, scratch, dialect)
  } finally {
    await dialect.removeScratch(scratch)
  }
}

/** What children that were killed in the middle of it could not remove. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^practice-(\d+)\b/.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

const seeder = {
  async up(queryInterface: { bulkInsert(table: string, rows: readonly object[]): Promise<unknown> }) {
    const at = new Date()
    for (let table = 0; table < 4; table++) {
      const made = Array.from({ length: rows / 4 }, (_, index) => ({
        name: `name ${index}`,
        code: `code ${index}`,
        isActive: true,
        price: 1.5,
        at,
        createdAt: at,
        updatedAt: at,
      }))
      await queryInterface.bulkInsert(`Practice${table * options.length}s`, made)
    }
  },
}

/**
 * Loads files that are no dependency's, as models are, and forgets that they are loaded. Also an ES module: for the first of those tsx is
 * loaded whole.
 */
async function loadFiles(folder: string): Promise<readonly LoadedModule[]> {
  const place = join(folder, `practice-${process.pid}`)
  makeOwnFolder(place)
  // Of the kind that most are, whatever the project's own package says.
  writeFileSync(join(place, 'package.json'), '{ "type": "commonjs" }\n')
  const { cache } = createRequire(join(place, 'index.js'))
  try {
    const loaded: LoadedModule[] = []
    for (let index = 0; index < models; index++) {
      const file = join(place, `${index}.js`)
      writeFileSync(file, modelText(index))
      loaded.push({ file, exported: await importFile(file) })
      delete cache[file]
    }
    const module = join(place, 'module.mjs')
    writeFileSync(module, 'export default null\n')
    await importFile(module)
    return loaded
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
