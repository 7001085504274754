/** What becomes of SQL that opens the dev database by itself: it is refused, or gets it for reading alone. */
import type { DoorRule } from '../../../door/door-rule.ts'
import { refusalMark } from '../../../door/refusal.ts'
import { ruleFor, uriOf } from './opened-file.ts'
import { type ReachingStatement, reachingStatements } from './reaching-statement.ts'

/**
 * Why a text may not run.
 * @param sql one or more statements
 * @param rules the rules of this process
 * @param readsUris whether the connection understands `file:` names, which can ask for reading alone
 * @returns one sentence that names the statement; null where nothing is refused
 */
export function refusalOf(sql: string, rules: readonly DoorRule[], readsUris = false): string | null {
  if (rules.length === 0) return null
  for (const statement of reachingStatements(sql)) {
    const why = reasonAgainst(statement, rules, readsUris)
    if (why !== null) return `${refusalMark}: ${why}: ${statement.sql}`
  }
  return null
}

function reasonAgainst(
  { name, isAttach }: ReachingStatement,
  rules: readonly DoorRule[],
  readsUris: boolean,
): string | null {
  if (name === null) return 'the name of the file must be written as a text'
  const rule = ruleFor(name, rules)
  if (rule === null) return null
  if (rule.job !== null || !isAttach) return 'this statement opens it'
  return readsUris ? null : 'this driver can read it only through a connection of its own'
}

/**
 * The SQL that runs in place of what project code sends.
 * @param sql one or more statements
 * @param rules the rules of this process
 * @param readsUris as for `refusalOf`
 * @returns the same text; for a refusal a statement that fails with its sentence, which every driver reports in its own way
 */
export function guardedSql(sql: string, rules: readonly DoorRule[], readsUris: boolean): string {
  const refusal = refusalOf(sql, rules, readsUris)
  if (refusal !== null) return failingWith(refusal)
  if (rules.every(({ job }) => job !== null)) return sql
  let guarded = sql
  for (const { name, start, end } of [...reachingStatements(sql)].reverse()) {
    const rule = name === null ? null : ruleFor(name, rules)
    if (rule !== null) guarded = `${guarded.slice(0, start)}${readOnlyName(rule.dev)}${guarded.slice(end)}`
  }
  return guarded
}

const readOnlyName = (file: string): string => `'${uriOf(file).replace(/'/g, "''")}?mode=ro'`

/** SQLite says `no such table: …`, before anything runs, and whatever values are bound. */
const failingWith = (sentence: string): string => `SELECT 1 FROM "${sentence.replace(/"/g, '""')}"`
