/** Where commands print: nothing of theirs reaches a terminal by another way. */
import { safeJson, safeText } from '../report/plain-line.ts'

/** Prints text on stdout, made safe for a terminal. */
export const print = (text: string): void => void process.stdout.write(safeText(text))

/** Prints text on stderr, made safe for a terminal. */
export const printError = (text: string): void => void process.stderr.write(safeText(text))

/** Prints lines of JSON on stdout: what they say stays as it is. */
export const printDocument = (json: string): void => void process.stdout.write(safeJson(json))
