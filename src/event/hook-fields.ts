/** What is told of commands that follow a build or an upgrade. Durations are in milliseconds. */
import type { Problem } from '../error.ts'

/** The fields of their kinds of events. */
export interface HookFields {
  readonly 'hook-started': { readonly hook: string; readonly after: 'build' | 'upgrade' }
  readonly 'hook-output': { readonly hook: string; readonly line: string }
  readonly 'hook-finished': { readonly hook: string; readonly ms: number }
  /** What it followed stays done. */
  readonly 'hook-failed': { readonly hook: string; readonly ms: number; readonly problem: Problem }
  /** A newer build ended it, and is followed by it again. */
  readonly 'hook-cancelled': { readonly hook: string; readonly ms: number }
}
