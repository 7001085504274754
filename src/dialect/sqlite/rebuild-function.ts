/** The one local function that drafts hold which rebuild a table: the same in every file, and it needs nothing but Sequelize. */

/**
 * The twelve steps of https://www.sqlite.org/lang_altertable.html#otheralter on the default connection of the instance. Indexes, triggers and
 * views are those of the database where it runs, for somebody may have made some by hand; `legacy_alter_table` lets the views be.
 * @param isTypeScript whether its parameters have types
 */
export const rebuildFunction = (isTypeScript: boolean): string => (isTypeScript ? typed : untyped)

const typed = `interface Rebuild {
  table: string
  create: string
  copy: Record<string, string>
  gone: string[]
}

// Rebuilds a table as https://www.sqlite.org/lang_altertable.html#otheralter says. It must not run inside a transaction.
async function rebuildTable(queryInterface: QueryInterface, { table, create, copy, gone }: Rebuild) {
  const run = (sql: string) => queryInterface.sequelize.query(sql)
  const read = (sql: string): Promise<Record<string, string | number>[]> =>
    queryInterface.sequelize.query(sql, { type: QueryTypes.SELECT })
  const name = (text: string) => \`"\${text.replaceAll('"', '""')}"\`
  const string = (text: string) => \`'\${text.replaceAll("'", "''")}'\`
  const mentions = (sql: string, word: string) => {
    const [letter, exact] = ['[\\\\p{L}\\\\p{N}_$]', word.replace(/[\\\\^$.*+?()[\\]{}|/]/g, '\\\\$&')]
    return new RegExp(\`(?<!\${letter})\${exact}(?!\${letter})\`, 'iu').test(sql)
  }

  const rows = await read("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type <> 'table' AND sql <> ''")
  const objects = rows
    .map((each) => ({
      type: each.type,
      name: String(each.name),
      isOwn: each.tbl_name === table,
      sql: String(each.sql),
    }))
    .filter(({ isOwn, sql }) => isOwn || mentions(sql, table))
  const works = (view: string) => read(\`SELECT 1 FROM \${name(view)} LIMIT 0\`).then(Boolean, () => false)
  const views: string[] = []
  for (const { type, name: view } of objects) if (type === 'view' && (await works(view))) views.push(view)
  for (const { type, name, sql } of objects) {
    const column = type === 'view' ? undefined : gone.find((each) => mentions(sql, each))
    if (column) throw new Error(\`\${type} \${name} mentions \${table}.\${column}: drop it in this migration first\`)
  }
  const columns = (await read(\`PRAGMA table_info(\${name(table)})\`)).map((each) => String(each.name))
  const unknown = columns.find((each) => !(each in copy) && !gone.includes(each))
  if (unknown) throw new Error(\`\${table}.\${unknown} is not known to this migration, which would lose it\`)
  const counters = await read(\`SELECT seq FROM sqlite_sequence WHERE name = \${string(table)}\`).catch(() => [])
  const countOrphans = async () => (await read('PRAGMA foreign_key_check').catch(() => [])).length
  const orphans = await countOrphans()
  const next = name(\`new_\${table}\`)

  const [keys] = await read('PRAGMA foreign_keys')
  await run('PRAGMA foreign_keys = OFF')
  await run('PRAGMA legacy_alter_table = ON')
  try {
    const [stillOn] = await read('PRAGMA foreign_keys')
    if (stillOn?.foreign_keys) throw new Error('A table cannot be rebuilt in a transaction')
    await run('BEGIN IMMEDIATE')
    await run(create.replace('"%s"', () => next))
    const targets = Object.keys(copy).map(name).join(', ') || 'rowid'
    const values = Object.values(copy).join(', ') || 'NULL'
    await run(\`INSERT INTO \${next} (\${targets}) SELECT \${values} FROM \${name(table)}\`)
    await run(\`DROP TABLE \${name(table)}\`)
    await run(\`ALTER TABLE \${next} RENAME TO \${name(table)}\`)
    for (const { isOwn, sql } of objects) if (isOwn) await run(sql)
    if (counters[0] && /AUTOINCREMENT/.test(create)) {
      await run(\`DELETE FROM sqlite_sequence WHERE name = \${string(table)}\`)
      await run(\`INSERT INTO sqlite_sequence (name, seq) VALUES (\${string(table)}, \${counters[0].seq})\`)
    }
    const left = (await countOrphans()) - orphans
    if (left > 0) throw new Error(\`\${left} rows would refer to nothing after \${table} is rebuilt\`)
    for (const view of views) {
      if (!(await works(view))) throw new Error(\`view \${view} does not work without what \${table} loses: drop it first\`)
    }
    await run('COMMIT')
  } catch (error) {
    await run('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    await run('PRAGMA legacy_alter_table = OFF')
    if (keys?.foreign_keys) await run('PRAGMA foreign_keys = ON')
  }
}`

const untyped = typed
  .replace(/^interface[\s\S]*?\n}\n\n/, '')
  .replace(
    'queryInterface: QueryInterface, { table, create, copy, gone }: Rebuild',
    'queryInterface, { table, create, copy, gone }',
  )
  .replace(/const read = \(sql: string\)[^\n]*=>\n\s*/, 'const read = (sql) => ')
  .replace('views: string[]', 'views')
  .replace('QueryTypes.SELECT', "'SELECT'")
  .replace(/: string(?: \| number)?(?=[,)])/g, '')
