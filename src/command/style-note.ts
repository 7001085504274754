/** What is said where a draft is not written as `--style` asks. */

/**
 * The note, as a list.
 * @param style what was asked for
 * @param file the draft; null where none was written
 */
export const styleNotes = (style: 'calls' | 'sql' | undefined, file: string | null): readonly string[] =>
  style === 'calls' && file?.endsWith('.sql') === true
    ? ['--style calls has no effect: the newest migration is an SQL file, and so is the draft']
    : []
