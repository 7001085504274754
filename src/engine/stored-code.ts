/** The code of migrations as it was when they were applied, as files that can be imported: beside the others, for what they import themselves. */
import { randomBytes } from 'node:crypto'
import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { StoredCode } from '../dialect/ledger.ts'
import { DevdbError } from '../error.ts'
import type { ShownCode } from '../event/trial-fields.ts'
import { downPath, type MigrationFile } from '../migration/migration-folder.ts'
import { reach } from '../process/reach.ts'
import { codeIdOf, readOwnCode } from './own-code.ts'
import type { Project } from './project.ts'

/** How the names of the files begin; what begins with a dot is no migration. The rest is made up: what a database says never becomes a path. */
const prefix = '.devdb-stored-'

/** Code that this project's devdb did not store, and that nobody has agreed to yet. */
export class ForeignCodeError extends DevdbError {
  readonly shown: readonly ShownCode[]

  constructor(shown: readonly ShownCode[]) {
    super(
      'code-foreign',
      `this project's devdb did not store the code of ${shown.map(({ name }) => name).join(', ')}`,
      {
        hint: 'look at it in devdb watch before it runs: it comes from the dev database',
      },
    )
    this.shown = shown
  }
}

/**
 * Makes the files, uses them, and removes them.
 * @param project the project
 * @param database whose ledger holds the code
 * @param names of the migrations
 * @param use gets a file for each name, in their order
 * @throws DevdbError `code-unknown` where the code of one is not stored, `code-foreign` where nobody agreed to it
 */
export async function withStoredCode<Result>(
  project: Project,
  database: Target,
  names: readonly string[],
  use: (files: readonly MigrationFile[]) => Promise<Result>,
): Promise<Result> {
  const { dir } = project.config.migrations
  // A killed process may have left some.
  removeStoredCode(dir)
  const stored = await readAll(project, database, names)
  const own = readOwnCode(project.config.folder)
  const foreign = stored.filter(({ name, code }) => !own.has(codeIdOf(name, code)))
  if (foreign.length > 0) throw new ForeignCodeError(foreign.map(({ name, code }) => shownCode(name, code)))
  try {
    const files = stored.map(({ name, code }, index) => ({ name, path: writeCode(dir, index, name, code) }))
    reach('stored-code-written')
    return await use(files)
  } finally {
    removeStoredCode(dir)
  }
}

async function readAll(project: Project, database: Target, names: readonly string[]) {
  const connection = await project.dialect.openForReading(database)
  try {
    const stored: { readonly name: string; readonly code: StoredCode }[] = []
    for (const name of names) {
      const code = await project.dialect.readStoredCode(connection, name)
      if (code === null) throw unknown(name)
      stored.push({ name, code })
    }
    return stored
  } finally {
    await connection.close()
  }
}

const endings = /\.(?:[cm]?js|[cm]?ts|sql)$/

/** Only the ending of a stored name counts, which says what kind of code it is. */
function writeCode(dir: string, index: number, name: string, { source, down }: StoredCode): string {
  const ending = endings.exec(name)?.[0] ?? '.js'
  const path = join(dir, `${prefix}${randomBytes(6).toString('hex')}-${index}${ending}`)
  const asNew = { flag: 'wx', mode: 0o600 } as const
  writeFileSync(path, source, asNew)
  if (down !== null && ending === '.sql') writeFileSync(downPath(path), down, asNew)
  return path
}

/** How much of it is shown: enough to see whose it is. */
const shownLines = 12
const shownWidth = 200

function shownCode(name: string, code: StoredCode): ShownCode {
  // Of a SQL migration the way back is what would run.
  const lines = (code.down ?? code.source).trim().split('\n')
  const first = lines.slice(0, shownLines).map((line) => line.slice(0, shownWidth))
  return { name, id: codeIdOf(name, code), first, more: lines.length - first.length }
}

/**
 * Removes the files, also those that a killed process left.
 * @param dir the folder of the migrations; need not exist
 */
export function removeStoredCode(dir: string): void {
  for (const name of namesIn(dir)) {
    const path = join(dir, name)
    if (name.startsWith(prefix) && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
      rmSync(path, { force: true })
  }
}

/** A folder that cannot be read is named by who needs it. */
function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

const unknown = (name: string): DevdbError =>
  new DevdbError('code-unknown', `the code with which ${name} was applied is not stored: devdb did not apply it`, {
    migration: name,
    hint: 'bring its file back as it was, and downgrade',
  })
