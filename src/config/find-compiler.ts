/** Which TypeScript transpiles the project's files: one that can be called from a program. */

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DevdbError } from '../error.ts'
import { findInstaller } from '../process/find-installer.ts'
import { parseJson } from '../process/parse-json.ts'

/** An installed TypeScript. */
export interface FoundCompiler {
  readonly version: string
  /** The module, absolute. */
  readonly file: string
}

/** The last major whose package has `transpileModule`; TypeScript 7 is a program and no library. */
const lastMajor = 6

/**
 * Finds TypeScript from the project: `typescript` itself, or a package that the project has installed under another name.
 * @param root the project
 * @throws DevdbError `package-missing` with what to install
 */
export function findCompiler(root: string): FoundCompiler {
  const require = createRequire(join(root, 'package.json'))
  const unfit: string[] = []
  for (const name of ['typescript', ...aliasesIn(root)]) {
    try {
      const file = require.resolve(`${name}/package.json`)
      const { version, main } = parseJson(readFileSync(file, 'utf8')) as { version: string; main?: string }
      if (Number.parseInt(version, 10) <= lastMajor)
        return { version, file: join(dirname(file), main ?? './lib/typescript.js') }
      unfit.push(version)
    } catch {
      // Not installed, or not to be read: the next one may be.
    }
  }
  const found = unfit.length === 0 ? 'it has none' : `it has ${unfit.join(' and ')}, which no program can call`
  throw new DevdbError('package-missing', `loader: 'typescript' needs the project's TypeScript, up to 6: ${found}`, {
    hint:
      unfit.length === 0
        ? `${installing(root)} typescript@5`
        : `install one beside it: ${installing(root)} typescript-5@npm:typescript@5`,
  })
}

/** All four know the short form: `npm help install`, `pnpm help add`, `yarn help add`, `bun add --help`. */
function installing(root: string): string {
  const { name, install } = findInstaller(root)
  return `${install} ${name === 'npm' ? '--save-dev' : '-D'}`
}

/** `"typescript-5": "npm:typescript@5"`: https://docs.npmjs.com/cli/commands/npm-install, by an alias; pnpm and yarn write the same. */
function aliasesIn(root: string): readonly string[] {
  const file = join(root, 'package.json')
  const above = dirname(root) === root ? [] : aliasesIn(dirname(root))
  if (!existsSync(file)) return above
  try {
    const { dependencies, devDependencies } = parseJson(readFileSync(file, 'utf8')) as Record<string, object>
    const all = Object.entries({ ...dependencies, ...devDependencies })
    return [...all.flatMap(([name, wanted]) => (/^npm:typescript@/.test(String(wanted)) ? [name] : [])), ...above]
  } catch {
    return above
  }
}
