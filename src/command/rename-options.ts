/** The options that say what was renamed, which several commands have. */
import type { Command } from 'commander'

/** What they come to. */
export interface RenameOptions {
  /** False: nothing was renamed beyond what is said. */
  readonly rename?: boolean
  readonly renamed?: readonly string[]
  readonly renameTable?: readonly string[]
  readonly underscored?: boolean
}

/**
 * Adds the options that answer what was renamed.
 * @returns what was said: some columns may have been renamed, and the others not
 */
export function withRenames(command: Command): () => { readonly rename: boolean; readonly renamed: readonly string[] } {
  const renamed: string[] = []
  let rename = true
  command
    .option('--rename <old:new...>', 'these columns were renamed: users.nick:users.nickname')
    .option('--no-rename', 'nothing was renamed: what is gone is dropped')
    .option('--rename-table <old:new...>', 'these tables were renamed')
    .option('--underscored', 'whatever differs only in how its words are joined was renamed: createdAt, created_at')
    .on('option:rename', (word: string) => renamed.push(word))
    .on('option:no-rename', () => {
      rename = false
    })
  return () => ({ rename, renamed })
}
