/** `loader: 'typescript'`: TypeScript itself transpiles each file, for decorators whose metadata tells the types of columns. */
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { requireTypeScript } from '../process/import-file.ts'
import { makeOwnFolder } from '../process/make-own-folder.ts'
import {
  areOptionsStill,
  type Compiler,
  type Diagnostic,
  findTsconfig,
  type Options,
  type ReadOptions,
  readOptions,
} from './compiler-options.ts'
import { findCompiler } from './find-compiler.ts'

type Extension = (this: unknown, module: CompilingModule, file: string) => void
interface CompilingModule extends NodeJS.Module {
  _compile(code: string, file: string): void
}
const loader = Module as unknown as {
  readonly _extensions: Record<string, Extension | undefined>
  _nodeModulePaths(folder: string): string[]
  new (id: string): CompilingModule
}

/** Node's own, taken before anything else registers: TypeScript is 9 MB of CommonJS, which no loader needs to look through. */
const plainJs = loader._extensions['.js']!

/** Counted up when the same file becomes something else. */
const version = 1

/**
 * From now on TypeScript files of the project become CommonJS through its own TypeScript, one at a time, so that circular imports work and
 * metadata is emitted. Where another loader is registered it still says where files are, path aliases too.
 * @param root the project
 * @param isWarm whether all is loaded and tried out now; else TypeScript when the first file comes that is not in the cache
 * @throws DevdbError `package-missing`
 */
export function registerTranspiler(root: string, isWarm: boolean): void {
  const found = findCompiler(root)
  const cache = join(root, '.devdb', 'transpiled')
  let loaded: Compiler | null = null
  let known: Options | null = null
  const compiler = (): Compiler => {
    loaded ??= loadPlain(found.file) as Compiler
    return loaded
  }
  const options = (): Options => {
    known ??= cachedOptions(cache, findTsconfig(root), found.version, compiler)
    return known
  }
  if (isWarm) {
    for (let round = 0; round < warmRounds; round++) transpile(compiler(), options(), join(root, 'sample.ts'), sample)
    loadDecorators(root)
  }
  for (const ending of ['.ts', '.tsx', '.cts', '.mts']) {
    const other = loader._extensions[ending]
    loader._extensions[ending] = function (module, name) {
      const file = name.replace(/\?.*$/, '')
      if (file.includes('/node_modules/') || !isWithin(file)) return other?.call(this, module, name)
      const source = readFileSync(file, 'utf8')
      const key = sha1(JSON.stringify([version, found.version, options(), file, source]))
      const kept = readEntry(cache, file, key)
      const code = kept ?? transpile(compiler(), options(), file, source)
      if (kept === null) writeEntry(cache, file, key, code)
      module._compile(code, file)
    }
  }
  process.setSourceMapsEnabled(true)
  requireTypeScript()
}

/** Code like that of models, and how often it is transpiled until the compiler is compiled itself. */
const sample = `import { Column, Model } from 'sequelize-typescript'
@Table({ tableName: 'samples' })
export class Sample extends Model {
${Array.from({ length: 20 }, (_, index) => `  @Column({ allowNull: false })\n  value${index}!: string | null\n`).join('')}}`
const warmRounds = 20

/** What decorated models load first, where the project has it; what is wrong with it their own import tells. */
function loadDecorators(root: string): void {
  try {
    createRequire(join(root, 'package.json'))('sequelize-typescript')
  } catch {
    // Decorators of another library.
  }
}

/** devdb's own sources, where it runs from them, are not the project's. */
const ownFolder = dirname(import.meta.dirname)
const isWithin = (file: string): boolean => !file.startsWith(`${ownFolder}/`)

function transpile(compiler: Compiler, compilerOptions: Options, fileName: string, source: string): string {
  const { outputText, diagnostics = [] } = compiler.transpileModule(source, {
    compilerOptions,
    fileName,
    reportDiagnostics: true,
  })
  const fault = diagnostics.find(({ file }) => file !== undefined)
  if (fault === undefined) return outputText
  throw new SyntaxError(`${placeIn(fileName, fault)}: ${compiler.flattenDiagnosticMessageText(fault.messageText, ' ')}`)
}

function placeIn(path: string, { file, start = 0 }: Diagnostic): string {
  const { line, character } = file!.getLineAndCharacterOfPosition(start)
  return `${path}:${line + 1}:${character + 1}`
}

/** The options as they were, where none of their files has changed: to read them takes TypeScript. */
function cachedOptions(
  cache: string,
  tsconfig: string | null,
  compilerVersion: string,
  compiler: () => Compiler,
): Options {
  const file = join(cache, 'options.json')
  const key = sha1(JSON.stringify([version, compilerVersion, tsconfig]))
  const kept = readKeyed(file, key)
  const before = kept === null ? null : (JSON.parse(kept) as ReadOptions)
  if (before !== null && areOptionsStill(before)) return before.options
  const read = readOptions(compiler(), tsconfig)
  const text = JSON.stringify(read)
  writeKeyed(file, key, text)
  // As the next process will read them: what JSON leaves out would make another key.
  return (JSON.parse(text) as ReadOptions).options
}

/** One entry for a file, whatever it held before. */
const entryOf = (cache: string, file: string): string => join(cache, `${sha1(file)}.js`)
const readEntry = (cache: string, file: string, key: string): string | null => readKeyed(entryOf(cache, file), key)
const writeEntry = (cache: string, file: string, key: string, code: string): void =>
  writeKeyed(entryOf(cache, file), key, code)

function readKeyed(file: string, key: string): string | null {
  try {
    const text = readFileSync(file, 'utf8')
    return text.startsWith(`${key}\n`) ? text.slice(key.length + 1) : null
  } catch {
    return null
  }
}

/** Whole or not at all; where it cannot be kept, the next process does it again. */
function writeKeyed(file: string, key: string, text: string): void {
  const draft = `${file}.${process.pid}`
  try {
    makeOwnFolder(dirname(file))
    writeFileSync(draft, `${key}\n${text}`)
    renameSync(draft, file)
  } catch {
    // The disk is full, or the folder may not be written.
  }
}

function loadPlain(file: string): unknown {
  const module = new loader(file)
  module.filename = file
  module.paths = loader._nodeModulePaths(dirname(file))
  plainJs.call(loader._extensions, module, file)
  return module.exports
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex')
