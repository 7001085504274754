import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { evaluateConfig } from '../src/config/evaluate-config.ts'
import { userConfigSchema } from '../src/config/user-config-schema.ts'
import { initGit } from './git.ts'
import { readReadme, withTables } from './readme.ts'
import { copyForge, devdb, type Forge } from './terminal/forge.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
const readme = readReadme()

/** The text of the first block in a language. */
const block = (language: string, from = readme): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(from)?.[1] ?? ''

test('the tables are those of the sources: npm run readme', () => {
  expect(withTables(readme)).toBe(readme)
})

/** `models.path`, `steps[].run`: every option that a JSON schema allows. */
function optionsOf(schema: z.core.JSONSchema.BaseSchema, path = ''): readonly string[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const own = path === '' ? name : `${path}.${name}`
    return [own, ...optionsOf(value as z.core.JSONSchema.BaseSchema, own)]
  })
  const alternatives = (schema.anyOf ?? []).flatMap((one) => optionsOf(one as z.core.JSONSchema.BaseSchema, path))
  const items = schema.items === undefined ? [] : optionsOf(schema.items as z.core.JSONSchema.BaseSchema, `${path}[]`)
  return [...inner, ...alternatives, ...items]
}

test('every option of the configuration is there, and no other', () => {
  const table = /\| option \| default[\s\S]*?\n\n/.exec(readme)?.[0] ?? ''
  const written = [...table.matchAll(/^\| `(.+?)`/gm)].map(([, name]) => name)
  const schema = z.toJSONSchema(userConfigSchema, { unrepresentable: 'any' })
  // What both kinds of hooks have is told of the first.
  const known = [...new Set(optionsOf(schema))].filter(
    (name) =>
      !['rehearsal', 'snapshots', 'migrations.meta', 'hooks'].includes(name) && !name.startsWith('hooks.afterUpgrade['),
  )
  expect(written.sort()).toEqual(known.sort())
})

test('links lead somewhere', () => {
  const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text.toLowerCase().replace(/[`,]/g, '').replaceAll(' ', '-'),
  )
  for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    if (target.startsWith('#')) expect(headings).toContain(target.slice(1))
    else expect(existsSync(join(repository, target)), target).toBe(true)
  }
})

test('the JSON configuration is that of the fixture, and has no fault', () => {
  const folder = join(repository, 'fixtures', 'cli-layout')
  const example: unknown = JSON.parse(block('json'))
  expect(example).toEqual(JSON.parse(readFileSync(join(folder, 'devdb.config.json'), 'utf8')))
  expect(evaluateConfig(example, join(folder, 'devdb.config.json'), [])).toMatchObject({
    steps: [{ name: 'demo users' }],
  })
})

describe('in a project', () => {
  let forge: Forge
  let bin: string
  beforeAll(() => {
    forge = copyForge()
    bin = mkdtempSync(join(tmpdir(), 'devdb-bin-'))
    symlinkSync(devdb, join(bin, 'devdb'))
    // In a project that has devdb installed it runs that one.
    writeFileSync(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  })
  afterAll(() => {
    forge.remove()
    rmSync(bin, { recursive: true, force: true })
  })

  /** As a shell runs it, with devdb on the path. */
  const environment = () => ({
    ...process.env,
    NODE_ENV: 'test',
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'doe'],
        [`GIT_${who}_EMAIL`, 'doe@example.com'],
      ]),
    ),
  })
  const run = (command: string) =>
    promisify(execFile)('/bin/sh', ['-c', command], { cwd: forge.folder, env: environment() })

  /** Ends a watch after its first build. */
  const watchOnce = (command: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', `exec ${command}`], { cwd: forge.folder, env: environment() })
      let printed = ''
      child.stdout.on('data', (chunk) => {
        printed += chunk
        if (/throwaway ready|build failed/.test(printed)) child.kill('SIGTERM')
      })
      child.on('error', reject)
      child.on('close', () => resolve(printed))
    })

  const commandsOf = (text: string): readonly string[] =>
    [...text.matchAll(/^\$ (.*?)(?:\s+#.*)?$/gm)].map(([, command = '']) => command)
  const session = commandsOf(block('console'))

  test('the session runs as it is written', async () => {
    expect(session.length).toBeGreaterThan(7)
    for (const command of session) {
      if (command === 'devdb watch') expect(await watchOnce(command)).toContain('throwaway ready')
      else await run(command)
    }
    // Eight, and the drafted one.
    expect(await forge.applied()).toHaveLength(9)
    expect(JSON.parse((await run('devdb status --json')).stdout)).toMatchObject({ throwaway: { state: 'ready' } })
  }, 180_000)

  test('the recipes for tests, commits and CI do what they say', async () => {
    const [tests, commits] = ['Your tests and your application', 'Model and migration in one commit'].map(
      (title) => new RegExp(`\n## ${title}\n([\\s\\S]*?)\n## `).exec(readme)?.[1] ?? '',
    )
    forge.edit('package.json', '"scripts": {', '"scripts": { "test": "node test.cjs",')
    forge.write('test.cjs', "if (!process.env.DATABASE_URL.endsWith('/throwaway.db')) process.exit(1)")
    forge.write('server.js', 'console.log(process.argv[2])')
    for (const command of commandsOf(block('console', tests))) await run(command)
    for (const [, command = ''] of block('yaml', commits).matchAll(/- run: (npx .*)$/gm)) await run(command)

    forge.write('.gitignore', 'node_modules\n*.db\n')
    initGit(forge.folder)
    await run(/```sh\n(cat >[\s\S]*?)```/.exec(commits ?? '')?.[1] ?? '')
    await run('git add . && git commit --quiet --allow-empty -m good')
    forge.edit('src/models/setting.ts', 'name: { type', 'extra: types.STRING, name: { type')
    await expect(run('git add . && git commit --quiet -m bad')).rejects.toMatchObject({
      stderr: expect.stringContaining('.extra  VARCHAR(255)'),
    })
  }, 120_000)

  test('the TypeScript configuration loads', async () => {
    forge.write('devdb.config.ts', block('ts'))
    const { stdout } = await run('devdb status --json')
    expect(JSON.parse(stdout)).toMatchObject({ dev: { exists: true } })
  })
})
