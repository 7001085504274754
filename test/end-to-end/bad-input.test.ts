/** The table of bad inputs: each gives one clear Problem, and leaves the dev database as it was. */
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { codes } from '../../src/error.ts'
import { type BadInput, badInputs } from './bad-inputs.ts'
import { dump, query } from './database.ts'
import { type JsonDocument, makeProject, type TinyProject } from './project.ts'

/** What hangs or floods is ended; this is much more than it takes, for machines that are busy. */
const maxMs = 20_000

// Each entry is a project of its own, with processes of its own.
vi.setConfig({ maxConcurrency: 3 })

for (const [subject, entries] of Object.entries(badInputs)) {
  describe(subject, () => {
    for (const entry of entries) it.concurrent(entry.name, () => check(entry))
  })
}

async function check(entry: BadInput): Promise<void> {
  const project = await makeProject(entry)
  try {
    const undo = (await entry.arrange?.(project)) as (() => unknown) | undefined
    const before = devOf(project)
    const giveBack = restrict(project, entry.rights ?? {})
    const run = await project
      .devdb(entry.command, { env: entry.env ?? {}, isBound: entry.rights !== undefined })
      .finally(giveBack)
    await undo?.()
    checkProblem(entry, project, run.json.problem)
    checkResult(entry, run.json)
    expect(run.exit, 'the exit code').toBe(entry.problem.exit)
    expect(run.stderr, 'stderr, with --json').toBe('')
    expect(run.ms, 'how long it took').toBeLessThan(maxMs)
    if (entry.devAfter === undefined) expect(devOf(project) === before, 'dev, byte for byte').toBe(true)
    else await checkPrefix(project, entry.devAfter)
    checkLeftovers(project)
  } finally {
    project.remove()
  }
}

function checkProblem({ problem: wanted }: BadInput, { file }: TinyProject, problem: JsonDocument): void {
  const inProject = (path: string | null): string | null => (path === null || isAbsolute(path) ? path : file(path))
  expect(problem).toMatchObject({
    code: wanted.code,
    message: expect.stringMatching(wanted.message),
    hint: expect.stringMatching(wanted.hint),
    file: inProject(wanted.file),
    line: wanted.line ?? null,
    migration: wanted.migration ?? null,
    statement: wanted.statement === undefined ? null : expect.stringMatching(wanted.statement),
  })
  expect(codes[wanted.code].exit, 'the exit code in the table of codes').toBe(wanted.exit)
  expect(problem.message, 'one line').not.toMatch(/\n/)
  expect(problem.message.length, 'a message that can be read').toBeLessThan(400)
  expect(problem.details.join('\n')).toMatch(wanted.details ?? /(?:)/)
}

function checkResult({ result = {}, devAfter }: BadInput, { problem: _, ...document }: JsonDocument): void {
  const { lost, changed, notCounted, ...rest } = document
  const wanted = 'lost' in result ? document : rest
  expect(wanted).toMatchObject(result)
  expect(Object.keys(wanted)).toEqual(Object.keys(result))
  // Where dev is what it was, no row can have gone.
  if (devAfter === undefined && wanted === rest && lost !== undefined)
    expect([lost, changed, notCounted]).toEqual([[], [], null])
}

/** What a change must leave behind where it failed: nothing. */
function checkLeftovers(project: TinyProject): void {
  const beside = readdirSync(project.root).filter((name) => /-(?:journal|wal|shm)$|devdb-/.test(name))
  expect(beside, 'files beside dev').toEqual([])
  if (!existsSync(project.file('.devdb')) || !statSync(project.file('.devdb')).isDirectory()) return
  const inside = readdirSync(project.file('.devdb'), { recursive: true }).map(String)
  expect(
    inside.filter((name) => /^(?:work|build)\/|\.lock|\.new$/.test(name)),
    'files in .devdb',
  ).toEqual([])
}

/** Every database of the user's, byte for byte. */
function devOf({ root, bytes }: TinyProject): string {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.db') && !entry.parentPath.includes('.devdb'))
    .map(({ name, parentPath }) => relative(root, join(parentPath, name)))
  return names.map((name) => `${name}\n${bytes(name).toString('latin1')}`).join('\n')
}

/** Takes rights away. @returns gives them back, so that the test itself can read everything again */
function restrict({ file }: TinyProject, rights: Readonly<Record<string, number>>): () => void {
  const before = Object.keys(rights).map((path) => [file(path), statSync(file(path)).mode] as const)
  for (const [path, mode] of Object.entries(rights)) chmodSync(file(path), mode)
  return () => {
    for (const [path, mode] of before) chmodSync(path, mode)
  }
}

/** Dev holds the migrations that succeeded, and nothing of the one that failed; all else is what it was. */
async function checkPrefix({ file }: TinyProject, names: readonly string[]): Promise<void> {
  const rows = await query(file('dev.db'), 'SELECT name FROM SequelizeMeta ORDER BY rowid')
  expect(rows.map(({ name }) => name)).toEqual(names)
  const lines = await dump(file('dev.db'))
  expect(lines).toContain('application_id=4242')
  expect(lines.filter((line) => line.startsWith("users(2,'O''Neill'"))).toHaveLength(1)
  expect(lines.join('\n')).not.toContain('half')
}
