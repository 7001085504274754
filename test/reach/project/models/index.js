// What `sequelize-cli init` writes, and what applications add to it.
const { DataTypes, Sequelize } = require('sequelize')
const { development } = require('../config/config.json')
const sequelize = new Sequelize(development)
const Mark = require('./mark.js')(sequelize, DataTypes)

// No model: whoever calls this empties a database.
const truncateAll = async (sequelize) => {
  for (const model of Object.values(sequelize.models)) await model.destroy({ where: {}, truncate: true })
}

require('../reach.js').reachAtOnce('models')

module.exports = { sequelize, Sequelize, Mark, truncateAll }
