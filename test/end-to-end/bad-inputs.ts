/** Everything that a user's files, command line and databases can have wrong, each with the one Problem that it must give. */
import { copyFileSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Code } from '../../src/error.ts'
import { execute, holdLock } from './database.ts'
import { devAtTwo, type Files, makeProject, type TinyProject } from './project.ts'

/** One bad input. */
export interface BadInput {
  readonly name: string
  /** The command line, without `--json`. */
  readonly command: string
  readonly files?: Files
  readonly config?: Readonly<Record<string, unknown>>
  readonly dev?: string | null
  /** What files cannot say: links, rights, locks. What it returns is called afterwards. */
  readonly arrange?: (project: TinyProject) => unknown
  readonly env?: NodeJS.ProcessEnv
  /** Modes of files, by path: for this command they bind root too. */
  readonly rights?: Readonly<Record<string, number>>
  readonly problem: {
    readonly code: Code
    readonly exit: number
    readonly message: RegExp
    readonly hint: RegExp
    /** Relative to the project; null: none is named. */
    readonly file: string | null
    readonly line?: number
    readonly migration?: string
    readonly statement?: RegExp
    readonly details?: RegExp
  }
  /** The document without its Problem; by default there is none. */
  readonly result?: Readonly<Record<string, unknown>>
  /** Migrations that dev has afterwards, where some were applied or reverted; otherwise its file is the same, byte for byte. */
  readonly devAfter?: readonly string[]
}

/** What a worker prints goes through a pipe that is not blocking, which a synchronous write would find full. */
const megabytes = (count: number, write = 'process.stdout.write('): string =>
  `const line = 'x'.repeat(1023) + '\\n'
const block = line.repeat(1024)
for (let i = 0; i < ${count}; i++) ${write}block)
`

/** A folder of models with one more file; the base ones stay. */
const inModels = (name: string, text: string | Buffer): Files => ({ [`models/${name}`]: text })

const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3)) % 256))

const throwaway = (steps: readonly unknown[] = []) => ({ throwaway: { steps } })

