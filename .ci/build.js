/**
 * `npm run build`: makes dist of src. Half of what a short command took was to find, read and link some 200 modules, so each process gets its
 * code in few files: what it always needs in one, and what it imports late in chunks. Where that pays, packages of others come with it.
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
 * Dependencies that come with dist: nothing of theirs is shared with the user's code, and their many small files cost each process that loads
 * them 11 ms (pino), 62 ms (execa) and 300 ms (Ink with React) more of its processor. Others would gain less than 10 ms: Umzug 3, commander 4,
 * chokidar and tinyglobby 1.
 */
const bundled = ['execa', 'ink', 'pino', 'react']

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

/** What every Node program of the user's code loads first, of whatever version it is; one file for each dialect. */
const doors = [{ in: 'src/dialect/sqlite/door/entry.ts', out: 'door/sqlite' }]

/** Ink and what it draws with, as devdb needs them. */
const drawing = {
  name: 'drawing',
  setup({ onResolve, onLoad }) {
    // React's production build, whatever NODE_ENV is.
    onResolve({ filter: /\.development\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('.development.', '.production.')),
    }))
    // DEV=true, which somebody may have set for a program of theirs, asks Ink for its own package.json and React's developer tools.
    onLoad({ filter: /\/ink\/build\/(?:utils|devtools)\.js$/ }, () => ({
      contents: 'export const isDev = () => false',
    }))
    // The WebAssembly of Yoga, with which Ink lays out, is in the file itself. To fetch it Node would load its whole HTTP client: 20 ms.
    onLoad({ filter: /\/yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined\n${readFileSync(path, 'utf8')}`,
    }))
  },
}

/** @returns the files that some entries need, and the paths of what is in them */
async function bundle(group) {
  const isCommonJs = group[0].endsWith('.cts')
  const { outputFiles, metafile } = await build({
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
    external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !bundled.includes(name)),
    plugins: [drawing],
    // What CommonJS requires of Node itself.
    banner: isCommonJs
      ? {}
      : {
          js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
        },
    metafile: true,
    logLevel: 'warning',
  })
  return { outputFiles, inputs: Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)) }
}

/** @returns as `bundle` does, of the doors */
async function bundleDoors() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: doors,
    outdir: 'dist',
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node14.18',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
  })
  return { outputFiles, inputs: Object.keys(metafile.inputs) }
}

/**
 * Packages without a file of their licence, and whose is the same: what the first line of yoga-layout's files names is the MIT licence of
 * Meta Platforms, Inc. and affiliates, which is React's.
 */
const licensedLike = { 'yoga-layout': 'react' }

/**
 * Says what dist holds of others. Each licence wants to be where the code is.
 * @param inputs paths of all that was bundled
 */
function listLicenses(inputs) {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [])
  const parts = [...new Set(folders)].map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const like = name in licensedLike ? join(folder, '..', licensedLike[name]) : folder
    const file = readdirSync(join(root, like)).find((path) => /^licen[cs]e/i.test(path))
    if (file === undefined) throw new Error(`${folder} has no licence that could go with its code`)
    return `${name} ${version}\n\n${readFileSync(join(root, like, file), 'utf8').trim()}\n`
  })
  const all = ['These packages are part of the files of this folder.\n', ...[...new Set(parts)].sort()]
  return { path: join(dist, 'THIRD-PARTY-LICENSES.txt'), contents: Buffer.from(all.join(`\n${'-'.repeat(80)}\n\n`)) }
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
function write({ path, contents, mode = 0o666 }) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, contents, { mode })
  renameSync(`${path}.new`, path)
}

const [made, declarations] = await Promise.all([Promise.all([...groups.map(bundle), bundleDoors()]), declare()])
// Chunks are named by what they hold: all of an entry is there when the entry itself is written, its first file.
for (const { outputFiles } of made) for (const file of outputFiles.toReversed()) write(file)
// A program for commands that replace NODE_OPTIONS.
const program = {
  path: join(dist, 'door/bin/node'),
  contents: readFileSync(join(root, 'src/door/node.sh')),
  mode: 0o777,
}
write(program)
const licenses = listLicenses(made.flatMap(({ inputs }) => inputs))
write(licenses)

// What no source makes any more would be packed, too.
const bundles = made.flatMap(({ outputFiles }) => outputFiles.map(({ path }) => path))
const wanted = new Set([...bundles, ...declarations, program.path, licenses.path].map((path) => relative(dist, path)))
for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (/\.\w+$/.test(path) && !wanted.has(path)) rmSync(join(dist, path), { recursive: true })
}
