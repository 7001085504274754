/** A small CommonJS project as sequelize-cli lays it out, in a folder of its own, and the real executable in it. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Sequelize } from 'sequelize'
import { runResident } from '../resident.ts'

const root = resolve(import.meta.dirname, '../..')

export const firstMigration = `'use strict'

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('users', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      nick: { type: Sequelize.STRING(40) },
      email: { type: Sequelize.STRING },
    })
    await queryInterface.createTable('notes', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true },
      user_id: { type: Sequelize.INTEGER, references: { model: 'users', key: 'id' }, onDelete: 'CASCADE' },
    })
  },

  async down(queryInterface) {
    await queryInterface.dropTable('notes')
    await queryInterface.dropTable('users')
  },
}
`

const plain = {
  id: 'id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }',
  nick: 'nick: DataTypes.STRING(40)',
  email: 'email: DataTypes.STRING',
}

export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The document of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: it is what the tests judge
  readonly json: any
}

export class DraftProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'devdb-generate-'))

  constructor() {
    for (const name of ['migrations', 'models']) mkdirSync(join(this.folder, name))
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'))
    this.write('package.json', '{ "name": "small", "private": true }')
    this.write(
      'devdb.config.json',
      '{ "models": "./models/*.js", "migrations": "./migrations", "dev": "sqlite:dev.sqlite" }',
    )
    this.write('migrations/20260101000000-first.js', firstMigration)
    this.models({})
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text)
  }

  /** The columns of users, each under its name; null leaves one out. */
  models(columns: Readonly<Record<string, string | null>>, { table = 'users', indexes = '' } = {}): void {
    const lines = Object.values({ ...plain, ...columns }).filter((line) => line !== null)
    const options = (name: string, more = '') => `{ tableName: '${name}', timestamps: false${more} }`
    this.write(
      'models/user.js',
      `module.exports = (sequelize, DataTypes) =>\n  sequelize.define('user', { ${lines.join(', ')} }, ${options(table, indexes)})\n`,
    )
    const key = `user_id: { type: DataTypes.INTEGER, references: { model: '${table}', key: 'id' }, onDelete: 'CASCADE' }`
    this.write(
      'models/note.js',
      `module.exports = (sequelize, DataTypes) =>\n  sequelize.define('note', { ${plain.id}, ${key} }, ${options('notes')})\n`,
    )
  }

  /** Runs statements on dev. */
  async dev(...statements: readonly string[]): Promise<void> {
    const sequelize = new Sequelize({ dialect: 'sqlite', storage: join(this.folder, 'dev.sqlite'), logging: false })
    for (const sql of statements) await sequelize.query(sql)
    await sequelize.close()
  }

  get devHash(): string {
    return createHash('sha1')
      .update(readFileSync(join(this.folder, 'dev.sqlite')))
      .digest('hex')
  }

  get migrations(): readonly string[] {
    return readdirSync(join(this.folder, 'migrations')).sort()
  }

  /** In a process that may stay for the next. */
  async run(...words: readonly string[]): Promise<Answer> {
    const { exit: code, ...output } = await runResident({ words, cwd: this.folder, env: process.env })
    return { code, ...output, json: words.includes('--json') ? JSON.parse(output.stdout) : null }
  }

  generate(...words: readonly string[]): Promise<Answer> {
    return this.run('generate', '-m', 'Change users', '--json', ...words)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