/** More of what code can do wrong, and where the fault is found in each language: test/worker/call-worker.test.ts. */
const models: readonly BadInput[] = [
  {
    name: 'a CommonJS model with a syntax error',
    command: 'reset',
    files: inModels(
      'broken.js',
      `module.exports = (sequelize, DataTypes) =>\n  sequelize.define('broken', {\n    name: DataTypes.STRING,,\n  })\n`,
    ),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/broken.js',
      line: 3,
      message: /Unexpected token|Expected identifier/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'an ES module model in a package of type module with a syntax error',
    command: 'reset',
    files: {
      'package.json': '{ "name": "tiny", "type": "module" }',
      'models/note.js': null,
      'models/user.js': `export default (sequelize, DataTypes) => {\n  return sequelize.define('user', { name: DataTypes.STRING )\n}\n`,
    },
    problem: { code: 'model-failed', exit: 1, file: 'models/user.js', line: 2, message: /./, hint: /mend the file/ },
    result: throwaway(),
  },
  {
    name: 'a file that a model imports has the syntax error',
    command: 'reset',
    files: {
      ...inModels('about.ts', `import { size } from '../lib/size'\nexport default () => size\n`),
      'lib/size.ts': `export const size: number = 3\nexport const = 4\n`,
    },
    problem: { code: 'model-failed', exit: 1, file: 'lib/size.ts', line: 2, message: /./, hint: /mend the file/ },
    result: throwaway(),
  },
  {
    name: 'a model that throws while it is imported',
    command: 'reset',
    files: inModels('broken.js', `const settings = {}\n\nmodule.exports = settings.models.user\n`),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/broken.js',
      line: 3,
      message: /Cannot read properties of undefined/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that throws a string',
    command: 'reset',
    files: inModels('broken.js', `throw 'no settings'\n`),
    problem: { code: 'model-failed', exit: 1, file: 'models/broken.js', message: /no settings/, hint: /mend the file/ },
    result: throwaway(),
  },
  {
    name: 'a model that throws nothing at all',
    command: 'reset',
    files: inModels('other.js', `module.exports = (sequelize) => { throw undefined }\n`),
    problem: { code: 'model-failed', exit: 1, file: 'models/other.js', message: /undefined/, hint: /mend the file/ },
    result: throwaway(),
  },
  {
    name: 'associate refers to a model that does not exist',
    command: 'reset',
    files: inModels(
      'post.js',
      `module.exports = (sequelize) => {\n  const Post = sequelize.define('post', {})\n  Post.associate = (models) => {\n    Post.belongsTo(models.Author)\n  }\n  return Post\n}\n`,
    ),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/post.js',
      line: 4,
      message: /belongsTo called with something that's not a subclass/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a promise that a model lets go of rejects',
    command: 'reset',
    files: inModels(
      'broken.js',
      `const later = async () => {\n  throw new Error('no server')\n}\nlater()\nmodule.exports = async () => new Promise((resolve) => setTimeout(resolve, 5000))\n`,
    ),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/broken.js',
      line: 2,
      message: /no server/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that calls process.exit while it is imported',
    command: 'reset',
    files: inModels('exits.js', `if (!process.env.SECRET) {\n  process.exit(0)\n}\nmodule.exports = () => null\n`),
    problem: {
      code: 'model-exit',
      exit: 1,
      file: 'models/exits.js',
      line: 2,
      message: /process\.exit\(0\)/,
      hint: /not where it is imported/,
    },
    result: throwaway(),
  },
  {
    name: 'a TypeScript ES module model that calls process.exit while it is defined',
    command: 'reset',
    files: {
      'package.json': '{ "type": "module" }',
      'models/note.js': null,
      'models/user.js': null,
      ...inModels(
        'exits.ts',
        `import process from 'node:process'\n\nexport default (): void => {\n  process.exit(3)\n}\n`,
      ),
    },
    problem: {
      code: 'model-exit',
      exit: 1,
      file: 'models/exits.ts',
      line: 4,
      message: /process\.exit\(3\)/,
      hint: /not where it is imported/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that loops for ever',
    command: 'reset',
    files: inModels(
      'loops.js',
      `let count = 0\nmodule.exports = (sequelize) => {\n  while (count >= 0) count = 1\n}\n`,
    ),
    config: { models: { path: './models', timeoutMs: 1500 } },
    problem: {
      code: 'model-timeout',
      exit: 1,
      file: 'models/loops.js',
      line: 3,
      message: /1500 ms/,
      hint: /timeoutMs/,
    },
    result: throwaway(),
  },
  {
    name: 'a TypeScript model that loops for ever',
    command: 'reset',
    files: inModels(
      'loops.ts',
      `interface Wide {\n  count: number\n}\n\nconst wide: Wide = { count: 0 }\nfor (;;) wide.count = 1\n`,
    ),
    config: { models: { path: './models', timeoutMs: 1500 } },
    problem: {
      code: 'model-timeout',
      exit: 1,
      file: 'models/loops.ts',
      line: 6,
      message: /1500 ms/,
      hint: /timeoutMs/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that waits for ever',
    command: 'reset',
    files: inModels('asks.js', `module.exports = (sequelize) => new Promise(() => setInterval(() => {}, 1000))\n`),
    config: { models: { path: './models', timeoutMs: 1500 } },
    problem: { code: 'model-timeout', exit: 1, file: 'models/asks.js', message: /1500 ms/, hint: /timeoutMs/ },
    result: throwaway(),
  },
  {
    name: 'a model that waits for what never comes, with nothing left to do',
    command: 'reset',
    files: inModels('asks.js', `module.exports = (sequelize) => new Promise(() => {})\n`),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/asks.js',
      message: /awaits a promise that nothing is left to settle/,
      hint: /resolve/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that prints megabytes and then throws',
    command: 'reset',
    files: inModels('prints.js', `${megabytes(20)}throw new Error('after the flood')\n`),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/prints.js',
      line: 4,
      message: /after the flood/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that kills its process',
    command: 'reset',
    files: inModels('dies.js', `process.kill(process.pid, 'SIGKILL')\n`),
    problem: { code: 'worker-died', exit: 1, file: 'models/dies.js', message: /SIGKILL/, hint: /./ },
    result: throwaway(),
  },
  {
    name: 'a model that calls itself without end',
    command: 'reset',
    files: inModels('deep.js', `const deeper = (n) => deeper(n + 1) + 1\nmodule.exports = (sequelize) => deeper(0)\n`),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/deep.js',
      line: 1,
      message: /Maximum call stack/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a model that requires a package that is not installed',
    command: 'reset',
    files: inModels('needs.js', `'use strict'\nrequire('left-pad-of-nobody')\n`),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/needs.js',
      line: 2,
      message: /left-pad-of-nobody/,
      hint: /^npm install left-pad-of-nobody; or mend/,
    },
    result: throwaway(),
  },
  {
    name: 'an ES module model that imports a file that is not there',
    command: 'reset',
    files: inModels('needs.mjs', `import { size } from './no-such-file.mjs'\nexport default () => size\n`),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/needs.mjs',
      message: /no-such-file/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a type that Sequelize does not have',
    command: 'reset',
    files: inModels(
      'broken.js',
      `module.exports = (sequelize, DataTypes) =>\n  sequelize.define('broken', {\n    name: DataTypes.STRNG,\n  })\n`,
    ),
    problem: {
      code: 'model-failed',
      exit: 1,
      file: 'models/broken.js',
      line: 2,
      message: /Unrecognized datatype for attribute "broken\.name"/,
      hint: /mend the file/,
    },
    result: throwaway(),
  },
  {
    name: 'a schema that the database refuses',
    command: 'reset',
    files: inModels(
      'broken.js',
      `module.exports = (sequelize, DataTypes) =>\n  sequelize.define('broken', { a: DataTypes.INTEGER }, { indexes: [{ name: 'by_b', fields: ['b'] }] })\n`,
    ),
    problem: {
      code: 'schema-failed',
      exit: 1,
      file: null,
      message: /refused the models' schema: .*no such column: b/,
      hint: /mend the model/,
      statement: /CREATE INDEX `by_b`/,
    },
    result: throwaway(),
  },
  {
    name: 'an application with an instance for another dialect',
    command: 'reset',
    config: { models: './app.js' },
    files: {
      'app.js': `const { Sequelize } = require('sequelize')\nmodule.exports = new Sequelize('postgres://doe:secret@db.example.com/app')\n`,
    },
    problem: { code: 'model-failed', exit: 1, file: 'app.js', line: 2, message: /pg/, hint: /./ },
    result: throwaway(),
  },
  {
    name: 'a model file that does not exist',
    command: 'reset',
    config: { models: ['./models/user.js', './models/none.js'] },
    problem: {
      code: 'model-not-found',
      exit: 1,
      file: 'models/none.js',
      message: /nothing matches \.\/models\/none\.js/,
      hint: /check models in devdb\.config\.json/,
    },
    result: throwaway(),
  },
  {
    name: 'a glob that matches nothing',
    command: 'reset',
    config: { models: './src/**/*.model.ts' },
    problem: {
      code: 'model-not-found',
      exit: 1,
      file: 'devdb.config.json',
      message: /nothing matches \.\/src\/\*\*/,
      hint: /check models in devdb\.config\.json/,
    },
    result: throwaway(),
  },
  {
    name: 'an empty model folder',
    command: 'reset',
    files: { 'models/note.js': null, 'models/user.js': null, 'models/README.md': 'nothing yet' },
    problem: {
      code: 'model-not-found',
      exit: 1,
      file: 'models',
      message: /the folder \.\/models holds no model files/,
      hint: /check models/,
    },
    result: throwaway(),
  },
  {
    name: 'empty model files',
    command: 'reset',
    files: { 'models/note.js': '', 'models/user.js': '' },
    problem: {
      code: 'model-none',
      exit: 1,
      file: null,
      message: /no Sequelize model was found/,
      hint: /export the models/,
    },
    result: throwaway(),
  },
  {
    name: 'a binary file in place of a model',
    command: 'reset',
    files: inModels('noise.js', noise),
    problem: { code: 'model-failed', exit: 1, file: 'models/noise.js', line: 1, message: /./, hint: /mend the file/ },
    result: throwaway(),
  },
  {
    name: 'a model file that may not be read',
    command: 'reset',
    rights: { 'models/user.js': 0 },
    problem: { code: 'model-failed', exit: 1, file: 'models/user.js', message: /permission denied/, hint: /./ },
    result: throwaway(),
  },
]

const step = (...steps: readonly Readonly<Record<string, unknown>>[]) => ({ steps })

const failedStep = (name: string) => throwaway([{ name, state: 'failed', ms: expect.any(Number), cached: false }])

const steps: readonly BadInput[] = [
  {
    name: 'a program that is not there',
    command: 'reset',
    config: step({ name: 'seed', run: ['no-such-program', '--all'] }),
    problem: {
      code: 'step-not-found',
      exit: 1,
      file: null,
      message: /step "seed": no-such-program cannot be started/,
      hint: /no-such-program --all/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a shell command that is not there',
    command: 'reset',
    config: step({ name: 'seed', run: 'no-such-program --all' }),
    problem: {
      code: 'step-not-found',
      exit: 1,
      file: null,
      message: /step "seed": no-such-program cannot be started/,
      hint: /no-such-program --all/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a program that may not be executed',
    command: 'reset',
    files: { 'seed.sh': '#!/bin/sh\nexit 0\n' },
    config: step({ name: 'seed', run: ['./seed.sh'] }),
    problem: { code: 'step-not-found', exit: 1, file: null, message: /seed\.sh cannot be started/, hint: /seed\.sh/ },
    result: failedStep('seed'),
  },
  {
    name: 'a folder to run in that is not there',
    command: 'reset',
    config: { cwd: './nowhere', ...step({ name: 'seed', run: 'true' }) },
    problem: { code: 'config-invalid', exit: 2, file: 'devdb.config.json', message: /cwd: .*nowhere/, hint: /./ },
  },
  {
    name: 'a step that fails, and what it said last',
    command: 'reset',
    files: {
      'seed.js': `for (let i = 1; i <= 30; i++) console.log('line', i)\nconsole.error('no such user: doe')\nprocess.exit(3)\n`,
    },
    config: step({ name: 'seed', run: 'node seed.js' }, { name: 'after', run: 'true' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: null,
      message: /step "seed" ended with exit code 3/,
      hint: /node seed\.js/,
      details: /line 30[\s\S]*no such user: doe/,
    },
    result: throwaway([
      { name: 'seed', state: 'failed', ms: expect.any(Number), cached: false },
      { name: 'after', state: 'skipped', ms: null, cached: false },
    ]),
  },
  {
    name: 'a step that is killed',
    command: 'reset',
    config: step({ name: 'seed', run: ['node', '-e', 'process.kill(process.pid, "SIGKILL")'] }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: null,
      message: /step "seed" ended with signal SIGKILL/,
      hint: /node -e/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a step that hangs',
    command: 'reset',
    config: step({
      name: 'seed',
      run: ['node', '-e', 'console.log("waiting"); setInterval(() => {}, 1000)'],
      timeoutMs: 800,
    }),
    problem: {
      code: 'step-timeout',
      exit: 1,
      file: null,
      message: /step "seed" took longer than 800 ms/,
      hint: /timeoutMs/,
      details: /waiting/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a step that hangs, does not hear SIGTERM, and has a child that does not either',
    command: 'reset',
    config: step({ name: 'seed', run: `trap '' TERM; (trap '' TERM; sleep 60) & sleep 60`, timeoutMs: 500 }),
    problem: {
      code: 'step-timeout',
      exit: 1,
      file: null,
      message: /step "seed" took longer than 500 ms/,
      hint: /timeoutMs/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a step that floods its output and then fails',
    command: 'reset',
    files: {
      'seed.js': `${megabytes(50, "require('node:fs').writeSync(1, ")}console.log('drowned')\nprocess.exit(1)\n`,
    },
    config: step({ name: 'seed', run: ['node', 'seed.js'] }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: null,
      message: /exit code 1/,
      hint: /node seed\.js/,
      details: /drowned$/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a step that prints one endless line and then fails',
    command: 'reset',
    files: {
      'seed.js': `const block = 'x'.repeat(1 << 20)\nfor (let i = 0; i < 20; i++) require('node:fs').writeSync(1, block)\nprocess.exit(1)\n`,
    },
    config: step({ name: 'seed', run: ['node', 'seed.js'] }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: null,
      message: /exit code 1/,
      hint: /node seed\.js/,
      details: /^x{1,2000}$/,
    },
    result: failedStep('seed'),
  },
  {
    name: 'a seeder that is not there',
    command: 'reset',
    config: step({ module: './seeders/none.js' }),
    problem: {
      code: 'step-not-found',
      exit: 1,
      file: 'seeders/none.js',
      message: /step "none\.js": there is no file/,
      hint: /configuration/,
    },
    result: failedStep('none.js'),
  },
  {
    name: 'a seeder with a syntax error',
    command: 'reset',
    files: {
      'seeders/users.ts': `import type { QueryInterface } from 'sequelize'\n\nexport async function up(queryInterface: QueryInterface {\n}\n`,
    },
    config: step({ name: 'users', module: './seeders/users.ts' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seeders/users.ts',
      line: 3,
      message: /step "users": /,
      hint: /mend the seeder/,
    },
    result: failedStep('users'),
  },
  {
    name: 'a seeder that throws',
    command: 'reset',
    files: { 'seeders/users.js': `exports.up = async () => {\n  throw new Error('no users')\n}\n` },
    config: step({ name: 'users', module: './seeders/users.js' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seeders/users.js',
      line: 2,
      message: /step "users": no users/,
      hint: /mend the seeder/,
    },
    result: failedStep('users'),
  },
  {
    name: 'a seeder that throws nothing at all',
    command: 'reset',
    files: { 'seeders/users.js': `exports.up = async () => {\n  throw null\n}\n` },
    config: step({ name: 'users', module: './seeders/users.js' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seeders/users.js',
      message: /step "users": .*null/,
      hint: /mend the seeder/,
    },
    result: failedStep('users'),
  },
  {
    name: 'a seeder whose rows the database refuses',
    command: 'reset',
    files: {
      'seeders/users.js': `exports.up = async (queryInterface) => {\n  await queryInterface.bulkInsert('users', [{ name: null }])\n}\n`,
    },
    config: step({ name: 'users', module: './seeders/users.js' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seeders/users.js',
      line: 2,
      message: /NOT NULL constraint failed: users\.name/,
      hint: /mend the seeder/,
      statement: /INSERT INTO `users`/,
    },
    result: failedStep('users'),
  },
  {
    name: 'a seeder without up',
    command: 'reset',
    files: { 'seeders/users.js': `exports.seed = async () => {}\n` },
    config: step({ name: 'users', module: './seeders/users.js' }),
    problem: { code: 'step-failed', exit: 1, file: 'seeders/users.js', message: /exports no up/, hint: /export up/ },
    result: failedStep('users'),
  },
  {
    name: 'a seeder that calls process.exit',
    command: 'reset',
    files: { 'seeders/users.js': `exports.up = async () => {\n  process.exit(0)\n}\n` },
    config: step({ name: 'users', module: './seeders/users.js' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seeders/users.js',
      line: 2,
      message: /step "users": process\.exit\(0\) was called/,
      hint: /take that call out/,
    },
    result: failedStep('users'),
  },
  {
    name: 'a seeder that loops for ever',
    command: 'reset',
    files: { 'seeders/users.js': `exports.up = async () => {\n  for (;;);\n}\n` },
    config: step({ name: 'users', module: './seeders/users.js', timeoutMs: 1500 }),
    problem: {
      code: 'step-timeout',
      exit: 1,
      file: 'seeders/users.js',
      line: 2,
      message: /step "users" took longer than 1500 ms/,
      hint: /timeoutMs: 3000/,
    },
    result: failedStep('users'),
  },
  {
    name: 'a seeder that kills its process',
    command: 'reset',
    files: { 'seeders/users.js': `exports.up = async () => process.kill(process.pid, 'SIGKILL')\n` },
    config: step({ name: 'users', module: './seeders/users.js' }),
    problem: { code: 'step-failed', exit: 1, file: 'seeders/users.js', message: /step "users": .*SIGKILL/, hint: /./ },
    result: failedStep('users'),
  },
  {
    name: 'an SQL step that is not there',
    command: 'reset',
    config: step({ name: 'settings', sql: './seed/none.sql' }),
    problem: {
      code: 'step-not-found',
      exit: 1,
      file: 'seed/none.sql',
      message: /step "settings": there is no file/,
      hint: /configuration/,
    },
    result: failedStep('settings'),
  },
  {
    name: 'an SQL step with a bad statement',
    command: 'reset',
    files: {
      'seed/settings.sql': `-- people\nINSERT INTO users (name) VALUES ('doe; with a semicolon');\n\nINSERT INTO\n  nowhere (name) VALUES ('x');\n`,
    },
    config: step({ name: 'settings', sql: './seed/settings.sql' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seed/settings.sql',
      line: 4,
      message: /step "settings": .*no such table: nowhere/,
      hint: /fix the statement/,
      statement: /^INSERT INTO\n {2}nowhere/,
    },
    result: failedStep('settings'),
  },
  {
    name: 'a binary file in place of an SQL step',
    command: 'reset',
    files: { 'seed/settings.sql': noise },
    config: step({ name: 'settings', sql: './seed/settings.sql' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seed/settings.sql',
      line: 1,
      message: /step "settings": /,
      hint: /fix the statement/,
      statement: /^[\s\S]{1,4002}$/,
    },
    result: failedStep('settings'),
  },
  {
    name: 'a folder in place of an SQL step',
    command: 'reset',
    files: { 'seed/settings.sql/x.txt': '' },
    config: step({ name: 'settings', sql: './seed/settings.sql' }),
    problem: {
      code: 'step-failed',
      exit: 1,
      file: 'seed/settings.sql',
      message: /step "settings": .*EISDIR/,
      hint: /./,
    },
    result: failedStep('settings'),
  },
  {
    name: 'an SQL step that never ends',
    command: 'reset',
    files: {
      'seed/settings.sql': `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO users (name) SELECT i FROM n WHERE i < 0;\n`,
    },
    config: step({ name: 'settings', sql: './seed/settings.sql', timeoutMs: 1000 }),
    problem: {
      code: 'step-timeout',
      exit: 1,
      file: 'seed/settings.sql',
      message: /step "settings" took longer than 1000 ms/,
      hint: /timeoutMs: 2000/,
    },
    result: failedStep('settings'),
  },
]

const minimal = `models: './models', migrations: './migrations', dev: 'sqlite:dev.db'`

const configuration: readonly BadInput[] = [
  {
    name: 'a configuration that is not there',
    command: 'status --config other.config.ts',
    problem: {
      code: 'config-not-found',
      exit: 2,
      file: null,
      message: /other\.config\.ts/,
      hint: /^--config devdb\.config\.|^no devdb\.config/,
    },
  },
  {
    name: 'a folder in place of the configuration that is named',
    command: 'upgrade --config models',
    problem: {
      code: 'config-not-found',
      exit: 2,
      file: null,
      message: /models/,
      hint: /^--config devdb\.config\.json$/,
    },
  },
  {
    name: 'two configurations in one folder',
    command: 'status',
    files: {
      'devdb.config.js': `module.exports = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db' }\n`,
      'devdb.config.json': '{}',
    },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /two configurations: devdb\.config\.js and devdb\.config\.json/,
      hint: /--config devdb\.config\.js/,
    },
  },
  {
    name: 'a URL that is made of a variable which is not set',
    command: 'upgrade',
    files: {
      'devdb.config.js': `module.exports = { models: './models', migrations: './migrations', dev: (env) => 'sqlite:' + env.DB_FILE }\n`,
    },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.js',
      message: /dev: DB_FILE is not set; devdb reads no \.env/,
      hint: /./,
    },
  },
  {
    name: 'no configuration from here upwards',
    command: 'reset',
    arrange: (project) => project.write({ 'devdb.config.json': null }),
    problem: { code: 'config-not-found', exit: 2, file: null, message: /devdb\.config\.\*/, hint: /^devdb init$/ },
  },
  {
    name: 'an unknown option in the configuration',
    command: 'status',
    config: { migrations: { dir: './migrations', tabel: 'Meta' } },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /1 fault: migrations\.tabel: is not an option/,
      hint: /README/,
      details: /^migrations\.tabel: is not an option$/,
    },
  },
  {
    name: 'many faults in one configuration',
    command: 'upgrade',
    config: {
      modles: './models',
      models: [],
      dev: 'sqlite::memory:',
      steps: [
        { name: 'a', run: 'true' },
        { name: '', run: 7, timeoutMs: -1 },
      ],
      snapshots: { keep: 0 },
      waitMs: 'long',
    },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /[678] faults/,
      hint: /README/,
      details:
        /(?=[\s\S]*^models: must not be an empty list)(?=[\s\S]*^modles: is not an option)(?=[\s\S]*^dev: a database in memory)(?=[\s\S]*^steps\[1\]\.name: must not be empty)(?=[\s\S]*^steps\[1\]\.run: )(?=[\s\S]*^steps\[1\]\.timeoutMs: must be more than 0)(?=[\s\S]*^snapshots\.keep: must be at least 1)(?=[\s\S]*^waitMs: must be a whole number)/m,
    },
  },
  {
    name: 'required options left out',
    command: 'reset',
    files: { 'devdb.config.json': '{}' },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /3 faults/,
      hint: /README/,
      details: /^models: must be[^\n]*\nmigrations: must be[^\n]*\ndev: must be/,
    },
  },
  {
    name: 'a step with both run and sql',
    command: 'reset',
    config: step({ name: 'seed', run: 'true', sql: './seed.sql' }),
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /steps\[0\]: must have exactly one of run, module and sql/,
      hint: /README/,
    },
  },
  {
    name: 'two steps of one name',
    command: 'reset',
    config: step({ name: 'seed', run: 'true' }, { name: 'seed', run: 'false' }),
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /steps\[1\]\.name: "seed"/,
      hint: /README/,
    },
  },
  {
    name: 'a pattern for migrations that is none',
    command: 'status',
    config: { migrations: { dir: './migrations', match: '[' } },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /migrations\.match: must be a regular expression/,
      hint: /README/,
    },
  },
  {
    name: 'a JSON configuration with a syntax error',
    command: 'upgrade',
    files: {
      'devdb.config.json': `{\n  "models": "./models",\n  "migrations": "./migrations"\n  "dev": "sqlite:dev.db"\n}\n`,
    },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.json',
      line: 4,
      message: /does not load: .*JSON/,
      hint: /mend it/,
    },
  },
  {
    name: 'a JSON configuration that ends too early',
    command: 'status',
    files: { 'devdb.config.json': `{\n  "models": "./models",\n  "migrations":` },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.json',
      line: 3,
      message: /does not load: .*JSON/,
      hint: /mend it/,
    },
  },
  {
    name: 'an empty JSON configuration',
    command: 'status',
    files: { 'devdb.config.json': '' },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.json',
      line: 1,
      message: /does not load: .*JSON/,
      hint: /mend it/,
    },
  },
  {
    name: 'a binary file in place of a JSON configuration',
    command: 'reset',
    files: { 'devdb.config.json': noise },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.json',
      message: /does not load: /,
      hint: /mend it/,
    },
  },
  {
    name: 'a TypeScript configuration with a syntax error',
    command: 'reset',
    files: {
      'devdb.config.ts': `import { defineConfig } from 'devdb'\n\nexport default defineConfig({\n  models: './models'\n  migrations: './migrations',\n})\n`,
    },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.ts',
      line: 5,
      message: /does not load: /,
      hint: /mend it/,
    },
  },
  {
    name: 'an ES module configuration with a syntax error',
    command: 'status',
    files: { 'devdb.config.mjs': `export default {\n  ${minimal},\n  steps: [},\n}\n` },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.mjs',
      line: 3,
      message: /does not load: /,
      hint: /mend it/,
    },
  },
  {
    name: 'a CommonJS configuration with a syntax error',
    command: 'downgrade --yes',
    files: { 'devdb.config.cjs': `module.exports = {\n  ${minimal},\n  steps: [},\n}\n` },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.cjs',
      line: 3,
      message: /does not load: /,
      hint: /mend it/,
    },
  },
  {
    name: 'a configuration that throws',
    command: 'status',
    files: {
      'devdb.config.ts': `const settings: { dev?: { file: string } } = {}\n\nexport default {\n  models: './models',\n  dev: settings.dev!.file,\n}\n`,
    },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.ts',
      line: 5,
      message: /does not load: Cannot read properties of undefined/,
      hint: /mend it/,
    },
  },
  {
    name: 'a configuration that throws nothing at all',
    command: 'status',
    files: { 'devdb.config.cjs': `throw undefined\n` },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.cjs',
      message: /does not load: .*undefined/,
      hint: /mend it/,
    },
  },
  {
    name: 'a configuration that calls process.exit',
    command: 'upgrade',
    files: { 'devdb.config.js': `if (!process.env.SECRET) process.exit(0)\nmodule.exports = { ${minimal} }\n` },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.js',
      line: 1,
      message: /called process\.exit/,
      hint: /take that call out/,
    },
  },
  {
    name: 'a configuration that catches its own process.exit',
    command: 'upgrade',
    files: { 'devdb.config.mjs': `try {\n  process.exit(0)\n} catch {}\nexport default { ${minimal} }\n` },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.mjs',
      line: 2,
      message: /called process\.exit/,
      hint: /take that call out/,
    },
  },
  {
    name: 'a configuration that imports a file that is not there',
    command: 'status',
    files: {
      'devdb.config.ts': `import { dev } from './settings'\nexport default { models: './models', migrations: './migrations', dev }\n`,
    },
    problem: { code: 'config-failed', exit: 2, file: 'devdb.config.ts', message: /settings/, hint: /mend it/ },
  },
  {
    name: 'the function dev throws',
    command: 'status',
    files: {
      'devdb.config.mjs': `export default {\n  models: './models',\n  migrations: './migrations',\n  dev: (env) => {\n    throw new Error('DEV_DB is not set')\n  },\n}\n`,
    },
    problem: {
      code: 'config-failed',
      exit: 2,
      file: 'devdb.config.mjs',
      line: 5,
      message: /the function dev .*failed: DEV_DB is not set/,
      hint: /mend it/,
    },
  },
  {
    name: 'the function dev gives nothing',
    command: 'status',
    files: {
      'devdb.config.mjs': `export default { models: './models', migrations: './migrations', dev: (env) => env.DEV_DB }\n`,
    },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.mjs',
      message: /dev: DEV_DB is not set; devdb reads no \.env/,
      hint: /README/,
    },
  },
  {
    name: 'the function dev is asynchronous',
    command: 'status',
    files: {
      'devdb.config.mjs': `export default { models: './models', migrations: './migrations', dev: async () => 'sqlite:dev.db' }\n`,
    },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.mjs',
      message: /1 fault: dev: must be a URL/,
      hint: /README/,
    },
  },
  {
    name: 'the function env gives a number',
    command: 'status',
    files: { 'devdb.config.mjs': `export default { ${minimal}, env: () => ({ PORT: 3000 }) }\n` },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.mjs',
      message: /env\.PORT: must be a string, is number/,
      hint: /README/,
    },
  },
  {
    name: 'a configuration that exports a list',
    command: 'status',
    files: { 'devdb.config.mjs': `export default ['./models']\n` },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.mjs',
      message: /must export an object, exports a list/,
      hint: /README/,
    },
  },
  {
    name: 'a configuration that exports nothing',
    command: 'status',
    files: { 'devdb.config.ts': '' },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.ts',
      message: /must export an object|models: must be/,
      hint: /README/,
    },
  },
  {
    name: 'a configuration that may not be read',
    command: 'status',
    rights: { 'devdb.config.json': 0 },
    problem: { code: 'config-failed', exit: 2, file: 'devdb.config.json', message: /permission denied/, hint: /./ },
  },
  {
    name: 'a dev database of a kind that devdb does not open',
    command: 'upgrade',
    config: { dev: 'oracle://doe:secret@db.example.com/app' },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /dev: no dialect of devdb opens "oracle"/,
      hint: /README/,
      details: /sqlite/,
    },
  },
  {
    name: 'a dev database with production in its name',
    command: 'upgrade',
    config: { dev: 'sqlite:forge-production.db' },
    problem: {
      code: 'dev-refused',
      exit: 2,
      file: 'devdb.config.json',
      message: /"forge-production" looks like production/,
      hint: /allow: \['forge-production'\]/,
    },
  },
  {
    name: 'NODE_ENV is production',
    command: 'reset --dev --yes',
    env: { NODE_ENV: 'production' },
    problem: {
      code: 'dev-refused',
      exit: 2,
      file: 'devdb.config.json',
      message: /NODE_ENV is production/,
      hint: /allow: \['dev'\]/,
    },
  },
]

