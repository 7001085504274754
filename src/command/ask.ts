/** What is asked on the terminal. */

import { createInterface } from 'node:readline/promises'
import { safeText } from '../report/plain-line.ts'
import { printError } from './print.ts'

/** Whether anybody can be asked at all. */
export const canAsk = (json: boolean): boolean => !json && process.stdin.isTTY === true && process.stderr.isTTY === true

/**
 * Asks for one line.
 * @param signal ends the waiting
 */
export async function askLine(text: string, signal?: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (
      await (signal === undefined ? prompt.question(safeText(text)) : prompt.question(safeText(text), { signal }))
    ).trim()
  } finally {
    prompt.close()
  }
}

/**
 * Asks which of some answers is right.
 * @param text the question, one line
 * @param options the answers
 * @param signal ends the waiting
 * @returns the index of the answer; null when nobody wants to say
 */
export async function choose(text: string, options: readonly string[], signal?: AbortSignal): Promise<number | null> {
  const lines = options.map((option, index) => `  ${index + 1}  ${option}`)
  printError(`${[text, ...lines].join('\n')}\n`)
  for (;;) {
    const word = await askLine(`1 to ${options.length}, or q to leave it: `, signal)
    if (/^q(?:uit)?$/i.test(word)) return null
    const index = Number(word) - 1
    if (word !== '' && options[index] !== undefined) return index
  }
}
