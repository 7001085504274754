import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/command/main.ts'
import { evaluateConfig } from '../src/config/evaluate-config.ts'
import { userConfigSchema } from '../src/config/user-config-schema.ts'
import { readReadme, withTables } from './readme.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
const readme = readReadme()

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

/** What stands in the text as code, outside of blocks and of the tables that the sources write. */
const inline = [
  ...readme
    .replace(/```[\s\S]*?```/g, '')
    .replace(/<!-- (\w+) -->[\s\S]*?<!-- \/\1 -->/g, '')
    .matchAll(/`([^`\n]+)`/g),
].map(([, text = '']) => text)

test('every command in the text is one, with options that it has', () => {
  const program = createProgram(() => undefined)
  const commands = inline.flatMap((text) => [...text.matchAll(/(?:^|\()(?:npx )?devdb ([a-z]+[^)>…"]*)/g)])
  expect(commands.length).toBeGreaterThan(15)
  for (const [all, words = ''] of commands) {
    const [name, second = '', ...rest] = words.trim().split(' ')
    const group = program.commands.find((command) => command.name() === name)
    const command = group?.commands.find((each) => each.name() === second) ?? group
    expect(command, all).toBeDefined()
    const known = command?.options.flatMap(({ long, short }) => [long, short]) ?? []
    for (const option of [second, ...rest].filter((word) => /^--?[a-z]/.test(word)))
      expect(known, `${all}: ${option}`).toContain(option.split('=')[0])
  }
})

test('every setting in the text has no fault', () => {
  const settings = inline.filter((text) =>
    /^(?:models|migrations|throwaway|loader|baseline|allow|steps|hooks|env|dev): /.test(text),
  )
  expect(settings.length).toBeGreaterThan(2)
  const root = repository
  for (const text of settings) {
    const setting = new Function(`return { ${text} }`)() as Record<string, unknown>
    const exported = { models: './m', migrations: './m', dev: 'sqlite:dev.db', ...setting }
    expect(() => evaluateConfig(exported, join(root, 'devdb.config.js'), []), text).not.toThrow()
  }
})