const commandLine: readonly BadInput[] = [
  {
    name: 'an unknown command',
    command: 'upgarde',
    problem: { code: 'usage', exit: 2, file: null, message: /unknown command 'upgarde'/, hint: /upgrade/ },
  },
  {
    name: 'help for an unknown command',
    command: 'help upgarde',
    problem: { code: 'usage', exit: 2, file: null, message: /^unknown command 'upgarde'$/, hint: /devdb --help/ },
  },
  {
    name: 'no command',
    command: '',
    problem: { code: 'usage', exit: 2, file: null, message: /./, hint: /devdb --help/ },
  },
  {
    name: 'an unknown option',
    command: 'upgrade --forse',
    problem: { code: 'usage', exit: 2, file: null, message: /unknown option '--forse'/, hint: /devdb upgrade --help/ },
  },
  {
    name: 'an option before its command',
    command: '--config devdb.config.json status',
    problem: {
      code: 'usage',
      exit: 2,
      file: null,
      message: /unknown option '--config'/,
      hint: /devdb status --config devdb\.config\.json/,
    },
  },
  {
    name: 'a value that an option does not have',
    command: 'upgrade --log-level loud',
    problem: { code: 'usage', exit: 2, file: null, message: /loud/, hint: /devdb upgrade --help/ },
  },
  {
    name: 'two targets',
    command: 'upgrade +1 head',
    problem: { code: 'usage', exit: 2, file: null, message: /too many arguments/, hint: /devdb upgrade --help/ },
  },
  {
    name: 'an unknown target',
    command: 'upgrade 20990101-nothing',
    problem: {
      code: 'target-unknown',
      exit: 2,
      file: null,
      message: /no migration is named "20990101-nothing"/,
      hint: /devdb status/,
    },
    result: { applied: [], saved: null },
  },
  {
    name: 'an ambiguous target',
    command: 'upgrade 202601',
    problem: {
      code: 'target-ambiguous',
      exit: 2,
      file: null,
      message: /"202601" is part of 3 names/,
      hint: /more of the name/,
      details: /20260101-users\.js\n20260102-notes\.js\n20260103-colour\.js/,
    },
    result: { applied: [], saved: null },
  },
  {
    name: 'an upgrade by a number that goes down',
    command: 'upgrade -1',
    problem: { code: 'usage', exit: 2, file: null, message: /-1/, hint: /devdb upgrade \+1/ },
    result: { applied: [], saved: null },
  },
  {
    name: 'a downgrade by a number that goes up',
    command: 'downgrade +1 --yes',
    problem: { code: 'usage', exit: 2, file: null, message: /"\+1" is no target here/, hint: /devdb downgrade -1/ },
  },
  {
    name: 'a downgrade by none',
    command: 'downgrade -0 --yes',
    problem: { code: 'usage', exit: 2, file: null, message: /"-0" is no target here/, hint: /devdb downgrade -1/ },
  },
  {
    name: 'a downgrade to a migration that is not applied',
    command: 'downgrade colour --yes',
    problem: {
      code: 'target-unknown',
      exit: 2,
      file: null,
      message: /20260103-colour\.js is not applied/,
      hint: /devdb status/,
    },
  },
  {
    name: 'a downgrade without --yes',
    command: 'downgrade',
    problem: {
      code: 'confirmation-needed',
      exit: 2,
      file: null,
      message: /20260102-notes\.js will be reverted; .*nothing was changed/,
      hint: /^devdb downgrade -1 --yes$/,
    },
  },
  {
    name: 'a reset of dev without --yes',
    command: 'reset --dev',
    problem: {
      code: 'confirmation-needed',
      exit: 2,
      file: null,
      message: /recreate dev\.db .* 6 rows are lost/,
      hint: /^devdb reset --dev --yes$/,
    },
  },
]

