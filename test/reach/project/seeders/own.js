const { reach } = require('../reach.js')

module.exports = { up: () => reach('own seeder', ['relative path', 'new Sequelize']) }
