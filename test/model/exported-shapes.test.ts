import { createRequire } from 'node:module'
import { Sequelize } from 'sequelize'
import { expect, test } from 'vitest'
import { collectModels } from '../../src/model/collect-models.ts'

/** What a CommonJS file of that text exports; other files of the project are there to be required. */
function load(
  code: string,
  files: Readonly<Record<string, string>> = {},
  app: Readonly<Record<string, unknown>> = {},
): unknown {
  const module = { exports: {} }
  const own = createRequire(import.meta.url)
  const require = (path: string): unknown => (files[path] === undefined ? own(path) : load(files[path], files, app))
  new Function('module', 'exports', 'require', 'app', code)(module, module.exports, require, app)
  return module.exports
}

async function collect(modules: readonly unknown[]) {
  const own = new Sequelize({ dialect: 'sqlite', storage: '/never/opened.db', logging: false })
  const loaded = modules.map((exported, index) => ({ file: `/models/${index}.js`, exported }))
  const { sequelize, ignored } = await collectModels(loaded, own, () => undefined)
  const tables = Object.values(sequelize.models).map((model) => [
    model.name,
    Object.keys(model.getAttributes()).sort().join(),
  ])
  return { models: Object.fromEntries(tables) as Record<string, string>, ignored: ignored.map(({ name }) => name) }
}

const namesOf = async (...modules: readonly unknown[]) => Object.keys((await collect(modules)).models).sort()

/** An application with its own instance and one model, and functions that would be seen when they are called. */
const application = `
  const { Sequelize, DataTypes } = require('sequelize')
  const sequelize = new Sequelize({ dialect: 'sqlite', storage: '/never/opened.db', logging: false, define: { timestamps: false } })
  const Guest = sequelize.define('Guest', { name: DataTypes.STRING })
  const wipe = (how) => { app.called.push(how) }
`

test('of a module that exports an instance with models nothing is called, read or initialised', async () => {
  const helpers = [
    'async function truncateAll(sequelize) { wipe("named"); for (const m of Object.values(sequelize.models)) await m.destroy({ where: {} }) }; exports.truncateAll = truncateAll',
    'exports.connection = function connection() { wipe("its own name") }',
    'exports.reset = (db) => { wipe("arrow"); return db.sync({ force: true }) }',
    'exports.recreate = (sequelize) => { wipe("definer"); sequelize.define("Other", {}); return sequelize.sync({ force: true }) }',
    'Object.defineProperty(exports, "fresh", { enumerable: true, get: () => wipe("getter") })',
    'exports.helpers = { inner: { empty: (sequelize) => { wipe("nested"); sequelize.define("Other", {}) } } }',
    'exports.default = (sequelize) => { wipe("default"); sequelize.define("Other", {}) }',
    'exports.Setup = class extends require("sequelize").Model { static init(sequelize) { wipe("init"); return super.init({}, { sequelize }) } }',
    'module.exports = Object.assign((sequelize) => { wipe("itself"); sequelize.define("Other", {}) }, exports)',
  ]
  for (const helper of helpers) {
    const app = { called: [] }
    expect(
      await namesOf(load(`${application}; Object.assign(exports, { sequelize, Guest }); ${helper}`, {}, app)),
    ).toEqual(['Guest'])
    expect(app.called, helper).toEqual([])
  }
})

test('a helper in another file, or beside models without their instance, is not called', async () => {
  const app = { called: [] }
  const main = load(`${application}; module.exports = { sequelize, Guest }`, {}, app)
  const helpers = [
    'module.exports = async (sequelize) => { app.called.push(1); await sequelize.truncate() }',
    'exports.truncateAll = async function truncateAll(sequelize, Sequelize) { app.called.push(2); await sequelize.query("DELETE FROM x", { type: Sequelize.QueryTypes.DELETE }) }',
    'exports.createTables = async (queryInterface, Sequelize) => { app.called.push(3); await queryInterface.createTable("x", { id: Sequelize.INTEGER }) }',
    'exports.resetModels = async (sequelize) => { app.called.push(4); await destroyModels(sequelize) }',
    'module.exports = class { static async register(email) { app.called.push(5) } }',
    'exports.User = class User extends require("sequelize").Model { static async register(email, password) { app.called.push(6) } static async setup(rows) { app.called.push(7) } }',
    'module.exports = (sequelize, DataTypes) => { app.called.push(8); return sequelize.define("Guest", {}) }',
  ].map((code) => load(code, {}, app))
  expect(await namesOf(main, ...helpers)).toEqual(['Guest'])
  expect(await namesOf(load(`${application}; module.exports = { Guest, wipe }`, {}, app), helpers[0])).toEqual([
    'Guest',
  ])
  // Also where nobody has models yet.
  expect((await collect(helpers.slice(0, 6))).ignored).toContain('truncateAll')
  expect(app.called).toEqual([])
})