const nothingApplied = { applied: [], saved: null }
const nothingReverted = { reverted: [], saved: null }
const atTwo = ['20260101-users.js', '20260102-notes.js']

/** One pending migration in the place of the base's third. */
const pending = (name: string, text: string | Buffer): Files => ({
  'migrations/20260103-colour.js': null,
  [`migrations/${name}`]: text,
})

const failing = (
  name: string,
  text: string | Buffer,
  problem: Partial<BadInput['problem']>,
): Omit<BadInput, 'name'> => ({
  command: 'upgrade',
  files: pending(name, text),
  problem: {
    code: 'migration-failed',
    exit: 1,
    file: `migrations/${name}`,
    migration: name,
    message: /./,
    hint: /mend the migration|devdb upgrade/,
    ...problem,
  },
  result: nothingApplied,
})

/** More of them, in this process: test/migration/run-migrations.test.ts. */
const migrations: readonly BadInput[] = [
  {
    name: 'the second of three migrations throws',
    command: 'upgrade',
    files: {
      'migrations/20260104-breaks.js': `exports.up = async (queryInterface) => {\n  await queryInterface.sequelize.query('CREATE TABLE half (id INTEGER)')\n  throw new Error('no such setting')\n}\n`,
      'migrations/20260105-never.js': `exports.up = (queryInterface) => queryInterface.dropTable('users')\n`,
    },
    problem: {
      code: 'migration-failed',
      exit: 1,
      file: 'migrations/20260104-breaks.js',
      line: 3,
      migration: '20260104-breaks.js',
      message: /20260104-breaks\.js: no such setting/,
      hint: /devdb upgrade/,
    },
    result: { applied: ['20260103-colour.js'], saved: expect.any(String) },
    devAfter: [...atTwo, '20260103-colour.js'],
  },
  {
    name: 'the second of three migrations kills its process',
    command: 'upgrade',
    files: {
      'migrations/20260104-breaks.js': `exports.up = async (queryInterface) => {\n  await queryInterface.sequelize.query('CREATE TABLE half (id INTEGER)')\n  process.kill(process.pid, 'SIGKILL')\n  await new Promise(() => setInterval(() => {}, 1000))\n}\n`,
      'migrations/20260105-never.js': `exports.up = (queryInterface) => queryInterface.dropTable('users')\n`,
    },
    problem: {
      code: 'migration-failed',
      exit: 1,
      file: 'migrations/20260104-breaks.js',
      migration: '20260104-breaks.js',
      message: /20260104-breaks\.js: .*SIGKILL/,
      hint: /./,
    },
    result: { applied: ['20260103-colour.js'], saved: expect.any(String) },
    devAfter: [...atTwo, '20260103-colour.js'],
  },
  {
    name: 'the second of three migrations on the way down throws',
    command: 'downgrade base --yes',
    files: {
      'migrations/20260101-users.js': `exports.up = () => {}\nexports.down = () => {\n  throw new Error('never')\n}\n`,
    },
    problem: {
      code: 'migration-failed',
      exit: 1,
      file: 'migrations/20260101-users.js',
      line: 3,
      migration: '20260101-users.js',
      message: /20260101-users\.js: never/,
      hint: /devdb downgrade/,
    },
    result: { reverted: ['20260102-notes.js'], saved: expect.any(String) },
    devAfter: ['20260101-users.js'],
  },
  {
    name: 'reset --dev: the last migration fails',
    command: 'reset --dev --yes',
    files: pending(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  await queryInterface.sequelize.query('UPDATE nowhere SET a = 1')\n}\n`,
    ),
    problem: {
      code: 'migration-failed',
      exit: 1,
      file: 'migrations/20260103-breaks.js',
      line: 2,
      migration: '20260103-breaks.js',
      message: /no such table: nowhere/,
      hint: /./,
      statement: /UPDATE nowhere SET a = 1/,
    },
    result: { dev: { url: expect.stringMatching(/^sqlite:\/.*dev\.db$/), applied: [] }, saved: null },
  },
  {
    name: 'an absent dev database whose first migration fails stays absent',
    command: 'upgrade',
    dev: null,
    files: { 'migrations/20260101-users.js': `exports.up = () => {\n  throw new Error('never')\n}\n` },
    problem: {
      code: 'migration-failed',
      exit: 1,
      file: 'migrations/20260101-users.js',
      line: 2,
      migration: '20260101-users.js',
      message: /20260101-users\.js: never/,
      hint: /devdb upgrade/,
    },
    result: nothingApplied,
  },
  {
    name: 'a statement that the database refuses',
    ...failing(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  await queryInterface.sequelize.query('ALTER TABLE users ADD COLUMN name TEXT')\n}\n`,
      {
        line: 2,
        message: /20260103-breaks\.js: .*duplicate column name: name/,
        statement: /ALTER TABLE users ADD COLUMN name TEXT/,
      },
    ),
  },
  {
    name: 'a migration that violates a foreign key',
    ...failing(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  const { sequelize } = queryInterface\n  await sequelize.query('CREATE TABLE pets (userId INTEGER REFERENCES users (id))')\n  await sequelize.query('INSERT INTO pets VALUES (99)')\n}\n`,
      { line: 4, message: /FOREIGN KEY constraint failed/, statement: /INSERT INTO pets/ },
    ),
  },
  {
    name: 'a CommonJS migration with a syntax error',
    ...failing('20260103-breaks.js', `exports.up = async () => {\n  const 1x = 2\n}\n`, { line: 2 }),
  },
  {
    name: 'an ES module migration with a syntax error',
    ...failing('20260103-breaks.mjs', `export const up = async () => {\n\n  let a = ;\n}\n`, { line: 3 }),
  },
  {
    name: 'a TypeScript migration with a syntax error',
    ...failing(
      '20260103-breaks.ts',
      `import type { QueryInterface } from 'sequelize'\n\nexport async function up({ context }: { context: QueryInterface ) {\n}\n`,
      { line: 3 },
    ),
  },
  {
    name: 'a TypeScript migration that throws',
    ...failing(
      '20260103-breaks.ts',
      `interface Setting {\n  readonly name: string\n}\n\nconst settings: Setting[] = []\n\nexport async function up(): Promise<void> {\n  console.log(settings[0]!.name)\n}\n`,
      { line: 8, message: /Cannot read properties of undefined/ },
    ),
  },
  {
    name: 'a migration that throws nothing at all',
    ...failing('20260103-breaks.js', `exports.up = async () => {\n  throw null\n}\n`, {
      message: /20260103-breaks\.js: .*null/,
    }),
  },
  {
    name: 'a promise that a migration lets go of rejects',
    ...failing(
      '20260103-breaks.js',
      `const later = async () => {\n  throw new Error('too late')\n}\n\nexports.up = async () => {\n  later()\n  await new Promise((resolve) => setTimeout(resolve, 500))\n}\n`,
      { line: 2, message: /20260103-breaks\.js: too late/ },
    ),
  },
  {
    name: 'a query that a migration lets go of is refused',
    ...failing(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  queryInterface.sequelize.query('SELECT * FROM nowhere')\n  await new Promise((resolve) => setTimeout(resolve, 500))\n}\n`,
      { message: /20260103-breaks\.js: .*no such table: nowhere/ },
    ),
  },
  {
    name: 'a migration that begins a transaction on the connection of its query interface',
    ...failing(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  await queryInterface.sequelize.query('BEGIN')\n}\n`,
      { message: /left a transaction open/, hint: /commit/ },
    ),
  },
  {
    name: 'an empty migration',
    ...failing('20260103-breaks.ts', '', { message: /exports no up/, hint: /export a function up/ }),
  },
  {
    name: 'a binary migration',
    ...failing('20260103-breaks.js', noise, { line: 1 }),
  },
  {
    name: 'a migration that may not be read',
    ...failing('20260103-breaks.js', '', { message: /permission denied/ }),
    rights: { 'migrations/20260103-breaks.js': 0 },
  },
  {
    name: 'a migration that requires a package that is not installed',
    ...failing('20260103-breaks.js', `const pad = require('left-pad-of-nobody')\nexports.up = () => pad()\n`, {
      line: 1,
      message: /left-pad-of-nobody/,
      hint: /^npm install left-pad-of-nobody; or mend/,
    }),
  },
  {
    name: 'a migration that calls process.exit',
    ...failing(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  await queryInterface.dropTable('users')\n  process.exit(0)\n}\n`,
      { line: 3, message: /20260103-breaks\.js: process\.exit\(0\) was called/, hint: /take that call out/ },
    ),
  },
  {
    name: 'a migration that waits for what never comes',
    ...failing('20260103-breaks.js', `exports.up = () => new Promise(() => {})\n`, {
      message: /20260103-breaks\.js: .*awaits a promise that nothing is left to settle/,
      hint: /mend the migration/,
    }),
  },
  {
    name: 'a migration that leaves a transaction open',
    ...failing(
      '20260103-breaks.js',
      `exports.up = async (queryInterface) => {\n  const transaction = await queryInterface.sequelize.transaction()\n  await queryInterface.sequelize.query('DELETE FROM notes', { transaction })\n}\n`,
      { message: /left a transaction open/, hint: /commit\(\) or rollback\(\)/ },
    ),
  },
  {
    name: 'a migration that prints megabytes and then throws',
    ...failing(
      '20260103-breaks.js',
      `${megabytes(20)}exports.up = () => {\n  throw new Error('after the flood')\n}\n`,
      { line: 5, message: /after the flood/ },
    ),
  },
  {
    name: 'a .sql migration with a bad statement',
    ...failing(
      '20260103-breaks.sql',
      `-- colours\nALTER TABLE users ADD COLUMN colour TEXT;\n\nUPDATE users\n   SET color = 'blue';\n`,
      {
        line: 4,
        message: /20260103-breaks\.sql: .*no such column: color/,
        statement: /^UPDATE users\n {3}SET color = 'blue'$/,
      },
    ),
  },
  {
    name: 'an .up.sql migration with a bad statement',
    ...failing('20260103-breaks.up.sql', `DELETE FROM notes;\nSELEC 1;\n`, {
      line: 2,
      message: /near "SELEC": syntax error/,
      statement: /^SELEC 1$/,
    }),
  },
  {
    name: 'a migration without down',
    command: 'downgrade --yes',
    files: { 'migrations/20260102-notes.js': `exports.up = async () => {}\n` },
    problem: {
      code: 'migration-irreversible',
      exit: 1,
      file: 'migrations/20260102-notes.js',
      migration: '20260102-notes.js',
      message: /20260102-notes\.js has no down/,
      hint: /export a function down/,
    },
    result: nothingReverted,
  },
  {
    name: 'a .sql migration without its .down.sql',
    command: 'downgrade --yes',
    files: { 'migrations/20260102-notes.js': null, 'migrations/20260102-notes.up.sql': 'SELECT 1;' },
    problem: {
      code: 'migration-irreversible',
      exit: 1,
      file: 'migrations/20260102-notes.up.sql',
      migration: '20260102-notes.up.sql',
      message: /has no down/,
      hint: /20260102-notes\.down\.sql/,
    },
    result: nothingReverted,
  },
  {
    name: 'a .down.sql migration with a bad statement',
    command: 'downgrade --yes',
    files: {
      'migrations/20260102-notes.js': null,
      'migrations/20260102-notes.up.sql': 'SELECT 1;',
      'migrations/20260102-notes.down.sql': '\nDROP TABLE note;\n',
    },
    problem: {
      code: 'migration-failed',
      exit: 1,
      file: 'migrations/20260102-notes.down.sql',
      line: 2,
      migration: '20260102-notes.up.sql',
      message: /no such table: note/,
      hint: /downgrade/,
      statement: /^DROP TABLE note$/,
    },
    result: nothingReverted,
  },
  {
    name: 'two migration files for one name',
    command: 'upgrade',
    files: { 'migrations/20260103-colour.ts': 'export const up = async () => {}\n' },
    problem: {
      code: 'migration-duplicate',
      exit: 1,
      file: 'migrations/20260103-colour.ts',
      migration: '20260103-colour',
      message: /20260103-colour\.js and 20260103-colour\.ts/,
      hint: /rename one of them/,
    },
    result: nothingApplied,
  },
  {
    name: 'two migration files for one name, in status',
    command: 'status',
    files: { 'migrations/20260103-colour.mjs': 'export const up = async () => {}\n' },
    problem: {
      code: 'migration-duplicate',
      exit: 1,
      file: 'migrations/20260103-colour.mjs',
      migration: '20260103-colour',
      message: /stand for the same migration/,
      hint: /rename one of them/,
    },
  },
  {
    name: 'a migrations folder that is not there',
    command: 'upgrade',
    config: { migrations: './db/migrations' },
    problem: {
      code: 'migrations-unreadable',
      exit: 1,
      file: 'db/migrations',
      message: /does not exist/,
      hint: /mkdir -p/,
    },
    result: nothingApplied,
  },
  {
    name: 'a migrations folder that is not there, in status',
    command: 'status',
    config: { migrations: './db/migrations' },
    problem: {
      code: 'migrations-unreadable',
      exit: 1,
      file: 'db/migrations',
      message: /does not exist/,
      hint: /mkdir -p/,
    },
  },
  {
    name: 'a file in place of the migrations folder',
    command: 'downgrade --yes',
    config: { migrations: './package.json' },
    problem: { code: 'migrations-unreadable', exit: 1, file: 'package.json', message: /folder/, hint: /./ },
  },
  {
    name: 'a migrations folder that may not be read',
    command: 'upgrade',
    rights: { migrations: 0 },
    problem: {
      code: 'migrations-unreadable',
      exit: 1,
      file: 'migrations',
      message: /permission denied/,
      hint: /ls -ld/,
    },
    result: nothingApplied,
  },
  {
    name: 'an applied migration whose file is gone, in the path of a downgrade',
    command: 'downgrade base --yes',
    files: { 'migrations/20260101-users.js': null },
    problem: {
      code: 'migration-missing',
      exit: 1,
      file: null,
      migration: '20260101-users.js',
      message: /20260101-users\.js has no file.*nothing was changed/,
      hint: /git/,
    },
  },
  {
    name: 'a column that the meta table does not have',
    command: 'status',
    config: { migrations: { dir: './migrations', meta: { column: 'migration' } } },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: null,
      message: /table SequelizeMeta has no column "migration"/,
      hint: /meta/,
    },
  },
]

