/** The texts of a project of the bench: models, their migration, rows and seeds. Pure. */

/** A text column more, as a save adds one. */
const columnLine = (name: string): string => `    ${name}: DataTypes.STRING,\n`

/** Models refer to each other in tens, as those of an application do, the first one to itself. */
const parentOf = (index: number): number => (index % 10 === 0 ? index : index - 1)

/**
 * A model with ten columns, a foreign key, a plain and a composite unique index.
 * @param index which one
 * @param more names of further columns
 */
export const modelText = (
  index: number,
  more: readonly string[] = [],
): string => `module.exports = (sequelize, DataTypes) => {
  const Model = sequelize.define('model_${index}', {
    name: { type: DataTypes.STRING, allowNull: false },
    email: { type: DataTypes.STRING, validate: { isEmail: true } },
    state: { type: DataTypes.STRING(20), allowNull: false, defaultValue: 'new' },
    points: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    price: DataTypes.DECIMAL(10, 2),
    active: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
${more.map(columnLine).join('')}  }, {
    tableName: 'model_${index}',
    indexes: [{ fields: ['createdAt'] }, { unique: true, fields: ['email', 'state'] }],
  })
  Model.associate = (models) => Model.belongsTo(models.model_${parentOf(index)}, { as: 'parent', foreignKey: 'parentId' })
  Model.prototype.label = function () {
    return this.name + ' (' + this.state + ')'
  }
  return Model
}
`

/** The migration that makes the same tables. */
export const migrationOf = (
  models: number,
): string => `const parentOf = (index) => (index % 10 === 0 ? index : index - 1)

module.exports = {
  async up(first, second) {
    const [queryInterface, Sequelize] = second === undefined ? [first.context, require('sequelize')] : [first, second]
    for (let index = 0; index < ${models}; index++) {
      const name = 'model_' + index
      await queryInterface.createTable(name, {
        id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
        name: { type: Sequelize.STRING, allowNull: false },
        email: Sequelize.STRING,
        state: { type: Sequelize.STRING(20), allowNull: false, defaultValue: 'new' },
        points: { type: Sequelize.INTEGER, allowNull: false, defaultValue: 0 },
        price: Sequelize.DECIMAL(10, 2),
        active: { type: Sequelize.BOOLEAN, allowNull: false, defaultValue: true },
        createdAt: { type: Sequelize.DATE, allowNull: false },
        updatedAt: { type: Sequelize.DATE, allowNull: false },
        parentId: {
          type: Sequelize.INTEGER,
          references: { model: 'model_' + parentOf(index), key: 'id' },
          onDelete: 'SET NULL',
          onUpdate: 'CASCADE',
        },
      })
      await queryInterface.addIndex(name, ['createdAt'])
      await queryInterface.addIndex(name, ['email', 'state'], { unique: true })
    }
  },
  async down(first, second) {
    const queryInterface = second === undefined ? first.context : first
    for (let index = ${models - 1}; index >= 0; index--) await queryInterface.dropTable('model_' + index)
  },
}
`

/** What all seeds take their rows from: `rowsOf(index)` gives those of a model. */
export const rowsModule = (rowsPerModel: number): string => `const at = new Date('2026-11-20T08:00:00Z')

exports.rowsOf = (index) =>
  Array.from({ length: ${rowsPerModel} }, (_, row) => ({
    name: 'name ' + row + " of O'Neill",
    email: 'user' + row + '@example' + index + '.com',
    state: row % 3 === 0 ? 'done' : 'new',
    points: row * 7,
    price: row + 0.25,
    active: row % 2 === 0,
    parentId: index % 10 === 0 ? null : row + 1,
    createdAt: at,
    updatedAt: at,
  }))
`

/** The same rows as SQL, a statement for each, as `.dump` of SQLite's shell writes them. */
export function seedScript(models: number, rowsPerModel: number): string {
  const at = "'2026-11-20 08:00:00.000 +00:00'"
  const lines: string[] = []
  for (let index = 0; index < models; index++) {
    for (let row = 0; row < rowsPerModel; row++) {
      const values = [
        `'name ${row} of O''Neill'`,
        `'user${row}@example${index}.com'`,
        row % 3 === 0 ? "'done'" : "'new'",
        row * 7,
        row + 0.25,
        row % 2 === 0 ? 1 : 0,
        index % 10 === 0 ? 'NULL' : row + 1,
        at,
        at,
      ]
      lines.push(`INSERT INTO model_${index} (${columns.join(', ')}) VALUES (${values.join(', ')});`)
    }
  }
  return `${lines.join('\n')}\n`
}

const columns = ['name', 'email', 'state', 'points', 'price', 'active', 'parentId', 'createdAt', 'updatedAt']

/** A seeder as sequelize-cli makes them, one `bulkInsert` for each model. */
export const seederText = (models: number, rows: string): string => `const { rowsOf } = require('${rows}')

module.exports = {
  async up(queryInterface) {
    for (let index = 0; index < ${models}; index++) await queryInterface.bulkInsert('model_' + index, rowsOf(index))
  },
  async down(queryInterface) {
    for (let index = ${models - 1}; index >= 0; index--) await queryInterface.bulkDelete('model_' + index, {})
  },
}
`
