const { Mark } = require('../models')

module.exports = {
  up: async () => {
    await Mark.destroy({ where: { place: 'seeder' } })
    await Mark.bulkCreate([{ place: 'seeder', way: 'models of the application' }])
  },
}
