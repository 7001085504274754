'use strict'

const { DataTypes } = require('sequelize')

// Schema 67d9bd91 → 67d67f8e

module.exports = {
  async up({ context: queryInterface }) {
    await queryInterface.renameTable('users', 'members')
    await queryInterface.removeIndex('members', 'users_email')
    await queryInterface.addIndex('members', ['email'], { name: 'members_email' })
    // Sequelize's renameColumn rebuilds the table on SQLite and loses what it does not know.
    await queryInterface.sequelize.query('ALTER TABLE "members" RENAME COLUMN "nick" TO "nickname"')
    // Sequelize's removeColumn rebuilds the table on SQLite and loses what it does not know.
    await queryInterface.sequelize.query('ALTER TABLE "members" DROP COLUMN "age"')
  },

  async down({ context: queryInterface }) {
    // Sequelize's renameColumn rebuilds the table on SQLite and loses what it does not know.
    await queryInterface.sequelize.query('ALTER TABLE "members" RENAME COLUMN "nickname" TO "nick"')
    await queryInterface.renameTable('members', 'users')
    await queryInterface.removeIndex('users', 'members_email')
    await queryInterface.addIndex('users', ['email'], { name: 'users_email' })
    await queryInterface.addColumn('users', 'age', { type: DataTypes.INTEGER })
  },
}
