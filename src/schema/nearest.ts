/** Which known word was meant? */

/**
 * The word that is closest to what was typed: at most a third of its letters are others, are missing, are too many, or stand in each other's place.
 * @param typed what was typed
 * @param words what is known
 * @returns null when none is close enough
 */
export function nearest(typed: string, words: readonly string[]): string | null {
  const found = words
    .map((word) => ({ word, distance: distanceOf(typed.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(Math.max(typed.length, word.length) / 3)))
    .sort((a, b) => a.distance - b.distance)
  return found[0]?.word ?? null
}

/** Damerau and Levenshtein's distance, with neighbours swapped once: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (isSame ? 0 : 1),
        isSwapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
      )
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
