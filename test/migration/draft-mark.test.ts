import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { markOf, needsEditMark, notProvenMark } from '../../src/migration/draft-mark.ts'
import { sharedFolder } from '../temp-folder.ts'

const folder = sharedFolder()

test('a migration whose head says that it is untested or unfinished is known by it', () => {
  const marked = (name: string, text: string): readonly string[] => {
    writeFileSync(join(folder, name), text)
    return markOf(join(folder, name))
  }
  expect(markOf(resolve('test/draft/golden/placeholder.ts'))).toEqual(['needs-edit'])
  expect(marked('a.js', `// ${notProvenMark}: no such table\nmodule.exports = {}\n`)).toEqual(['not-proven'])
  expect(marked('a.sql', `/* ${notProvenMark}: no such table */\nSELECT 1;\n`)).toEqual(['not-proven'])
  expect(marked('b.sql', `-- ${needsEditMark}: say what\nSELECT 1;\n`)).toEqual(['needs-edit'])
  expect(marked('c.js', `const text = '${needsEditMark}: this is data'\n`)).toEqual([])
  expect(marked('d.js', `${' '.repeat(4_000)}// ${notProvenMark}: far below\n`)).toEqual([])
  expect(markOf(join(folder, 'absent.js'))).toEqual([])
})
