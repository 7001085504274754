/** The projects of the bench: as many models as asked, what seeds them, and the same by hand and for sequelize-cli. */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { handFiles } from './by-hand.ts'
import { migrationOf, modelText, rowsModule, seederText, seedScript } from './project-files.ts'
import { runProgram } from './run-program.ts'
import { cliFiles } from './sequelize-cli.ts'

/** What a project is to be. */
export interface ProjectWish {
  /** Of its folder. */
  readonly name: string
  readonly models: number
  /** In all models together; a multiple of their number. */
  readonly rows: number
  readonly step: 'sql' | 'module'
}

/** A project in a folder. */
export interface BenchProject extends ProjectWish {
  readonly root: string
  /** The name of the model that saves change, in the middle of them all. */
  readonly saved: string
  /** The throwaway's file. */
  readonly throwaway: string
  file(path: string): string
  /** The text of the model that saves change, with more columns. */
  model(...columns: readonly string[]): string
}

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** The executable, as its users run it. */
export const executable = join(repository, 'bin/devdb.js')

/**
 * Makes a project. Its dev database is there, with all migrations applied, as it is where people work.
 * @param folder where its own folder is made
 */
export async function makeBenchProject(folder: string, wish: ProjectWish): Promise<BenchProject> {
  const { name, models, rows, step } = wish
  const root = join(realpathSync(folder), name)
  const file = (path: string): string => join(root, path)
  const middle = models >> 1
  const migration = migrationOf(models)
  const files: Record<string, string> = {
    'package.json': `${JSON.stringify({ name, private: true })}\n`,
    'devdb.config.json': JSON.stringify({
      models: './models',
      migrations: './migrations',
      dev: 'sqlite:dev.db',
      steps: [{ name: 'rows', [step]: step === 'sql' ? './seed/rows.sql' : './seed/seeder.js' }],
    }),
    'migrations/20260101000000-tables.js': migration,
    'seed/rows.js': rowsModule(rows / models),
    'seed/rows.sql': seedScript(models, rows / models),
    'seed/seeder.js': seederText(models, './rows.js'),
    ...handFiles(models),
    ...cliFiles(models, migration),
  }
  for (let index = 0; index < models; index++) files[`models/${modelName(index)}.js`] = modelText(index)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(file(path)), { recursive: true })
    writeFileSync(file(path), text)
  }
  symlinkSync(join(repository, 'node_modules'), file('node_modules'))
  await runProgram([process.execPath, executable, 'upgrade', '--json'], { cwd: root })
  return {
    ...wish,
    root,
    file,
    saved: modelName(middle),
    throwaway: file('.devdb/throwaway.db'),
    model: (...columns) => modelText(middle, columns),
  }
}

const modelName = (index: number): string => `model_${index}`
