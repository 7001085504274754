'use strict'

const { DataTypes } = require('sequelize')

// Schema 67d9bd91 → 67d67f8e

module.exports = {
  async up({ context: queryInterface }) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.renameTable('users', 'members', { transaction })
      await queryInterface.removeIndex('members', 'users_email', { transaction })
      await queryInterface.addIndex('members', ['email'], { name: 'members_email', transaction })
      // Sequelize's renameColumn rebuilds the table on SQLite and loses what it does not know.
      await queryInterface.sequelize.query('ALTER TABLE "members" RENAME COLUMN "nick" TO "nickname"', { transaction })
      // Sequelize's removeColumn rebuilds the table on SQLite and loses what it does not know.
      await queryInterface.sequelize.query('ALTER TABLE "members" DROP COLUMN "age"', { transaction })
    })
  },

  async down({ context: queryInterface }) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      // Sequelize's renameColumn rebuilds the table on SQLite and loses what it does not know.
      await queryInterface.sequelize.query('ALTER TABLE "members" RENAME COLUMN "nickname" TO "nick"', { transaction })
      await queryInterface.renameTable('members', 'users', { transaction })
      await queryInterface.removeIndex('users', 'members_email', { transaction })
      await queryInterface.addIndex('users', ['email'], { name: 'users_email', transaction })
      await queryInterface.addColumn('users', 'age', { type: DataTypes.INTEGER }, { transaction })
    })
  },
}
