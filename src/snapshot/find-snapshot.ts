/** Which snapshot somebody means. */
import { DevdbError } from '../error.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Finds a snapshot.
 * @param snapshots all there are
 * @param word an id or a name
 * @param isWhole only the whole id or name will do; otherwise a part that no other one has is enough
 * @throws DevdbError `snapshot-unknown`, `snapshot-ambiguous`
 */
export function findSnapshot(snapshots: readonly Snapshot[], word: string, isWhole = false): Snapshot {
  const exact = snapshots.find(({ id, name }) => id === word || name === word)
  if (exact !== undefined) return exact
  const partial = word === '' ? [] : snapshots.filter(({ id, name }) => id.includes(word) || name?.includes(word))
  const [only] = partial
  if (only !== undefined && partial.length === 1 && !isWhole) return only
  if (only === undefined || isWhole) {
    throw new DevdbError('snapshot-unknown', `no snapshot has the id or name "${word}"`, {
      hint: only === undefined ? 'devdb snapshot list' : `did you mean ${partial.map(called).join(' or ')}?`,
    })
  }
  throw new DevdbError('snapshot-ambiguous', `"${word}" is a part of ${partial.map(called).join(' and ')}`, {
    hint: 'give more of it: devdb snapshot list',
  })
}

/**
 * Checks a name for a new snapshot.
 * @param snapshots all there are
 * @param name as it was typed
 * @returns the name
 * @throws DevdbError `usage` for one that cannot be told from an id or cannot be printed; `snapshot-taken`
 */
export function checkName(snapshots: readonly Snapshot[], name: string): string {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > 100 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(trimmed) || trimmed.startsWith('-')) {
    throw new DevdbError(
      'usage',
      `"${name.slice(0, 100)}" is no name for a snapshot: one line of 1 to 100 characters`,
      {
        hint: 'devdb snapshot save before-the-import',
      },
    )
  }
  if (/^\d{8}-\d{6}/.test(trimmed)) {
    throw new DevdbError('usage', `"${trimmed}" looks like the id of a snapshot`, {
      hint: 'devdb snapshot save before-the-import',
    })
  }
  if (snapshots.some((snapshot) => snapshot.name === trimmed)) {
    throw new DevdbError('snapshot-taken', `there is a snapshot named "${trimmed}" already`, {
      hint: `take another name, or delete it: devdb snapshot delete '${trimmed}'`,
    })
  }
  return trimmed
}

/** How a snapshot is called where people read. */
export const called = ({ id, name }: Pick<Snapshot, 'id' | 'name'>): string =>
  name === null ? id : `"${name}" (${id})`
