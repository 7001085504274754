/** What a watch looks at may be anything by then. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isUnfinished } from '../../src/watch/watcher.ts'
import { tempFolder } from '../temp-folder.ts'

test('a path below what is a file now counts as gone', () => {
  const file = join(tempFolder(), 'model.js')
  writeFileSync(file, 'text')
  expect([isUnfinished(file), isUnfinished(join(file, 'model.js'))]).toEqual([false, true])
})
