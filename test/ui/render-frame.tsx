/** What does a view look like? Draws it once with Ink, as it would be drawn on a terminal of that size, without colours. */
import { stripVTControlCharacters } from 'node:util'
import { render } from 'ink'
import type { ReactNode } from 'react'
import { createFrameStream } from '../../src/ui/frame-stream.ts'

/** The size of the terminal, in character cells. */
export interface FrameSize {
  readonly columns: number
  readonly rows: number
}

/**
 * Draws a view.
 * @param node what to draw
 * @param size of the terminal
 * @returns the lines of the frame without trailing spaces; between line feeds, so that snapshots line up
 */
export function renderFrame(node: ReactNode, { columns, rows }: FrameSize): string {
  let last = ''
  const stdout = createFrameStream({
    columns: () => columns,
    rows: () => rows,
    onFrame: (frame) => {
      last = frame
    },
  })
  const ink = render(node, { stdout, debug: true, exitOnCtrlC: false, patchConsole: false })
  // Where CI is set Ink writes once more when it ends, and that is no frame.
  const frame = last
  ink.unmount()
  ink.cleanup()
  return `\n${trimFrame(frame)}\n`
}

/** A frame without colours, trailing spaces and trailing empty lines. */
export const trimFrame = (frame: string): string =>
  stripVTControlCharacters(frame)
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
