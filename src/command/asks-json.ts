/** Whether a command line asks for one JSON document. The words after `exec` are for somebody else. */
export const asksJson = (words: readonly string[]): boolean => words[0] !== 'exec' && words.includes('--json')
