/** How a comparison is shown to people. */

import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Unread } from '../schema/schema.ts'
import { print } from './print.ts'

/** The exit code of a check that found differences. */
export const foundDifferences = 3

/** Says what was not compared. */
export function printUnread(unread: readonly Unread[]): void {
  for (const { object, reason } of unread) print(`not compared: ${object}, ${reason}\n`)
}

/** Prints a heading and a line for each change, or what to say when there is none. */
export function printChanges(heading: string, changes: readonly Change[], otherwise: string): void {
  const lines =
    changes.length === 0 ? [otherwise] : [heading, ...changes.map((change) => `  ${describeChange(change)}`)]
  print(`${lines.join('\n')}\n`)
}

/** What was not compared, as a part of a document: absent where all was. */
export const unreadDocument = (unread: readonly Unread[]): { readonly unread?: readonly Unread[] } =>
  unread.length === 0 ? {} : { unread }
