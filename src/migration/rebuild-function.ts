/** The one local function that drafts hold which rebuild a table: the same in every file, and it needs nothing but Sequelize. */

/**
 * The twelve steps of https://www.sqlite.org/lang_altertable.html#otheralter on the default connection of the instance. Indexes and triggers
 * are those of the database where it runs, for somebody may have made some by hand.
 * @param isTypeScript whether its parameters have types
 */
export const rebuildFunction = (isTypeScript: boolean): string => {
  const types = isTypeScript
    ? ': QueryInterface, { table, create, copy, gone }: { table: string; create: string; copy: Record<string, string>; gone: string[] }'
    : ', { table, create, copy, gone }'
  const as = (type: string): string => (isTypeScript ? ` as ${type}` : '')
  const string = isTypeScript ? ': string' : ''
  return `// Rebuilds a table as https://www.sqlite.org/lang_altertable.html#otheralter says. It must not run inside a transaction.
async function rebuildTable(queryInterface${types}) {
  const run = (sql${string}) => queryInterface.sequelize.query(sql)
  const quoted = (name${string}) => '"' + name.replaceAll('"', '""') + '"'
  const [objects] = (await run(
    \`SELECT type, name, sql FROM sqlite_master WHERE tbl_name = '\${table.replaceAll("'", "''")}' AND type IN ('index', 'trigger') AND sql IS NOT NULL\`,
  ))${as('[{ type: string; name: string; sql: string }[], unknown]')}
  for (const { type, name, sql } of objects) {
    const column = gone.find((each) => new RegExp(\`(?<![\\\\w$])\${each.replace(/[.*+?^\${}()|[\\]\\\\]/g, '\\\\$&')}(?![\\\\w$])\`, 'i').test(sql))
    if (column !== undefined) throw new Error(\`\${type} \${name} mentions the column \${column}: drop it in this migration first\`)
  }
  const next = quoted(\`new_\${table}\`)
  const sequence = \`sqlite_sequence WHERE name = '\${table.replaceAll("'", "''")}'\`
  await run('PRAGMA foreign_keys = OFF')
  await run('PRAGMA legacy_alter_table = ON')
  try {
    const [[{ foreign_keys }]] = (await run('PRAGMA foreign_keys'))${as('[Record<string, number>[], unknown]')}
    if (foreign_keys === 1) throw new Error('foreign keys cannot be switched off inside a transaction')
    const [broken] = await run('PRAGMA foreign_key_check')
    await run('BEGIN IMMEDIATE')
    const before = create.includes('AUTOINCREMENT') ? (await run(\`SELECT seq FROM \${sequence}\`).catch(() => [[]]))[0]${as('{ seq: number }[]')} : []
    await run(create.replace('"%s"', next))
    const columns = Object.keys(copy).map(quoted).join(', ')
    await run(\`INSERT INTO \${next} (\${columns}) SELECT \${Object.values(copy).join(', ')} FROM \${quoted(table)}\`)
    await run(\`DROP TABLE \${quoted(table)}\`)
    await run(\`ALTER TABLE \${next} RENAME TO \${quoted(table)}\`)
    for (const { sql } of objects) await run(sql)
    if (before.length > 0) {
      await run(\`DELETE FROM \${sequence}\`)
      await run(\`INSERT INTO sqlite_sequence (name, seq) VALUES ('\${table.replaceAll("'", "''")}', \${before[0].seq})\`)
    }
    const [after] = await run('PRAGMA foreign_key_check')
    if (after.length > broken.length) throw new Error(\`\${after.length - broken.length} rows would refer to nothing\`)
    await run('COMMIT')
  } catch (error) {
    await run('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    await run('PRAGMA legacy_alter_table = OFF')
    await run('PRAGMA foreign_keys = ON')
  }
}`
}
