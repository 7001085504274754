/** The one local function that drafts hold which rebuild a table: the same in every file, and it needs nothing but Sequelize. */

/**
 * The twelve steps of https://www.sqlite.org/lang_altertable.html#otheralter on the default connection of the instance, for as many tables as
 * the migration rebuilds, with its other steps, in one transaction. Indexes, triggers and views are those of the database where it runs, for
 * somebody may have made some by hand; `legacy_alter_table` lets the views be.
 * @param isTypeScript whether it has types
 */
export function rebuildFunction(isTypeScript: boolean): string {
  const typed = (types: string): string => (isTypeScript ? types : '')
  const rows = typed(': Promise<Record<string, string | number>[]>')
  const read = `queryInterface.sequelize.query(sql, { type: ${isTypeScript ? 'QueryTypes.SELECT' : "'SELECT'"} })`
  const parameters = isTypeScript
    ? `
  queryInterface: QueryInterface,
  steps: (rebuildTable: (rebuild: Rebuild) => Promise<void>) => Promise<void>,
`
    : 'queryInterface, steps'
  return `${isTypeScript ? rebuildType : ''}// Runs the steps in one transaction without enforcing foreign keys, and checks these before it commits. Tables are rebuilt
// as https://www.sqlite.org/lang_altertable.html#otheralter says. It must not run inside a transaction.
async function withoutForeignKeys(${parameters}) {
  const run = (sql${typed(': string')}) => queryInterface.sequelize.query(sql)
  const read = (sql${typed(': string')})${rows} =>${isTypeScript ? '\n    ' : ' '}${read}
  const name = (text${typed(': string')}) => \`"\${text.replaceAll('"', '""')}"\`
  const string = (text${typed(': string')}) => \`'\${text.replaceAll("'", "''")}'\`
  const lower = (text${typed(': string')}) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const mentions = (sql${typed(': string')}, word${typed(': string')}) => {
    const [letter, exact] = ['[\\\\p{L}\\\\p{N}_$]', word.replace(/[\\\\^$.*+?()[\\]{}|/]/g, '\\\\$&')]
    return new RegExp(\`(?<!\${letter})\${exact}(?!\${letter})\`, 'iu').test(sql)
  }
  const works = (view${typed(': string')}) => read(\`SELECT 1 FROM \${name(view)} LIMIT 0\`).then(Boolean, () => false)
  const countOrphans = async () => (await read('PRAGMA foreign_key_check').catch(() => [])).length

  const rebuildTable = async ({ table, create, copy, gone }${typed(': Rebuild')}) => {
    const isTable = (column${typed(': string')}) => \`\${column} = \${string(table)} COLLATE NOCASE\`
    const rows = await read(
      \`SELECT type, name, \${isTable('tbl_name')} AS own, sql FROM sqlite_master WHERE type <> 'table' AND sql <> ''\`,
    )
    const objects = rows.map((each) => ({
      type: each.type,
      name: String(each.name),
      isOwn: each.own === 1,
      sql: String(each.sql),
    }))
    const views${typed(': string[]')} = []
    for (const { type, name: view } of objects) if (type === 'view' && (await works(view))) views.push(view)
    for (const { type, name, isOwn, sql } of objects) {
      const isNear = type !== 'view' && (isOwn || mentions(sql, table))
      const column = isNear ? gone.find((each) => mentions(sql, each)) : undefined
      if (column) throw new Error(\`\${type} \${name} mentions \${table}.\${column}: drop it in this migration first\`)
    }
    const columns = (await read(\`PRAGMA table_info(\${name(table)})\`)).map((each) => String(each.name))
    const known = [...Object.keys(copy), ...gone].map(lower)
    const unknown = columns.find((each) => !known.includes(lower(each)))
    if (unknown) throw new Error(\`\${table}.\${unknown} is not known to this migration, which would lose it\`)
    const taken = await read('SELECT name FROM sqlite_master UNION ALL SELECT name FROM sqlite_temp_master')
    let free = \`new_\${table}\`
    while (taken.some((each) => lower(String(each.name)) === lower(free))) free = \`new_\${free}\`
    const next = name(free)
    const targets = Object.keys(copy).map(name).join(', ') || 'rowid'
    const values = Object.values(copy).join(', ') || 'NULL'

    await run(create.replace('"%s"', () => next))
    await run(\`INSERT INTO \${next} (\${targets}) SELECT \${values} FROM \${name(table)}\`)
    if (/PRIMARY KEY.* AUTOINCREMENT/.test(create)) {
      const counter = \`FROM sqlite_sequence WHERE \${isTable('name')}\`
      await run(\`DELETE FROM sqlite_sequence WHERE name = \${string(free)} AND EXISTS (SELECT 1 \${counter})\`)
      await run(\`INSERT INTO sqlite_sequence (name, seq) SELECT \${string(free)}, seq \${counter}\`)
    }
    await run('PRAGMA legacy_alter_table = ON')
    await run(\`DROP TABLE \${name(table)}\`)
    await run(\`ALTER TABLE \${next} RENAME TO \${name(table)}\`)
    await run('PRAGMA legacy_alter_table = OFF')
    for (const { isOwn, sql } of objects) if (isOwn) await run(sql)
    for (const view of views) {
      if (!(await works(view))) throw new Error(\`view \${view} does not work without what \${table} loses: drop it first\`)
    }
  }

  const [keys] = await read('PRAGMA foreign_keys')
  await run('PRAGMA foreign_keys = OFF')
  try {
    const [stillOn] = await read('PRAGMA foreign_keys')
    if (stillOn?.foreign_keys) throw new Error('A table cannot be rebuilt in a transaction')
    await run('BEGIN IMMEDIATE')
    try {
      const orphans = await countOrphans()
      await steps(rebuildTable)
      const left = (await countOrphans()) - orphans
      if (left > 0) throw new Error(\`\${left} rows would refer to nothing\`)
      await run('COMMIT')
    } catch (error) {
      await run('ROLLBACK').catch(() => undefined)
      throw error
    }
  } finally {
    await run('PRAGMA legacy_alter_table = OFF')
    if (keys?.foreign_keys) await run('PRAGMA foreign_keys = ON')
  }
}`
}

const rebuildType = `interface Rebuild {
  table: string
  create: string
  copy: Record<string, string>
  gone: string[]
}

`
