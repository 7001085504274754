/** Which tables of the README come from the sources? `npm run readme` writes them anew; a test checks that they are up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { listsTargets } from '../src/command/completed-command.ts'
import { createProgram } from '../src/command/main.ts'
import { codes } from '../src/error.ts'
import { draftKeys, driftKeys, keys } from '../src/ui/keys.ts'
import { verdictRows } from './scenario/verdict-table.ts'

const file = new URL('../README.md', import.meta.url)

/** The README as it is. */
export const readReadme = (): string => readFileSync(file, 'utf8')

/** The tables, by the name of their markers. */
const tables: Readonly<Record<string, () => string>> = {
  commands: commandTable,
  changes: changeTable,
  keys: keyTable,
  codes: codeTable,
}

/**
 * Puts the tables between their markers.
 * @param text the README
 * @throws Error when a marker is missing
 */
export function withTables(text: string): string {
  return Object.entries(tables).reduce((before, [name, table]) => {
    const [head, tail] = before.split(new RegExp(`(?<=<!-- ${name} -->)[\\s\\S]*?(?=<!-- /${name} -->)`))
    if (tail === undefined) throw new Error(`the README has no <!-- ${name} -->…<!-- /${name} -->`)
    return `${head}\n${table()}\n${tail}`
  }, text)
}

function commandTable(): string {
  const program = createProgram(() => undefined)
  // `snapshot` only holds commands.
  const commands = program.commands
    .filter((command) => command.name() !== listsTargets)
    .flatMap((command) => (command.commands.length === 0 ? [command] : command.commands))
  // `completion` needs no project.
  const all = commands
    .filter(({ options }) => options.length > 0)
    .map((command) => command.options.map(({ flags }) => flags))
  const isCommon = (flags: string): boolean => all.every((flagsOfOne) => flagsOfOne.includes(flags))
  const rows = commands.map((command) => {
    const own = command.options.filter(({ flags }) => !isCommon(flags))
    const group = command.parent === program ? '' : `${command.parent?.name()} `
    return [
      code(`devdb ${group}${command.name()} ${command.usage().replace('[options]', '').trim()}`.trim()),
      command.description(),
      own.map((option) => code(option.flags)).join(', '),
    ]
  })
  const options = [...new Map(commands.flatMap(({ options }) => options.map((one) => [one.flags, one])))]
  return [
    tableOf(['command', 'what it does', 'its options'], rows),
    '',
    tableOf(
      ['option', 'what it does'],
      options.map(([flags, { description, argChoices }]) => [
        code(flags),
        argChoices === undefined ? description : `${description}: ${argChoices.map(code).join(', ')}`,
      ]),
    ),
  ].join('\n')
}

function keyTable(): string {
  const rowsOf = (table: readonly { readonly shown: string; readonly description: string }[]) =>
    table.map(({ shown, description }) => [shown.split(' ').map(code).join(' '), description])
  return [
    tableOf(['key', 'what it does'], rowsOf(keys)),
    '',
    tableOf(['while a migration is drafted', 'what it does'], rowsOf(draftKeys)),
    '',
    tableOf(['while drift is settled', 'what it does'], rowsOf(driftKeys)),
  ].join('\n')
}

function codeTable(): string {
  const rows = Object.entries(codes).map(([name, { exit, meaning }]) => [code(name), String(exit), meaning])
  return tableOf(['code', 'exit', 'meaning'], rows)
}

function changeTable(): string {
  return tableOf(['', 'drafted', 'no difference', 'kept as it is, never drafted'], verdictRows())
}

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(escaped).join(' | ')} |`).join('\n')

const code = (text: string): string => `\`${text}\``
const escaped = (text: string): string => text.replaceAll('|', '\\|')

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(file, withTables(readReadme()))
}
