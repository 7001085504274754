module.exports = {
  up: (queryInterface, Sequelize) =>
    queryInterface.createTable('marks', {
      id: { type: Sequelize.INTEGER, primaryKey: true },
      place: Sequelize.STRING,
      way: Sequelize.STRING,
    }),
  down: (queryInterface) => queryInterface.dropTable('marks'),
}