test('what the instance of the application lacks is defined by the file that names it', async () => {
  const main = load(`${application}; module.exports = { sequelize, Guest }`)
  expect(await namesOf(main, load('module.exports = (s, D) => s.define("Room", { no: D.INTEGER })'))).toEqual([
    'Guest',
    'Room',
  ])
})

test('getters are read where nothing else shows the models, and no longer than until the instance is there', async () => {
  const lazy = `${application}; module.exports = { get Guest() { return Guest }, get Room() { return sequelize.define('Room', {}) } }`
  expect(await namesOf(load(lazy))).toEqual(['Guest', 'Room'])
  const app = { called: [] }
  expect(
    await namesOf(
      load(
        `${application}; module.exports = { get wiped() { return wipe('getter') }, get db() { return sequelize } }`,
        {},
        app,
      ),
    ),
  ).toEqual(['Guest'])
  expect(app.called).toEqual([])
})

test('functions that define models, in the shapes of public projects', async () => {
  const both = { User: 'createdAt,id,name,updatedAt' }
  const attributes = '{ name: DataTypes.STRING }'
  const user = `module.exports = (sequelize, DataTypes) => sequelize.define('User', ${attributes})`
  const shapes: Readonly<Record<string, string>> = {
    'any parameter names': `module.exports = (s, D) => s.define('User', { name: D.STRING })`,
    'the class Sequelize': `module.exports = (sequelize, Sequelize) => sequelize.define('User', { name: { type: Sequelize.DataTypes.STRING, defaultValue: Sequelize.literal("'x'") } })`,
    'types of the class': `exports.user = (conn, S) => conn.define('User', { name: S.STRING })`,
    'destructured types': `module.exports = (sequelize, { STRING }) => sequelize.define('User', { name: STRING })`,
    'an object of both': `module.exports = ({ sequelize, DataTypes }) => sequelize.define('User', ${attributes})`,
    'an inner class': `module.exports = (sequelize) => { const { DataTypes, Model } = require('sequelize'); class User extends Model {}; User.init(${attributes}, { sequelize }); return User }`,
    'a factory beside its class': `const { DataTypes, Model } = require('sequelize'); exports.User = class User extends Model {}; exports.initUser = (db) => { exports.User.init(${attributes}, { sequelize: db, modelName: 'User' }) }`,
    'a function that gathers files': `function initModels(sequelize) { const User = require('./user')(sequelize, require('sequelize').DataTypes); return { User } }; module.exports = initModels; module.exports.default = initModels`,
    'a loop over files': `module.exports = function (db, types) { for (const file of ['./user']) require(file)(db, types) }`,
    'compiled imports': `var user_1 = { default: require('./user') }, sequelize_1 = require('sequelize'); Object.defineProperty(exports, '__esModule', { value: true }); exports.default = (s) => (0, user_1.default)(s, sequelize_1.DataTypes)`,
    'compiled exports': `Object.defineProperty(exports, '__esModule', { value: true }); Object.defineProperty(exports, 'user', { enumerable: true, get: () => require('./user') })`,
    'a default for the instance': `exports.getUser = (sequelize = null) => sequelize.models.User ?? sequelize.define('User', { name: require('sequelize').STRING })`,
    'attributes from elsewhere': `const model = (name, attributes, sequelize) => sequelize.define(name, attributes); exports.user = (sequelize, T) => model('User', { name: T.STRING }, sequelize)`,
    "Feathers' application": `const { DataTypes } = require('sequelize'); module.exports = function (app) { const client = app.get('sequelizeClient'); return client.define('User', ${attributes}) }`,
    "egg's application": `module.exports = (app) => { const { STRING } = app.Sequelize; const User = app.model.define('User', { name: STRING }); User.associate = () => app.model.User.hasMany(app.model.User, { as: 'friends', foreignKey: 'name' }); return User }`,
    'a static initialiser of any name': `const { DataTypes, Model } = require('sequelize'); exports.User = class User extends Model { static defineUser(sequelize) { if (sequelize.models.User === this) return this; this.init(${attributes}, { sequelize }) } }`,
    'a class with an init of its own': `const { DataTypes, Model } = require('sequelize'); module.exports = class User extends Model { static init(connection) { return super.init(${attributes}, { sequelize: connection }) } }`,
    'an initialiser of a base that is exported, too': `const { DataTypes, Model } = require('sequelize'); class Base extends Model { static initialize(sequelize) { this.init(this.columns, { sequelize, modelName: this.name }) } }; class User extends Base { static columns = ${attributes} }; module.exports = { Base, User }`,
    'an object that holds the connection': `const { DataTypes, Model, Sequelize } = require('sequelize'); class User extends Model { static init(sequelize) { super.init(${attributes}, { sequelize }); return this } }; class Database { constructor() { this.connection = new Sequelize({ dialect: 'sqlite', storage: '/never/opened.db' }); [User].map((model) => model.init(this.connection)) } }; exports.default = new Database()`,
    'a map of models': `${application.replaceAll('Guest', 'User').replace(', define: { timestamps: false }', '')}; module.exports = { models: new Map([['User', User]]) }`,
  }
  for (const [shape, code] of Object.entries(shapes))
    expect((await collect([load(code, { './user': user })])).models, shape).toEqual(both)
})

