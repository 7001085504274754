/** The one local function that drafts hold which rebuild a table: the same in every file, and it needs nothing but Sequelize. */

/**
 * The twelve steps of https://www.sqlite.org/lang_altertable.html#otheralter on the default connection of the instance. Indexes and triggers
 * are those of the database where it runs, for somebody may have made some by hand.
 * @param isTypeScript whether its parameters have types
 */
export const rebuildFunction = (isTypeScript: boolean): string => {
  const typed = (type: string): string => (isTypeScript ? `: ${type}` : '')
  const setting = typed('{ table: string; create: string; copy: Record<string, string>; gone: string[] }')
  const rows = typed('Promise<Record<string, string | number>[]>')
  return `// Rebuilds a table as https://www.sqlite.org/lang_altertable.html#otheralter says. It must not run inside a transaction.
async function rebuildTable(queryInterface${typed('QueryInterface')}, { table, create, copy, gone }${setting}) {
  const run = (sql${typed('string')}) => queryInterface.sequelize.query(sql)
  const read = (sql${typed('string')})${rows} => queryInterface.sequelize.query(sql, { type: 'SELECT' })
  const name = (text${typed('string')}) => '"' + text.replaceAll('"', '""') + '"'
  const string = (text${typed('string')}) => "'" + text.replaceAll("'", "''") + "'"

  const objects = await read(
    \`SELECT type, name, sql FROM sqlite_master WHERE tbl_name = \${string(table)} AND type IN ('index', 'trigger') AND sql IS NOT NULL\`,
  )
  for (const object of objects) {
    const words = String(object.sql).split(/[^\\p{L}\\p{N}_$]+/u)
    const column = gone.find((each) => words.includes(each))
    if (column) throw new Error(\`\${object.type} \${object.name} mentions \${table}.\${column}: drop it in this migration first\`)
  }
  const isCounted = create.includes('AUTOINCREMENT')
  const counter = isCounted ? await read(\`SELECT seq FROM sqlite_sequence WHERE name = \${string(table)}\`).catch(() => []) : []
  const orphans = await read('PRAGMA foreign_key_check')

  await run('PRAGMA foreign_keys = OFF')
  await run('PRAGMA legacy_alter_table = ON')
  try {
    const [keys] = await read('PRAGMA foreign_keys')
    if (keys?.foreign_keys === 1) throw new Error('a table cannot be rebuilt inside a transaction')
    await run('BEGIN IMMEDIATE')
    await run(create.replace('"%s"', name(\`new_\${table}\`)))
    const columns = Object.keys(copy).map(name).join(', ')
    await run(\`INSERT INTO \${name(\`new_\${table}\`)} (\${columns}) SELECT \${Object.values(copy).join(', ')} FROM \${name(table)}\`)
    await run(\`DROP TABLE \${name(table)}\`)
    await run(\`ALTER TABLE \${name(\`new_\${table}\`)} RENAME TO \${name(table)}\`)
    for (const { sql } of objects) await run(String(sql))
    if (counter[0]) {
      await run(\`DELETE FROM sqlite_sequence WHERE name = \${string(table)}\`)
      await run(\`INSERT INTO sqlite_sequence (name, seq) VALUES (\${string(table)}, \${counter[0].seq})\`)
    }
    const left = (await read('PRAGMA foreign_key_check')).length - orphans.length
    if (left > 0) throw new Error(\`\${left} rows would refer to nothing\`)
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
