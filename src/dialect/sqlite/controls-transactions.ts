/** Whether a script would be another one inside a transaction. */
import { splitStatements } from './split-statements.ts'

/**
 * Statements that begin or end transactions, or are refused or ignored inside one. https://www.sqlite.org/lang_transaction.html,
 * https://www.sqlite.org/lang_vacuum.html, https://www.sqlite.org/pragma.html#pragma_foreign_keys
 */
const words = 'BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|VACUUM|PRAGMA|ATTACH|DETACH'
const anywhere = new RegExp(`\\b(?:${words})\\b`, 'i')
const atHead = new RegExp(`^(?:\\s|--[^\\n]*\\n|/\\*[\\s\\S]*?\\*/)*(?:${words})\\b`, 'i')

/**
 * Tells whether a script has such a statement. Most have not even the word, so that they need not be taken apart.
 * @param script SQL
 */
export const controlsTransactions = (script: string): boolean =>
  anywhere.test(script) && splitStatements(script).some(({ sql }) => atHead.test(sql))
