/** Where does the cursor stand among the migrations, and what would going there do? */
import type { Board } from '../event/event.ts'

/**
 * The line of the cursor.
 * @param board the migrations, or null while they have not been read
 * @param chosen the migration that the user moved to; null: the next one to apply
 * @returns an index into `board.migrations`; -1 when there are none
 */
export function cursorIndex(board: Board | null, chosen: string | null): number {
  if (board === null) return -1
  const chosenIndex = board.migrations.findIndex(({ name }) => name === chosen)
  if (chosenIndex !== -1) return chosenIndex
  const firstPending = board.migrations.findIndex(({ state }) => state === 'pending')
  return firstPending === -1 ? board.migrations.length - 1 : firstPending
}

/**
 * What a downgrade reverts, in the order in which it would.
 * @param board the migrations
 * @param target '-1', or the name of the migration that stays
 */
export function namesToRevert(board: Board, target: string): readonly string[] {
  const applied = board.migrations.filter(({ state }) => state !== 'pending').map(({ name }) => name)
  const kept = target === '-1' ? applied.length - 1 : applied.indexOf(target) + 1
  return kept <= 0 && target !== '-1' ? [] : applied.slice(Math.max(kept, 0)).reverse()
}
