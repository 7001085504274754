import { DataTypes, Sequelize } from 'sequelize'
import { expect, test } from 'vitest'
import { settleDefaults } from '../../src/model/settle-defaults.ts'

test('a default that is the time of the load becomes one that Sequelize fills in; other defaults stay', () => {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: '/never/opened.db', logging: false })
  const Job = sequelize.define('Job', {
    queuedAt: { type: DataTypes.DATE, defaultValue: new Date() },
    stamp: { type: DataTypes.BIGINT, defaultValue: Date.now() },
    text: { type: DataTypes.STRING, defaultValue: new Date().toISOString() },
    since: { type: DataTypes.DATE, defaultValue: new Date('2020-01-01T00:00:00Z') },
    count: { type: DataTypes.INTEGER, defaultValue: 7 },
    madeAt: { type: DataTypes.DATE, defaultValue: DataTypes.NOW },
  })
  const found = settleDefaults(sequelize).map(({ model, attribute }) => `${model}.${attribute}`)
  expect(found).toEqual(['Job.queuedAt', 'Job.stamp', 'Job.text'])
  const { queuedAt, since, count } = Job.getAttributes()
  expect(queuedAt!.defaultValue).toBeInstanceOf(DataTypes.NOW)
  expect(since!.defaultValue).toEqual(new Date('2020-01-01T00:00:00Z'))
  expect(count!.defaultValue).toBe(7)
  expect(settleDefaults(sequelize)).toEqual([])
})
