/** What a child tells of the files it loads, read as it comes. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { TraceLine } from './trace-line.ts'

/** The files of one child. */
export interface FileTrace {
  /** From now on they count for the next operation. */
  begin(): void
  /** Those of this operation, in order: the last one is whose code runs. */
  files(): readonly string[]
  /** All that a file needs, itself included. */
  filesOf(file: string): ReadonlySet<string>
  hangsAt(): { readonly file: string; readonly line: number } | null
  /** Resolves when all that this operation loaded is known. */
  ended(): Promise<void>
}

/**
 * Reads a child's third pipe. All of it counts, however much it is; what is no trace was written by the user's code, and is none of ours.
 * @param stream the pipe
 * @param onHang told when the child has said where it hangs
 */
export function openTrace(stream: Readable, onHang: () => void): FileTrace {
  const files = new Set<string>()
  const needs = new Map<string, Set<string>>()
  let hangsAt: { readonly file: string; readonly line: number } | null = null
  let tellEnd: () => void = () => undefined
  let end: Promise<void> = Promise.resolve()
  createInterface({ input: stream }).on('line', (text) => {
    const line = parseTrace(text)
    if (line === null) return
    if ('hangsAt' in line) {
      hangsAt = line.hangsAt
      onHang()
    } else if ('end' in line) {
      tellEnd()
    } else if (line.from !== undefined) {
      const known = needs.get(line.from) ?? new Set()
      needs.set(line.from, known.add(line.file))
    } else {
      files.delete(line.file)
      files.add(line.file)
    }
  })
  stream.on('error', () => undefined)
  return {
    begin() {
      files.clear()
      end = new Promise((resolve) => {
        tellEnd = resolve
      })
    },
    files: () => [...files],
    filesOf(file) {
      const found = new Set([file])
      for (const one of found) for (const next of needs.get(one) ?? []) found.add(next)
      return found
    },
    hangsAt: () => hangsAt,
    ended: () => end,
  }
}

function parseTrace(text: string): TraceLine | null {
  try {
    const line = JSON.parse(text) as Partial<Record<'file' | 'hangsAt' | 'end', unknown>> | null
    const isTrace =
      typeof line?.file === 'string' ||
      (typeof line?.hangsAt === 'object' && line.hangsAt !== null) ||
      line?.end === true
    return isTrace ? (line as unknown as TraceLine) : null
  } catch {
    return null
  }
}
