/** What is there in place of a path that is not: for messages that name something to look at. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The path, or the nearest folder above it that exists. */
export const nearestExisting = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path))

/**
 * What may be meant by a path that is not there: beside it, with a name that is nearly the same.
 * @returns an absolute path, or null
 */
export function nearestName(path: string): string | null {
  const wanted = basename(path).toLowerCase()
  const [best] = namesIn(dirname(path))
    .map((name) => ({ name, distance: distanceOf(name.toLowerCase(), wanted) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return best === undefined ? null : join(dirname(path), best.name)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'))
  } catch {
    return []
  }
}

/** How many letters must be added, taken away or changed: https://en.wikipedia.org/wiki/Levenshtein_distance */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