const lockDev = ({ file }: TinyProject): Promise<() => Promise<void>> => holdLock(file('dev.db'))

/** Overwrites bytes of dev.db. */
const spoilDev =
  (from: number, bytes: Buffer) =>
  (project: TinyProject): void => {
    const content = Buffer.from(project.bytes('dev.db'))
    bytes.copy(content, from)
    writeFileSync(project.file('dev.db'), content)
  }

const dev: readonly BadInput[] = [
  {
    name: 'upgrade of a locked dev database',
    command: 'upgrade',
    arrange: lockDev,
    problem: { code: 'dev-busy', exit: 1, file: 'dev.db', message: /dev\.db.*lock/, hint: /end the transaction/ },
    result: nothingApplied,
  },
  {
    name: 'downgrade of a locked dev database',
    command: 'downgrade --yes',
    arrange: lockDev,
    problem: { code: 'dev-busy', exit: 1, file: 'dev.db', message: /dev\.db.*lock/, hint: /end the transaction/ },
  },
  {
    name: 'reset of a locked dev database',
    command: 'reset --dev --yes',
    arrange: lockDev,
    problem: { code: 'dev-busy', exit: 1, file: 'dev.db', message: /dev\.db.*lock/, hint: /end the transaction/ },
    result: { dev: { url: expect.stringMatching(/^sqlite:\/.*dev\.db$/), applied: [] }, saved: null },
  },
  {
    name: 'status of a locked dev database',
    command: 'status',
    arrange: lockDev,
    problem: { code: 'dev-busy', exit: 1, file: 'dev.db', message: /dev\.db.*lock/, hint: /end the transaction/ },
  },
  {
    name: 'a dev database that may not be written',
    command: 'upgrade',
    rights: { 'dev.db': 0o444 },
    problem: { code: 'dev-readonly', exit: 1, file: 'dev.db', message: /dev\.db: it cannot be written/, hint: /ls -l/ },
    result: nothingApplied,
  },
  {
    name: 'a dev database whose folder may not be written',
    command: 'upgrade',
    config: { dev: 'sqlite:data/dev.db' },
    arrange: (project) => {
      mkdirSync(project.file('data'))
      copyFileSync(project.file('dev.db'), project.file('data/dev.db'))
    },
    rights: { data: 0o555 },
    problem: {
      code: 'dev-readonly',
      exit: 1,
      file: 'data/dev.db',
      message: /dev\.db: it cannot be written/,
      hint: /ls -l/,
    },
    result: nothingApplied,
  },
  {
    name: 'a dev database that may not be read',
    command: 'status',
    rights: { 'dev.db': 0 },
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /dev\.db: it cannot be opened or read/,
      hint: /ls -l/,
    },
  },
  {
    name: 'an absent dev database in a place where nothing can be made',
    command: 'upgrade',
    config: { dev: 'sqlite:data/new/dev.db' },
    files: { 'data/README.md': '' },
    rights: { data: 0o555 },
    problem: { code: 'file-failed', exit: 1, file: 'data/new', message: /permission denied/, hint: /./ },
    result: nothingApplied,
  },
  {
    name: 'an absent dev database below a file',
    command: 'upgrade',
    config: { dev: 'sqlite:package.json/dev.db' },
    problem: { code: 'file-failed', exit: 1, file: 'package.json/dev.db', message: /./, hint: /./ },
    result: nothingApplied,
  },
  {
    name: 'a text file in place of the dev database',
    command: 'upgrade',
    arrange: (project) => project.write({ 'dev.db': 'These are notes, and no database at all.\n'.repeat(50) }),
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /no readable SQLite database/,
      hint: /integrity_check/,
    },
    result: nothingApplied,
  },
  {
    name: 'a text file in place of the dev database, in status',
    command: 'status',
    arrange: (project) => project.write({ 'dev.db': 'notes' }),
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /no readable SQLite database/,
      hint: /integrity_check/,
    },
  },
  {
    name: 'a binary file in place of the dev database',
    command: 'downgrade --yes',
    arrange: (project) => project.write({ 'dev.db': noise }),
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /no readable SQLite database/,
      hint: /integrity_check/,
    },
  },
  {
    name: 'a dev database whose schema is damaged',
    command: 'upgrade',
    arrange: spoilDev(100, Buffer.alloc(200, 0xff)),
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /no readable SQLite database/,
      hint: /integrity_check/,
    },
    result: nothingApplied,
  },
  {
    name: 'a dev database that was cut off',
    command: 'upgrade',
    arrange: (project) => writeFileSync(project.file('dev.db'), project.bytes('dev.db').subarray(0, 4096 + 100)),
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /no readable SQLite database/,
      hint: /integrity_check/,
    },
    result: nothingApplied,
  },
  {
    name: 'a folder in place of the dev database',
    command: 'upgrade',
    config: { dev: 'sqlite:models' },
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'models',
      message: /models: it cannot be opened or read/,
      hint: /./,
    },
    result: nothingApplied,
  },
  {
    name: 'a file in place of the folder .devdb',
    command: 'upgrade',
    files: { '.devdb': 'mine' },
    problem: { code: 'file-failed', exit: 1, file: '.devdb', message: /EEXIST|ENOTDIR|not a directory/, hint: /./ },
  },
  {
    name: 'a folder .devdb that may not be written',
    command: 'reset',
    arrange: ({ file }) => mkdirSync(file('.devdb')),
    rights: { '.devdb': 0o555 },
    problem: { code: 'file-failed', exit: 1, file: '.devdb/.gitignore', message: /permission denied/, hint: /./ },
  },
]

