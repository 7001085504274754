/** How is a word typed in a shell, so that it comes out as it is? */

/** @param word any text; quoted only where a shell would read more than a word */
export const shellWord = (word: string): string =>
  /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** A whole command line. */
export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(' ')
