module.exports = {
  up: (queryInterface) => queryInterface.bulkInsert('marks', [{ place: 'step', way: 'sequelize-cli' }]),
}