const sameFile = (
  name: string,
  setting: string,
  arrange: (project: TinyProject) => unknown = () => undefined,
): BadInput => ({
  name: `the throwaway is dev, ${name}`,
  command: 'reset',
  config: { throwaway: setting },
  arrange,
  problem: {
    code: 'throwaway-is-dev',
    exit: 2,
    file: 'devdb.config.json',
    message: /throwaway and dev are the same database/,
    hint: /leave throwaway out/,
  },
})

const notOurs = (name: string, arrange: (project: TinyProject) => unknown, message: RegExp): BadInput => ({
  name: `a throwaway that is not ours: ${name}`,
  command: 'reset',
  config: { throwaway: 'sqlite:scratch.db' },
  arrange,
  problem: { code: 'throwaway-not-ours', exit: 1, file: 'scratch.db', message, hint: /another throwaway.*rm / },
  result: throwaway(),
})

/** The throwaway that devdb made in another project. */
async function makeForeignThrowaway(to: string): Promise<void> {
  const other = await makeProject()
  await other.devdb('reset')
  copyFileSync(other.file('.devdb/throwaway.db'), to)
  other.remove()
}

const throwaways: readonly BadInput[] = [
  sameFile('by a relative path', 'sqlite:./models/../dev.db'),
  sameFile('by its absolute path in another form', 'sqlite:///proc/self/cwd/dev.db'),
  sameFile('through a symbolic link', 'sqlite:link.db', ({ file }) => symlinkSync('dev.db', file('link.db'))),
  sameFile('through a linked folder', 'sqlite:here/dev.db', ({ root, file }) => symlinkSync(root, file('here'))),
  sameFile('through a hard link', 'sqlite:hard.db', ({ file }) => linkSync(file('dev.db'), file('hard.db'))),
  sameFile('in other case', 'sqlite:DEV.db'),
  {
    ...sameFile('before either exists', 'sqlite:here/new.db', ({ root, file }) => symlinkSync(root, file('here'))),
    config: { dev: 'sqlite:new.db', throwaway: 'sqlite:here/new.db' },
  },
  notOurs(
    'a text file',
    (project) => project.write({ 'scratch.db': 'mine' }),
    /was not made by devdb for this project/,
  ),
  notOurs(
    'a database with rows',
    ({ file }) => execute(file('scratch.db'), devAtTwo),
    /was not made by devdb for this project/,
  ),
  notOurs('an empty file', (project) => project.write({ 'scratch.db': '' }), /was not made by devdb for this project/),
  notOurs('a folder', ({ file }) => mkdirSync(file('scratch.db')), /was not made by devdb for this project/),
  notOurs(
    "another project's",
    ({ file }) => makeForeignThrowaway(file('scratch.db')),
    /was not made by devdb for this project/,
  ),
  notOurs(
    'a database that took the place of ours',
    async (project) => {
      await project.devdb('reset')
      project.write({ 'scratch.db': null })
      await execute(project.file('scratch.db'), devAtTwo)
    },
    /does not carry devdb's mark/,
  ),
  {
    name: 'a throwaway in a place where nothing can be made',
    command: 'reset',
    config: { throwaway: 'sqlite:data/scratch.db' },
    files: { 'data/README.md': '' },
    rights: { data: 0o555 },
    problem: {
      code: 'throwaway-failed',
      exit: 1,
      file: 'data/scratch.db',
      message: /could not be put in place/,
      hint: /./,
    },
    result: { throwaway: { tables: 2, steps: [] } },
  },
]

