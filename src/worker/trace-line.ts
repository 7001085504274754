/** What a child tells about the files it loads, on a pipe of its own. */

/** A line on the child's third pipe, which works also while its main thread hangs: a file it loads, or the place where it hangs. */
export type TraceLine =
  | { readonly file: string }
  | { readonly hangsAt: { readonly file: string; readonly line: number } }

/** Descriptor of that pipe. */
export const traceDescriptor = 3
