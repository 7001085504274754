/** What a careful reader would stop at in the statements that a migration really sent. */
import type { Lint } from '../../event/rehearsal.ts'
import { diff } from '../../schema/diff.ts'
import type { LintRequest } from '../kept-state.ts'
import { quote } from './create-table-sql.ts'
import { foldName, isKeyword, isSymbol, nameOf, readTokens, type SqlToken } from './sql-tokens.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { sqliteRules } from './sqlite-rules.ts'
import { fileOf } from './sqlite-target.ts'

/** One statement, read. */
interface Sent {
  readonly sql: string
  readonly tokens: readonly SqlToken[]
}

/**
 * Looks through the statements of an up.
 * @param driver the sqlite3 package
 * @param request what was there before, and what was sent
 */
export async function lintStatements(driver: SqliteDriver, request: LintRequest): Promise<readonly Lint[]> {
  const sent = request.statements.map((sql): Sent => ({ sql, tokens: readTokens(sql) }))
  const rebuilt = rebuildsBySequelize(sent)
  const connection = await openSqlite(driver, fileOf(request.before.target), 'read')
  try {
    return [
      ...rebuilt,
      ...dropsUnderKeys(sent, request, new Set(rebuilt.map(({ table }) => table))),
      ...(await strictColumns(sent, connection)),
      ...(await uniquesOverDuplicates(sent, connection)),
      ...drops(request),
    ].map(({ code, message, statement }) => ({ code, message, statement }))
  } finally {
    await connection.close()
  }
}

