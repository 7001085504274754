/** When is a draft opened in an editor, and is the terminal the editor's now? */
import { useEffect, useState } from 'react'
import type { Store } from '../event/store.ts'

/** Opens a file, and waits until the editor has ended. @returns why it did not work; null when it did */
export type Edit = (file: string, signal: AbortSignal) => Promise<string | null>

/** What the hook needs. */
export interface EditorUse {
  readonly store: Store
  /** Null: nothing is opened. */
  readonly edit: Edit | null
  /** Whether to open anything now. */
  isWanted(): boolean
  /** @param failure why it did not work, or null */
  onEnd(failure: string | null): void
}

/**
 * Opens each draft that is done. Keys must not be read while it says so.
 * @returns whether the terminal is the editor's
 */
export function useEditor({ store, edit, isWanted, onEnd }: EditorUse): boolean {
  const [file, setFile] = useState<string | null>(null)
  useEffect(() => {
    if (edit === null) return
    return store.subscribe((event) => {
      if (event.kind === 'draft-finished' && event.problem === null && event.file !== null && isWanted())
        setFile(event.file)
    })
  }, [store, edit, isWanted])
  // An effect of its own: the keys have been let go of before it runs.
  useEffect(() => {
    if (file === null || edit === null) return
    const closing = new AbortController()
    void edit(file, closing.signal).then((failure) => {
      if (closing.signal.aborted) return
      setFile(null)
      onEnd(failure)
    })
    return () => closing.abort()
  }, [file, edit, onEnd])
  return file !== null
}