test("a base class with Sequelize's own init is not initialised", async () => {
  const bases = [
    'static init(attributes, options) { return super.init({ ...attributes, tenant: DataTypes.STRING }, options) }',
    'static init(attrs, opts) { opts.underscored = true; return super.init(attrs, { ...opts }) }',
    'static init(a, { sequelize, ...rest }) { return super.init(Object.assign({}, a), { sequelize, ...rest }) }',
    'static init(...args) { return super.init(...args) }',
    'static init() { return super.init.apply(this, arguments) }',
    'static init(sequelize, columns, options) { return super.init(columns, { sequelize, ...options }) }',
  ]
  const room = `module.exports = (sequelize) => { const { DataTypes, Model } = require('sequelize'); class Room extends Model {}; Room.init({ no: DataTypes.INTEGER }, { sequelize }); return Room }`
  for (const base of bases) {
    const code = `const { DataTypes, Model } = require('sequelize'); module.exports = class Base extends Model { ${base} }`
    expect(await namesOf(load(code), load(room)), base).toEqual(['Room'])
    expect(
      await namesOf(
        load(`${application}; module.exports = { sequelize, Base: require('./base') }`, { './base': code }),
      ),
      base,
    ).toEqual(['Guest'])
  }
})

test('each model is associated once: also where another one, or the model itself, has an association already', async () => {
  const category = `module.exports = (sequelize, D) => { const C = sequelize.define('Category', {}, { timestamps: false }); C.belongsTo(C, { as: 'parent', foreignKey: 'parentId' }); return C }`
  const product = `module.exports = (sequelize, D) => { const P = sequelize.define('Product', {}, { timestamps: false })
    P.belongsTo(P, { as: 'before', foreignKey: 'beforeId' }); P.associate = (m) => { app.called.push('Product'); P.belongsTo(m.Category, { foreignKey: 'categoryId' }) }; return P }`
  const wanted = { Category: 'id,parentId', Product: 'beforeId,categoryId,id' }
  const app = { called: [] as string[] }
  expect((await collect([load(category, {}, app), load(product, {}, app)])).models).toEqual(wanted)
  expect(app.called).toEqual(['Product'])
  const classes = `const { Model } = require('sequelize'); exports.Product = class Product extends Model {
      static init(sequelize) { super.init({}, { sequelize, timestamps: false }); this.belongsTo(this, { as: 'before', foreignKey: 'beforeId' }) }
      static associate(models) { this.belongsTo(models.Category, { foreignKey: 'categoryId' }) } }`
  expect((await collect([load(category), load(classes)])).models).toEqual(wanted)
  const files = { './category': category, './product': product }
  const gathered = (
    then: string,
  ) => `const { Sequelize, DataTypes } = require('sequelize'); const sequelize = new Sequelize({ dialect: 'sqlite', storage: '/never/opened.db', logging: false })
    const db = { sequelize }; for (const name of ['Category', 'Product']) db[name] = require('./' + name.toLowerCase())(sequelize, DataTypes); ${then}; module.exports = db`
  for (const then of ['', 'for (const name of Object.keys(db)) if (db[name].associate) db[name].associate(db)']) {
    app.called = []
    expect((await collect([load(gathered(then), files, app)])).models).toEqual(wanted)
    expect(app.called).toEqual(['Product'])
  }
  // The text does not name the other model, and the alias could not be used twice.
  const looped = `module.exports = (sequelize) => { const P = sequelize.define('Product', {}, { timestamps: false }); P.associate = (m) => { for (const name of ['Cate' + 'gory']) P.belongsTo(m[name], { as: 'kind' + 1, foreignKey: 'categoryId' }) }; return P }`
  const once = gathered('db.Product.associate(db)')
  expect((await collect([load(once, { ...files, './product': looped })])).models).toEqual({
    ...wanted,
    Product: 'categoryId,id',
  })
})
