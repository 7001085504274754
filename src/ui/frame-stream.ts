/** How are whole frames had from Ink? It writes into this instead of into the terminal. */
import { EventEmitter } from 'node:events'

/** How big frames are now. */
export interface FrameStreamOptions {
  readonly columns: () => number
  readonly rows: () => number
  /** Takes each frame: all lines, without cursor movements. */
  readonly onFrame: (frame: string) => void
}

/**
 * A stream for Ink's `stdout`, with its option `debug`: each write is then a frame. Ink's own way of drawing erases and
 * rewrites everything for each frame, loses count when the terminal gets narrower, and shows nothing when CI is set.
 * Emit 'resize' on it when the size changed.
 */
export function createFrameStream({ columns, rows, onFrame }: FrameStreamOptions): NodeJS.WriteStream {
  const stream = Object.assign(new EventEmitter(), {
    isTTY: false,
    write(frame: string): boolean {
      onFrame(frame)
      return true
    },
  })
  Object.defineProperty(stream, 'columns', { get: columns })
  Object.defineProperty(stream, 'rows', { get: rows })
  return stream as unknown as NodeJS.WriteStream
}
