module.exports = (sequelize, DataTypes) =>
  sequelize.define(
    'Mark',
    { id: { type: DataTypes.INTEGER, primaryKey: true }, place: DataTypes.STRING, way: DataTypes.STRING },
    { tableName: 'marks', timestamps: false },
  )
