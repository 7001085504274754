/** `devdb completion bash|zsh|fish`: prints the script that lets a shell complete devdb's words. */

import type { Command } from 'commander'
import { findConfig } from '../config/find-config.ts'
import { importConfig } from '../config/import-config.ts'
import { bareName, readMigrationFolder } from '../migration/migration-folder.ts'
import { currentFolder } from '../process/current-folder.ts'
import { completedCommands } from './completed-command.ts'
import { print } from './print.ts'
import { renderBash } from './render-bash.ts'
import { renderFish } from './render-fish.ts'
import { renderZsh } from './render-zsh.ts'

const renderers = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const

/**
 * Prints the script of a shell.
 * @param program the table of commands
 * @param shell which
 * @returns the exit code
 */
export function runCompletion(program: Command, shell: keyof typeof renderers): number {
  print(renderers[shell](completedCommands(program)))
  return 0
}

/**
 * bash expands each word that it is given to complete, commands in `$(…)` too: a name of other characters is not offered.
 * https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion-Builtins.html
 */
const isPlainWord = (name: string): boolean => /^[\p{L}\p{N}_@%+=:,.-]+$/u.test(name)

/** Prints the names of the migrations, one a line; the scripts ask for them. @returns the exit code */
export async function listMigrations(): Promise<number> {
  const config = await importConfig(findConfig(currentFolder(), null))
  const names = readMigrationFolder(config.migrations).map(({ name }) => bareName(name))
  for (const name of names) if (isPlainWord(name)) print(`${name}\n`)
  return 0
}
