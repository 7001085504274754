/** How is a file opened in the editor of the developer? */
import { spawn } from 'node:child_process'
import { basename } from 'node:path'

/**
 * The command that opens files.
 * @param env the environment of the developer's shell
 * @returns its words; null where neither VISUAL nor EDITOR is set, or npm has set EDITOR: `npx` and `npm run` set it to vi where there is none.
 * https://docs.npmjs.com/cli/v11/using-npm/config#editor
 */
export function editorWords({ VISUAL = '', EDITOR = '', ...env }: NodeJS.ProcessEnv): readonly string[] | null {
  const isOfNpm = env.npm_execpath !== undefined && /^(?:vi|notepad\.exe)$/.test(EDITOR.trim())
  const command = VISUAL.trim() !== '' ? VISUAL : isOfNpm ? '' : EDITOR
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')
  return words.length === 0 ? null : words
}

/** What to open, and where the editor runs. */
export interface EditorCall {
  readonly words: readonly string[]
  /** Absolute. */
  readonly file: string
  readonly cwd: string
  /** Ends the editor. */
  readonly signal: AbortSignal
}

/**
 * Opens a file, and waits until the editor has ended. The terminal is the editor's meanwhile.
 * @returns why it did not work; null when it did
 */
export function openEditor({ words: [program = '', ...rest], file, cwd, signal }: EditorCall): Promise<string | null> {
  const name = basename(program)
  return new Promise((resolve) => {
    const child = spawn(program, [...rest, file], { cwd, stdio: 'inherit' })
    const end = (): void => void child.kill()
    signal.addEventListener('abort', end)
    const settle = (failure: string | null): void => {
      signal.removeEventListener('abort', end)
      resolve(failure)
    }
    child.once('error', ({ message }) => settle(`the editor ${name} could not be started: ${message}`))
    child.once('exit', (code, killedBy) => {
      if (code === 0) settle(null)
      else settle(`the editor ${name} ended with ${killedBy ?? code}`)
    })
  })
}
