/** What a child tells about the files it loads, on a pipe of its own. */

/**
 * A line on the child's third pipe, which works also while its main thread hangs: a file it loads; a file and one that asked for it, whether it
 * was loaded before or not; the place where it hangs; that an operation has told all its files.
 */
export type TraceLine =
  | { readonly file: string; readonly from?: string }
  | { readonly hangsAt: { readonly file: string; readonly line: number } }
  | { readonly end: true }

/** Descriptor of that pipe. */
export const traceDescriptor = 3
