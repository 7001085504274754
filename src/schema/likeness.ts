/** How alike two names are. */

/** How many pairs of neighbouring letters two names share, from 0 to 1 (Dice's coefficient); `userName` and `user_name` are alike. */
export function likeness(a: string, b: string): number {
  const [left, right] = [pairs(a), pairs(b)]
  if (left.length === 0 || right.length === 0) return a === b ? 1 : 0
  const rest = [...right]
  const shared = left.filter((pair) => {
    const at = rest.indexOf(pair)
    if (at >= 0) rest.splice(at, 1)
    return at >= 0
  })
  return (2 * shared.length) / (left.length + right.length)
}

/** Whether two names differ only in how their words are joined: `createdAt` and `created_at`, which is what `underscored` switches. */
export const isSameInWords = (a: string, b: string): boolean => a !== b && plain(a) === plain(b)

const plain = (name: string): string => name.toLowerCase().replaceAll('_', '')

function pairs(name: string): readonly string[] {
  const letters = plain(name)
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, index) => letters.slice(index, index + 2))
}