/** Its `changeColumn`, `removeColumn` and `renameColumn`: https://github.com/sequelize/sequelize/issues/15927 */
function rebuildsBySequelize(sent: readonly Sent[]): readonly (Lint & { readonly table: string })[] {
  return sent.flatMap(({ sql }) => {
    const table = /^\s*CREATE TABLE IF NOT EXISTS [`"](.+)_backup[`"]/i.exec(sql)?.[1]
    const isDropped = sent.some((other) => droppedTable(other) === foldName(table ?? ''))
    if (table === undefined || !isDropped) return []
    return [
      {
        table: foldName(table),
        code: 'sequelize-rebuild',
        message: `Sequelize rebuilds ${table} for changeColumn, removeColumn and renameColumn: its indexes, CHECKs, triggers and key actions are lost, and child rows of ON DELETE CASCADE; let devdb generate draft it, or write the SQL`,
        statement: sql,
      },
    ]
  })
}

const droppedTable = ({ tokens }: Sent): string | null => {
  if (!isKeyword(tokens[0], 'DROP') || !isKeyword(tokens[1], 'TABLE')) return null
  const at = isKeyword(tokens[2], 'IF') ? 4 : 2
  const name = isSymbol(tokens[at + 1], '.') ? tokens[at + 2] : tokens[at]
  return name === undefined ? null : foldName(nameOf(name))
}

/** DROP TABLE deletes the rows first, and keys act on that. https://www.sqlite.org/lang_droptable.html */
function dropsUnderKeys(
  sent: readonly Sent[],
  { before, after }: LintRequest,
  known: ReadonlySet<string>,
): readonly Lint[] {
  let isEnforced = true
  return sent.flatMap((one) => {
    const [first, name, , value] = one.tokens
    if (
      isKeyword(first, 'PRAGMA') &&
      name !== undefined &&
      foldName(nameOf(name)) === 'foreign_keys' &&
      value !== undefined
    )
      isEnforced = !/^(?:off|0|false|no)$/i.test(value.text)
    const table = droppedTable(one)
    if (table === null || !isEnforced || known.has(table)) return []
    const isThere = Object.keys(after?.schema.tables ?? {}).some((each) => foldName(each) === table)
    const children = Object.values(before.schema.tables).filter(
      (each) => foldName(each.name) !== table && each.foreignKeys.some(({ target }) => foldName(target) === table),
    )
    if (!isThere || children.length === 0) return []
    return [
      {
        code: 'rebuild-with-foreign-keys',
        message: `${table} is dropped and made anew while foreign keys are enforced, which deletes or changes rows of ${children.map((each) => each.name).join(', ')}: send PRAGMA foreign_keys = OFF before the transaction begins`,
        statement: one.sql,
      },
    ]
  })
}

/** https://www.sqlite.org/lang_altertable.html#alter_table_add_column */
async function strictColumns(sent: readonly Sent[], connection: SqliteConnection): Promise<readonly Lint[]> {
  const lints: Lint[] = []
  for (const { sql, tokens } of sent) {
    if (!isKeyword(tokens[0], 'ALTER') || !isKeyword(tokens[3], 'ADD')) continue
    const isStrict = tokens.some((token, index) => isKeyword(token, 'NOT') && isKeyword(tokens[index + 1], 'NULL'))
    const hasDefault = tokens.some((token) => isKeyword(token, 'DEFAULT', 'GENERATED', 'AS'))
    if (!isStrict || hasDefault) continue
    const table = nameOf(tokens[2]!)
    const rows = await countRows(connection, `SELECT count(*) AS rows FROM ${quote(table)}`)
    if (rows === 0) continue
    const message = `a NOT NULL column without a default cannot be added to ${table}, which has ${rows} rows: give it a default, or rebuild the table with a value for them`
    lints.push({ code: 'not-null-without-default', message, statement: sql })
  }
  return lints
}

async function uniquesOverDuplicates(sent: readonly Sent[], connection: SqliteConnection): Promise<readonly Lint[]> {
  const lints: Lint[] = []
  for (const { sql, tokens } of sent) {
    if (!isKeyword(tokens[0], 'CREATE') || !isKeyword(tokens[1], 'UNIQUE')) continue
    const on = tokens.findIndex((token) => isKeyword(token, 'ON'))
    const open = tokens.findIndex((token, index) => index > on && isSymbol(token, '('))
    const where = tokens.find((token, index) => index > open && isKeyword(token, 'WHERE'))
    const close = tokens.findLast((token) => isSymbol(token, ')') && token.end <= (where?.start ?? sql.length))
    if (on < 0 || open < 0 || close === undefined) continue
    const table = nameOf(tokens[open - 1]!)
    const columns = sql.slice(tokens[open]!.end, close.start).replace(/\s(?:ASC|DESC)\b/gi, '')
    const condition = where === undefined ? '' : ` ${sql.slice(where.start)}`
    const groups = `SELECT count(*) AS n FROM ${quote(table)}${condition} GROUP BY ${columns} HAVING n > 1`
    const rows = await countRows(connection, `SELECT coalesce(sum(n), 0) AS rows FROM (${groups})`)
    if (rows === 0) continue
    const message = `${rows} rows of ${table} share their values of (${columns.trim()}), so that they cannot be UNIQUE: make them differ first`
    lints.push({ code: 'unique-over-duplicates', message, statement: sql })
  }
  return lints
}

/** Of what the up makes itself nothing is known here. */
const countRows = (connection: SqliteConnection, sql: string): Promise<number> =>
  connection.all(sql).then(
    ([row]) => Number(row?.rows ?? 0),
    () => 0,
  )

function drops({ before, after, statements, renamed }: LintRequest): readonly Lint[] {
  if (after === null) return []
  const found = diff(before.schema, after.schema, { rules: sqliteRules, isFromModels: false })
  return found.flatMap((change): readonly Lint[] => {
    const name =
      change.kind === 'drop-table'
        ? change.table
        : change.kind === 'drop-column'
          ? `${change.table}.${change.from.name}`
          : null
    if (name === null || renamed.has(name)) return []
    const word = change.kind === 'drop-column' ? change.from.name : change.table
    const statement = statements.find((sql) => /\bDROP\b/i.test(sql) && sql.includes(word)) ?? null
    const code = change.kind === 'drop-table' ? 'drops-table' : 'drops-column'
    return [{ code, message: `${name} is dropped with what it holds: a down cannot bring that back`, statement }]
  })
}
