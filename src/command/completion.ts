/** `devdb completion bash|zsh|fish`: prints the script that lets a shell complete devdb's words. */
import type { Command } from 'commander'
import { findConfig } from '../config/find-config.ts'
import { importConfig } from '../config/import-config.ts'
import { bareName, readMigrationFolder } from '../migration/migration-folder.ts'
import { currentFolder } from '../process/current-folder.ts'
import { completedCommands } from './completed-command.ts'
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
  process.stdout.write(renderers[shell](completedCommands(program)))
  return 0
}

/** Prints the names of the migrations, one a line; the scripts ask for them. @returns the exit code */
export async function listMigrations(): Promise<number> {
  const config = await importConfig(findConfig(currentFolder(), null))
  for (const { name } of readMigrationFolder(config.migrations)) process.stdout.write(`${bareName(name)}\n`)
  return 0
}
