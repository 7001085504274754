/**
 * `npm run build`: makes dist of src. Half of what a short command took was to find, read and link some 200 modules, so each process gets its
 * code in few files: what it always needs in one, and what it imports late in chunks.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/**
 * What is started, registered or imported by its place. Those of one group share chunks. The rest are small, and with them in a group its
 * chunks would be more and smaller: modules are in one where the same entries and late imports need them. The last one is for CommonJS.
 */
const groups = [
  ['command/main.ts', 'worker/child.ts'],
  ['worker/preload.ts'],
  ['worker/trace-hooks.ts'],
  ['config/typescript-hooks.ts'],
  ['config/public-door-hooks.ts'],
  ['index.ts'],
  ['index.cts'],
]

/** @returns the files that some entries need */
async function bundle(group) {
  const isCommonJs = group[0].endsWith('.cts')
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: group.map((entry) => join('src', entry)),
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20.19',
    ...(isCommonJs ? { format: 'cjs', outExtension: { '.js': '.cjs' } } : { format: 'esm', splitting: true }),
    // One folder deep like the entries, so that '../worker/child.js' means the same from each.
    chunkNames: 'chunk/[name]-[hash]',
    // What is installed with devdb; all else that it imports, which is zod, comes with it.
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    logLevel: 'warning',
  })
  return outputFiles
}

/** Writes the declarations of the door. @returns their paths */
async function declare() {
  const words = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.door.json', '--listEmittedFiles']
  const compiler = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const told = (await compiler.stdout.toArray()).join('')
  const made = [...told.matchAll(/^TSFILE: (.*)$/gm)].map(([, path]) => path)
  if (made.length > 0 && !/error TS/.test(told)) return made
  process.stderr.write(told)
  throw new Error('the declarations could not be made')
}

/** Whole or not at all: another process may be about to load it. */
function write({ path, contents }) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, contents)
  renameSync(`${path}.new`, path)
}

const [made, declarations] = await Promise.all([Promise.all(groups.map(bundle)), declare()])
// Chunks are named by what they hold: all of an entry is there when the entry itself is written, its first file.
for (const files of made) for (const file of files.toReversed()) write(file)

// What no source makes any more would be packed, too.
const wanted = new Set([...made.flat().map(({ path }) => path), ...declarations].map((path) => relative(dist, path)))
for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (/\.\w+$/.test(path) && !wanted.has(path)) rmSync(join(dist, path), { recursive: true })
}
