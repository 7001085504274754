/** Does doctor tell of a dev database that git tracks? */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkTracked } from '../../src/engine/check-tracked.ts'
import { commitAll, git, initGit } from '../git.ts'
import { tempFolder } from '../temp-folder.ts'

const never = new AbortController().signal
const address = {
  dialect: 'sqlite',
  url: 'sqlite:dev.db',
  label: 'dev.db',
  host: null,
  name: 'dev',
  options: {},
  settings: {},
  settingsFile: null,
}
const look = (root: string, path: string) =>
  checkTracked({ root, dev: { ...address, storage: join(root, path) } }, never)

test('a tracked dev database is told with the commands to type, from which git lets it go', async () => {
  const root = tempFolder()
  mkdirSync(join(root, 'my app'))
  writeFileSync(join(root, 'my app', '[dev].db'), '')
  expect(await look(join(root, 'my app'), '[dev].db')).toBeNull()
  initGit(root)
  const found = await look(join(root, 'my app'), '[dev].db')
  expect(found).toMatchObject({
    state: 'attention',
    message: 'git tracks [dev].db: a checkout would replace the dev database',
    hint: "git rm --cached '[dev].db' && echo '/\\[dev].db*' >> .gitignore",
  })
  execFileSync('/bin/bash', ['-c', found!.hint!], { cwd: join(root, 'my app'), stdio: 'ignore' })
  expect(await look(join(root, 'my app'), '[dev].db')).toBeNull()
  expect(git(root, 'status', '--porcelain')).toBe('D  "my app/[dev].db"\n?? "my app/"')
})

test('also outside of the project', async () => {
  const root = tempFolder()
  for (const folder of ['app', 'stores']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'stores', 'dev.db'), '')
  initGit(root)
  commitAll(root)
  expect((await look(join(root, 'app'), '../stores/dev.db'))?.hint).toBe(
    `git -C ${root} rm --cached stores/dev.db && echo '/stores/dev.db*' >> ${root}/.gitignore`,
  )
})
