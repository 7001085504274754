import { DataTypes, Model, Sequelize } from 'sequelize'
import { expect, test } from 'vitest'
import { collectModels } from '../../src/model/collect-models.ts'

const own = (): Sequelize => new Sequelize({ dialect: 'sqlite', storage: '/never/opened.db', logging: false })

async function collect(...modules: readonly unknown[]) {
  const sequelize = own()
  const loaded = modules.map((exported, index) => ({ file: `/models/${index}.js`, exported }))
  const collected = await collectModels(loaded, sequelize, () => undefined)
  const models = collected.sequelize.models
  return {
    isForeign: collected.isForeign,
    names: Object.keys(models).sort(),
    associations: Object.fromEntries(
      Object.entries(models).map(([name, model]) => [name, Object.keys(model.associations)]),
    ),
  }
}

const userDefiner = (sequelize: Sequelize, types: typeof DataTypes) => {
  const User = sequelize.define('User', { name: types.STRING })
  return Object.assign(User, { associate: (models: Record<string, never>) => void User.hasMany(models.Post!) })
}
const postDefiner = (sequelize: Sequelize, types: typeof DataTypes) => {
  const Post = sequelize.define('Post', { text: types.STRING })
  return Object.assign(Post, { associate: (models: Record<string, never>) => void Post.belongsTo(models.User!) })
}

const both = { isForeign: false, names: ['Post', 'User'], associations: { User: ['Posts'], Post: ['User'] } }

test('one function per file, with associate, whatever the order and the wrapping', async () => {
  expect(await collect(userDefiner, postDefiner)).toEqual(both)
  expect(await collect(postDefiner, userDefiner)).toEqual(both)
  expect(await collect({ default: userDefiner }, { default: { default: postDefiner } })).toEqual(both)
  expect(
    await collect({ __esModule: true, default: userDefiner }, { 'module.exports': postDefiner, default: postDefiner }),
  ).toEqual(both)
})

test('a function that defines and associates all of them', async () => {
  const all = (sequelize: Sequelize, types: typeof DataTypes) => {
    const [User, Post] = [userDefiner(sequelize, types), postDefiner(sequelize, types)]
    User.hasMany(Post)
    Post.belongsTo(User)
    return { User, Post }
  }
  expect(await collect({ default: all })).toEqual(both)
  expect(await collect({ defineModels: async (sequelize: Sequelize) => all(sequelize, DataTypes) })).toEqual(both)
})

test('classes with a static initialiser, of each usual name', async () => {
  for (const name of ['initModel', 'initialize', 'setup']) {
    class User extends Model {
      static associate(models: Record<string, never>): void {
        User.hasMany(models.Post!)
      }
    }
    class Post extends Model {
      static associate(models: Record<string, never>): void {
        Post.belongsTo(models.User!)
      }
    }
    for (const model of [User, Post] as unknown as Record<string, unknown>[])
      model[name] = function (this: typeof User, sequelize: Sequelize) {
        return this.init({ name: DataTypes.STRING }, { sequelize, modelName: this.name })
      }
    expect(await collect({ User, Post })).toEqual(both)
  }
})

test('a class that overrides init itself', async () => {
  class User extends Model {
    static override init(sequelize: never): never {
      // biome-ignore lint/complexity/noThisInStatic: it is how a project writes it
      return super.init({ name: DataTypes.STRING } as never, { sequelize, modelName: 'User' } as never) as never
    }
  }
  expect((await collect({ default: User })).names).toEqual(['User'])
})

test('initialisers that associate their model with one that comes later; what none of the others helps is thrown', async () => {
  class Album extends Model {
    static initialise(sequelize: Sequelize): void {
      Album.init({ title: DataTypes.STRING }, { sequelize, modelName: 'album' })
      sequelize.models.singer!.hasMany(Album, { onDelete: 'CASCADE' })
      Album.belongsTo(sequelize.models.singer!)
    }
  }
  class Singer extends Model {
    static initialise(sequelize: Sequelize): void {
      Singer.init({ name: DataTypes.STRING }, { sequelize, modelName: 'singer' })
    }
  }
  expect(await collect({ Album }, { Singer })).toMatchObject({
    associations: { album: ['singer'], singer: ['albums'] },
  })
  expect(Object.keys(Album.getAttributes())).toContain('singerId')
  class Song extends Model {
    static initialise(_sequelize: Sequelize): never {
      throw new Error('no words')
    }
  }
  const orphan = (sequelize: Sequelize) => sequelize.models.absent!.hasMany(sequelize.define('orphan', {}))
  await expect(collect({ Song }, orphan, { Singer })).rejects.toThrow('no words')
})

test("models that are bound to the application's own instance, the instance exported or not", async () => {
  const make = () => {
    const sequelize = own()
    const [User, Post] = [userDefiner(sequelize, DataTypes), postDefiner(sequelize, DataTypes)]
    User.hasMany(Post)
    Post.belongsTo(User)
    return { sequelize, User, Post }
  }
  const foreign = { ...both, isForeign: true }
  const first = make()
  expect(await collect({ ...first, Sequelize })).toEqual(foreign)
  expect(await collect({ default: make() })).toEqual(foreign)
  const { User, Post } = make()
  expect(await collect({ User }, { Post })).toEqual(foreign)
  expect(await collect({ db: make().sequelize })).toEqual(foreign)
  expect(await collect({ models: [make().User] })).toEqual(foreign)
})

test('of two instances the one with the models counts', async () => {
  const [empty, full] = [own(), own()]
  full.define('User', {})
  expect(await collect({ empty, full })).toMatchObject({ isForeign: true, names: ['User'] })
})

test('functions that do something else are left alone', async () => {
  const called: string[] = []
  const result = await collect({
    defineUser: (sequelize: Sequelize) => sequelize.define('User', {}),
    connect: (url: string) => called.push(url),
    hashPassword: (password: string) => called.push(password),
    Service: class {
      constructor() {
        called.push('Service')
      }
    },
    limit: 5,
    nothing: null,
  })
  expect([result.names, called]).toEqual([['User'], []])
})

test('an associate that is asynchronous is waited for, and one that throws is told', async () => {
  const late = (sequelize: Sequelize) => {
    const User = sequelize.define('User', {})
    return Object.assign(User, {
      associate: async () => {
        await new Promise(setImmediate)
        User.hasMany(User, { as: 'friends' })
      },
    })
  }
  expect((await collect(late)).associations).toEqual({ User: ['friends'] })
  const broken = (sequelize: Sequelize) =>
    Object.assign(sequelize.define('User', {}), {
      associate: () => {
        throw new Error('no good')
      },
    })
  await expect(collect(broken)).rejects.toThrow('no good')
})

test('nothing at all is no model', async () => {
  expect((await collect(undefined, null, {}, [], 'x', 5)).names).toEqual([])
})
