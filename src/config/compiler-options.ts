/** How the project's TypeScript is to be transpiled: its tsconfig.json, changed where a file by itself and CommonJS demand it. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DevdbError } from '../error.ts'

/** What is used of TypeScript 4 to 6. https://github.com/microsoft/TypeScript/wiki/Using-the-Compiler-API */
export interface Compiler {
  readonly ScriptTarget: { readonly ES2022: number }
  readonly ModuleKind: { readonly CommonJS: number; readonly Node16: number }
  readonly sys: object & { readFile(path: string): string | undefined }
  getParsedCommandLineOfConfigFile(path: string, options: object, host: object): { options: Options } | undefined
  flattenDiagnosticMessageText(text: unknown, newLine: string): string
  transpileModule(
    source: string,
    setting: { compilerOptions: Options; fileName: string; reportDiagnostics: boolean },
  ): { readonly outputText: string; readonly diagnostics?: readonly Diagnostic[] }
}

/** A fault of one file. */
export interface Diagnostic {
  readonly messageText: unknown
  readonly start?: number
  readonly file?: { getLineAndCharacterOfPosition(position: number): { line: number; character: number } }
}

/** Compiler options as TypeScript itself has them: plain JSON, enumerations as numbers. */
export type Options = Readonly<Record<string, unknown>>

/** Options, and the files that they were read from with the hashes of their contents. */
export interface ReadOptions {
  readonly options: Options
  readonly files: Readonly<Record<string, string>>
}

/** The nearest tsconfig.json, or null. */
export function findTsconfig(folder: string): string | null {
  const file = join(folder, 'tsconfig.json')
  if (existsSync(file)) return file
  return dirname(folder) === folder ? null : findTsconfig(dirname(folder))
}

/** Whether options that were read before are what their files say still. */
export const areOptionsStill = ({ files }: ReadOptions): boolean =>
  Object.entries(files).every(([path, hash]) => hashOf(path) === hash)

/**
 * Reads the options, with what the tsconfig extends.
 * @param compiler TypeScript
 * @param tsconfig absolute path; null where there is none
 * @throws DevdbError `model-failed` where the file cannot be read
 */
export function readOptions(compiler: Compiler, tsconfig: string | null): ReadOptions {
  const files: Record<string, string> = {}
  const fail = ({ messageText }: Diagnostic): never => {
    throw new DevdbError('model-failed', compiler.flattenDiagnosticMessageText(messageText, ' '), {
      ...(tsconfig === null ? {} : { file: tsconfig }),
      hint: 'mend the file, and save',
    })
  }
  const host = {
    ...compiler.sys,
    readFile: (path: string) => {
      files[path] = hashOf(path)
      return compiler.sys.readFile(path)
    },
    // Which files it is for does not matter.
    readDirectory: () => [],
    onUnRecoverableConfigFileDiagnostic: fail,
  }
  const parsed = tsconfig === null ? undefined : compiler.getParsedCommandLineOfConfigFile(tsconfig, {}, host)
  return { options: settle(compiler, parsed?.options ?? {}), files }
}

function settle({ ScriptTarget, ModuleKind }: Compiler, given: Options): Options {
  const target = typeof given.target === 'number' ? given.target : null
  const isNodeModule = typeof given.module === 'number' && given.module >= ModuleKind.Node16
  const { verbatimModuleSyntax: _, importsNotUsedAsValues: __, preserveValueImports: ___, ...rest } = given
  return {
    ...rest,
    experimentalDecorators: given.experimentalDecorators ?? true,
    emitDecoratorMetadata: given.emitDecoratorMetadata ?? true,
    // What TypeScript would take these two for, with the target and the module that the project has.
    useDefineForClassFields: given.useDefineForClassFields ?? (target !== null && target >= ScriptTarget.ES2022),
    esModuleInterop: given.esModuleInterop ?? isNodeModule,
    target: target ?? ScriptTarget.ES2022,
    module: ModuleKind.CommonJS,
    moduleResolution: undefined,
    inlineSourceMap: true,
    inlineSources: false,
    sourceMap: false,
    declaration: false,
    declarationMap: false,
    composite: false,
    incremental: false,
    noEmit: false,
    emitDeclarationOnly: false,
    outDir: undefined,
    outFile: undefined,
    rootDir: undefined,
  }
}

const hashOf = (path: string): string =>
  existsSync(path) ? createHash('sha1').update(readFileSync(path)).digest('hex') : 'absent'