/** A snapshot `a` of dev as it is. */
const saved = async (project: TinyProject): Promise<void> => void (await project.devdb('snapshot save a'))

const nothingRestored = { restored: null, saved: null }

const snapshots: readonly BadInput[] = [
  {
    name: 'nobody to ask whether to restore',
    command: 'snapshot restore a',
    arrange: saved,
    problem: {
      code: 'confirmation-needed',
      exit: 2,
      file: null,
      message: /dev\.db becomes snapshot "a".*nothing was written to it since/,
      hint: /devdb snapshot restore \d{8}-\d{6}-\d{3} --yes/,
    },
  },
  {
    name: 'nobody to ask whether to delete',
    command: 'snapshot delete a',
    arrange: saved,
    problem: { code: 'confirmation-needed', exit: 2, file: null, message: /gone for good/, hint: /--yes/ },
  },
  {
    name: 'a snapshot that is not there',
    command: 'snapshot restore b --yes',
    arrange: saved,
    problem: { code: 'snapshot-unknown', exit: 2, file: null, message: /"b"/, hint: /devdb snapshot list/ },
  },
  {
    name: 'a part of two names',
    command: 'snapshot restore a --yes',
    arrange: async (project) => {
      for (const name of ['abc', 'bca']) await project.devdb(`snapshot save ${name}`)
    },
    problem: { code: 'snapshot-ambiguous', exit: 2, file: null, message: /abc.*bca/, hint: /more of it/ },
  },
  {
    name: 'a part of a name is not enough to delete',
    command: 'snapshot delete b --yes',
    arrange: (project) => project.devdb('snapshot save abc').then(() => undefined),
    problem: { code: 'snapshot-unknown', exit: 2, file: null, message: /"b"/, hint: /did you mean "abc"/ },
  },
  {
    name: 'a name that is taken',
    command: 'snapshot save a',
    arrange: saved,
    problem: { code: 'snapshot-taken', exit: 2, file: null, message: /"a"/, hint: /devdb snapshot delete/ },
    result: { snapshot: null },
  },
  {
    name: 'a snapshot of nothing',
    command: 'snapshot save',
    dev: null,
    problem: { code: 'dev-absent', exit: 1, file: null, message: /no dev database dev\.db/, hint: /devdb upgrade/ },
    result: { snapshot: null },
  },
  {
    name: 'nothing to undo',
    command: 'undo --yes',
    problem: { code: 'nothing-to-undo', exit: 1, file: null, message: /no change of dev\.db/, hint: /snapshot list/ },
    result: nothingRestored,
  },
  {
    name: 'a restore into a locked dev database',
    command: 'snapshot restore a --yes',
    arrange: async (project) => {
      await saved(project)
      return lockDev(project)
    },
    problem: { code: 'dev-busy', exit: 1, file: 'dev.db', message: /dev\.db.*lock/, hint: /end the transaction/ },
    result: nothingRestored,
  },
  {
    name: 'a restore into a dev database that may not be written',
    command: 'snapshot restore a --yes',
    arrange: saved,
    rights: { 'dev.db': 0o444 },
    problem: { code: 'dev-readonly', exit: 1, file: 'dev.db', message: /dev\.db: it cannot be written/, hint: /ls -l/ },
    result: nothingRestored,
  },
  {
    name: 'a restore into what is no database',
    command: 'snapshot restore a --yes',
    arrange: async (project) => {
      await saved(project)
      project.write({ 'dev.db': 'this was a database once, and nobody knows what became of it' })
    },
    problem: {
      code: 'dev-unreadable',
      exit: 1,
      file: 'dev.db',
      message: /dev\.db/,
      hint: /move dev\.db away and repeat/,
    },
    result: nothingRestored,
  },
  {
    name: 'a snapshot that was damaged',
    command: 'snapshot restore a --yes',
    arrange: async (project) => {
      const { json } = await project.devdb('snapshot save a')
      truncateSync(project.file(`.devdb/snapshots/${json.snapshot}.db`), 9000)
    },
    problem: { code: 'snapshot-broken', exit: 1, file: null, message: /"a".*is damaged/, hint: /snapshot list/ },
    result: nothingRestored,
  },
  {
    name: 'a command of snapshots that there is not',
    command: 'snapshot remove a',
    problem: { code: 'usage', exit: 2, file: null, message: /unknown command 'remove'/, hint: /./ },
  },
  {
    name: 'a limit of no bytes',
    command: 'snapshot list',
    config: { snapshots: { maxBytes: 0 } },
    problem: {
      code: 'config-invalid',
      exit: 2,
      file: 'devdb.config.json',
      message: /./,
      hint: /./,
      details: /snapshots\.maxBytes: must be at least 1/,
    },
  },
]

/** The whole table, by what is at fault. */
export const badInputs: Readonly<Record<string, readonly BadInput[]>> = {
  models,
  steps,
  configuration,
  'command line': commandLine,
  migrations,
  'dev database': dev,
  snapshots,
  throwaway: throwaways,
}
