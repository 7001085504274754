import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dialectNamed } from '../../src/dialect/find-dialect.ts'
import { readAhead, scriptOf } from '../../src/worker/read-ahead.ts'
import { tempFolder } from '../temp-folder.ts'

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex')

test('a script is taken as it was read before only where the file is still that', async () => {
  const folder = tempFolder()
  const dialect = dialectNamed('sqlite', folder)
  const [file, other] = [join(folder, 'rows.sql'), join(folder, 'other.sql')]
  const [before, after] = ["INSERT INTO t VALUES ('before');", "INSERT INTO t VALUES ('after');"]
  writeFileSync(file, before)
  await readAhead(dialect, [file, join(folder, 'absent.sql'), folder])
  writeFileSync(file, after)
  writeFileSync(other, after)
  const textOf = async (path: string, hash: string | null) => (await scriptOf(dialect, path, hash)).text
  expect(await textOf(file, hashOf(before))).toBe(before)
  expect(await textOf(file, hashOf(after))).toBe(after)
  expect(await textOf(file, null)).toBe(after)
  expect(await textOf(other, hashOf(after))).toBe(after)
  await expect(textOf(join(folder, 'absent.sql'), null)).rejects.toThrow('ENOENT')
})
