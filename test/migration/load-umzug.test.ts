import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('Umzug comes without its command line, which a project that shares this copy still gets', () => {
  const program = `import { createRequire } from 'node:module'
    import { loadUmzug } from '../../src/migration/load-umzug.ts'
    const { cache } = createRequire(import.meta.url)
    const hasCli = () => Object.keys(cache).some((file) => file.includes('ts-command-line'))
    const { Umzug } = loadUmzug()
    const before = hasCli()
    const umzug = new Umzug({ migrations: [], context: {}, logger: undefined })
    console.log(before, umzug.getCli(undefined) instanceof (await import('umzug')).UmzugCLI, hasCli())`
  const words = ['--import', 'tsx', '--input-type=module', '-e', program]
  expect(execFileSync(process.execPath, words, { cwd: import.meta.dirname, encoding: 'utf8' })).toBe(
    'false true true\n',
  )
})
