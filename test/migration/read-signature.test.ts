/** How a migration is called, read from its text. */
import { expect, test } from 'vitest'
import { readSignature } from '../../src/migration/read-signature.ts'

const q = 'queryInterface'

test.each<[string, readonly string[] | null, string, 'Sequelize' | 'other' | null]>([
  [
    "module.exports = { up: async (queryInterface, Sequelize) => { await queryInterface.createTable('x', { a: Sequelize.DATE }) } }",
    [],
    q,
    'Sequelize',
  ],
  ["exports.up = async function (query) { await query.createTable('posts', {}) }", [], q, null],
  ["module.exports = { up: async (context) => { await context.createTable('posts', {}) } }", [], q, null],
  [
    "export const up: Migration = async ({ context: queryInterface }) => { await queryInterface.addColumn('a', 'b', {}) }",
    ['context'],
    q,
    null,
  ],
  [
    "export async function up({ context }: MigrationParams<QueryInterface>): Promise<void> { await context.createTable('x', {}) }",
    ['context'],
    q,
    null,
  ],
  [
    "export const up = async ({ context: { qi, types } }) => qi.createTable('x', { id: types.INTEGER })",
    ['context', 'qi'],
    q,
    null,
  ],
  [
    "export const up = async ({ context }) => { await context.queryInterface.createTable('x') }",
    ['context', q],
    q,
    null,
  ],
  [
    "export const up = async (params) => { const { context: own } = params; await own.createTable('x') }",
    ['context'],
    q,
    null,
  ],
  ["export async function up(p) { const qi = p.context; await qi.createTable('x', {}) }", ['context'], q, null],
  [
    "export const up = async ({ context: sequelize }) => { await sequelize.getQueryInterface().createTable('x') }",
    ['context'],
    'sequelize',
    null,
  ],
  ["export const up = async ({ context: db }) => { await db.query('CREATE') }", ['context'], 'sequelize', null],
  ["exports.up = (queryInterface, config) => queryInterface.sequelize.query(config.get('x'))", [], q, 'other'],
  [
    "exports.up = function (queryInterface, db) { return queryInterface.addColumn('a', 'b', db.Sequelize.STRING) }",
    [],
    q,
    'other',
  ],
  [
    "const up = async (qi, { INTEGER }) => { await qi.createTable('x', { a: INTEGER }) }\nmodule.exports = { up, down }",
    [],
    q,
    'Sequelize',
  ],
  [
    "async function go(q, DataTypes) { return q.addColumn('a', 'b', DataTypes.STRING) }\nmodule.exports = { up: go }",
    [],
    q,
    'Sequelize',
  ],
  [
    "module.exports = { up: inOne(async (queryInterface, Sequelize) => { await queryInterface.addColumn('a', 'b', Sequelize.DATE) }) }",
    [],
    q,
    'Sequelize',
  ],
  [
    "export default class { static async up(qi: QueryInterface): Promise<void> { await qi.createTable('x', {}) } }",
    [],
    q,
    null,
  ],
  ["exports.up = async (sequelize) => { await sequelize.query('x') }", [], 'sequelize', null],
  ["exports.up = async ({ queryInterface }) => { await queryInterface.createTable('x', {}) }", [q], q, null],
  [
    '// up: (nothing) => nothing.createTable()\nexports.up = async ({ context }) => helper(context)',
    ['context'],
    q,
    null,
  ],
  ['exports.up = async (context) => helper(context)', null, q, null],
])('%s', (source, keys, tool, second) => {
  expect(readSignature(source)).toEqual({ place: keys === null ? null : { keys, tool }, second })
})

test('a file without an up', () => {
  expect(readSignature("require('./other').up(1)\nconst setup = () => 1")).toBeNull()
})
