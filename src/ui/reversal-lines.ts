/** How is said that what was rolled back is pending again, and how it comes back? Pure. */
import type { Reversal } from '../event/event.ts'
import { wrapText } from './layout.ts'
import { symbols } from './theme.ts'

/**
 * The lines of the offer; none where there is none.
 * @param reversal what was found
 * @param columns of the terminal
 */
export function reversalLines(reversal: Reversal | null, columns: number): readonly string[] {
  if (reversal === null) return []
  const { verb, names } = reversal
  const [who, them] = names.length === 1 ? [names[0]!, 'it'] : [`${names.length} migrations`, 'them']
  const text = `${who} pending again since the ${verb}: u applies ${them}; z undoes the ${verb}, with the rows of before`
  return wrapText(text, Math.max(10, columns - 6)).map(
    (line, index) => `   ${index === 0 ? `${symbols.back} ` : '  '}${line}`,
  )
}
