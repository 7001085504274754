/** What a child prints, line by line, however much it is. */
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** The longest line that is passed on, in characters; a longer one is cut. */
const maxLineLength = 2000

/** How many lines of one child are passed on one by one; the rest is only counted, so that a flood drowns nothing. */
const maxLines = 5000

/** The last lines of a child, for the Problem it may end with. */
export interface Output {
  /** At most 20, oldest first. */
  readonly lastLines: readonly string[]
}

/**
 * Reads the streams of a child until they end.
 * @param streams its stdout and stderr
 * @param onLine told each line, without colour and control sequences
 * @returns what to show when the child fails
 */
export function readLines(streams: readonly (Readable | null | undefined)[], onLine: (line: string) => void): Output {
  const lastLines: string[] = []
  let count = 0
  const accept = (raw: string): void => {
    const line = cleaned(raw)
    if (line === '') return
    lastLines.push(line)
    if (lastLines.length > 20) lastLines.shift()
    count += 1
    if (count < maxLines) onLine(line)
    else if (count === maxLines) onLine('… more lines are not shown')
  }
  for (const stream of streams) if (stream) readStream(stream, accept)
  return { lastLines }
}

function readStream(stream: Readable, accept: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    const last = lines.pop() ?? ''
    // Of what is drawn over only the last state is kept; a \r at the very end may be half of a line end.
    rest = last.slice(last.lastIndexOf('\r', last.length - 2) + 1).slice(0, maxLineLength)
    for (const line of lines) accept(line)
  })
  stream.on('end', () => accept(rest))
  stream.on('error', () => undefined)
}

/** A program that draws its progress with \r shows its last state. */
const cleaned = (raw: string): string =>
  raw
    .replace(/\r$/, '')
    .replace(/^[\s\S]*\r/, '')
    .replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .trimEnd()
    .slice(0, maxLineLength)
