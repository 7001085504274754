/** The floor plan of the design, enforced: which folder may import which, and where each library and each dialect may be named. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../src')

/** The floor of each folder. Inside floor 1 the order counts too: a model may know a dialect, a dialect a database, not the other way round. */
const floors: Readonly<Record<string, number>> = {
  'error.ts': 0,
  'system-error.ts': 0,
  schema: 0.1,
  event: 0.2,
  door: 0.3,
  process: 1,
  database: 1,
  dialect: 1.1,
  model: 1.2,
  migration: 2,
  seed: 2,
  snapshot: 2,
  config: 3,
  survey: 3,
  worker: 3,
  watch: 3,
  engine: 4,
  ui: 5,
  report: 5,
  command: 6,
  'index.ts': 7,
}

/** Each library lives behind one place. */
const homes: Readonly<Record<string, readonly string[]>> = {
  chokidar: ['watch'],
  execa: ['seed', 'worker'],
  umzug: ['migration'],
  esbuild: ['migration'],
  pino: ['report'],
  ink: ['ui'],
  react: ['ui'],
  sequelize: ['model', 'migration', 'database'],
  commander: ['command'],
  zod: ['config'],
  tsx: ['config', 'worker'],
  tinyglobby: ['engine'],
}

/** Lines outside `dialect/` that name a dialect, all of them examples in messages for people. */
const dialectExamples: readonly string[] = [
  `'must be a URL such as "sqlite:dev.db", or Sequelize options',`,
  `'must be a URL such as "sqlite:.devdb/throwaway.db", or { url, from }',`,
]

const bannedWords = ['util', 'utils', 'helper', 'helpers', 'manager', 'handler', 'data', 'info', 'common', 'misc']

interface SourceFile {
  readonly path: string
  readonly folder: string
  readonly text: string
  /** What it imports, types too: paths of local files, and names of packages. */
  readonly imports: readonly string[]
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s*'([^']+)'/g

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(source, path), 'utf8')
    const imports = [...text.matchAll(importPattern)].map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
    return { path, folder: path.split('/')[0]!, text, imports: imports.map((name) => localPath(path, name)) }
  })

function localPath(from: string, name: string): string {
  return name.startsWith('.') ? relative(source, resolve(source, dirname(from), name)) : name
}

const byPath = new Map(files.map((file) => [file.path, file]))

test('every folder has its floor', () => {
  expect(files.filter(({ folder }) => floors[folder] === undefined).map(({ path }) => path)).toEqual([])
  expect(files.length).toBeGreaterThan(80)
})

test('every local import names a file that is there', () => {
  const broken = files.flatMap(({ path, imports }) =>
    imports.filter((name) => /\.tsx?$/.test(name) && !byPath.has(name)).map((name) => `${path} → ${name}`),
  )
  expect(broken).toEqual([])
})

test('imports only go down the floors', () => {
  const upward = files.flatMap(({ path, folder, imports }) =>
    imports
      .map((name) => byPath.get(name))
      .filter((target) => target !== undefined && target.folder !== folder && floors[target.folder]! > floors[folder]!)
      .map((target) => `${path} → ${target!.path}`),
  )
  expect(upward).toEqual([])
})

test('folders of one floor do not import each other in a circle', () => {
  const edges = new Map<string, Set<string>>()
  for (const { folder, imports } of files) {
    for (const name of imports) {
      const target = byPath.get(name)
      if (target !== undefined && target.folder !== folder) {
        edges.set(folder, (edges.get(folder) ?? new Set()).add(target.folder))
      }
    }
  }
  expect(circles(edges)).toEqual([])
})

test('no file imports itself by a detour, types included', () => {
  const edges = new Map(files.map(({ path, imports }) => [path, new Set(imports.filter((name) => byPath.has(name)))]))
  expect(circles(edges)).toEqual([])
})

test('a dialect is named only inside src/dialect', () => {
  const leaks = files
    .filter(({ folder }) => folder !== 'dialect')
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /sqlite|\bPRAGMA\b|postgres|mariadb|mysql|BEGIN (?:IMMEDIATE|EXCLUSIVE)/i.test(line))
        .filter((line) => !dialectExamples.includes(line))
        .map((line) => `${path}: ${line}`),
    )
  expect(leaks).toEqual([])
})

test('what is printed passes the one place that makes it safe for a terminal', () => {
  const strays = files.flatMap(({ path, text }) => {
    const prints =
      path !== 'command/print.ts' &&
      /process\.std(?:out|err)\.write\((?!`\$\{safeText)|console\.(?:log|error)\(/.test(
        text.replace(/`console\.log`/g, ''),
      )
    const draws =
      path.startsWith('ui/') && path !== 'ui/text.tsx' && /import \{[^}]*\bText\b[^}]*\} from 'ink'/.test(text)
    return prints || draws ? [path] : []
  })
  expect(strays).toEqual([])
})

test('each library lives behind one place', () => {
  const strays = files.flatMap(({ path, folder, imports }) =>
    imports
      .filter((name) => !name.startsWith('node:') && !/\.tsx?$/.test(name))
      .map((name) => name.split('/')[0]!)
      .filter((library) => !(homes[library] ?? []).includes(folder))
      .map((library) => `${path} → ${library}`),
  )
  expect(strays).toEqual([])
})

test('names say what a thing is', () => {
  const wordsOf = (name: string): readonly string[] =>
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
  const exported = (text: string): readonly string[] =>
    [...text.matchAll(/^export (?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm)].map(
      ([, name]) => name!,
    )
  const vague = files.flatMap(({ path, text }) =>
    [path, ...exported(text)]
      .filter((name) => wordsOf(name).some((word) => bannedWords.includes(word)))
      .map((name) => `${path}: ${name}`),
  )
  expect(vague).toEqual([])
})

test('a file is short, is named in lower case, and begins with what it is for', () => {
  expect(files.filter(({ text }) => text.split('\n').length - 1 > 250).map(({ path }) => path)).toEqual([])
  expect(files.filter(({ path }) => !/^[a-z0-9-]+\.tsx?$/.test(basename(path))).map(({ path }) => path)).toEqual([])
  expect(files.filter(({ text }) => !text.startsWith('/**')).map(({ path }) => path)).toEqual([])
  expect(files.filter(({ text }) => /^export default/m.test(text)).map(({ path }) => path)).toEqual([])
})

/** Each circle once, as a chain of names. */
function circles(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (node: string, trail: readonly string[]): void => {
    const index = trail.indexOf(node)
    if (index >= 0) found.push([...trail.slice(index), node].join(' → '))
    if (index >= 0 || done.has(node)) return
    for (const next of edges.get(node) ?? []) visit(next, [...trail, node])
    done.add(node)
  }
  for (const node of edges.keys()) visit(node, [])
  return found
}
