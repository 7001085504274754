import { type QueryInterface, QueryTypes } from 'sequelize'

// needs-edit: say what the present rows get for users.created_at
// Schema 67d9bd91 → c32b1825

export const up = async ({ context: queryInterface }: { context: QueryInterface }) => {
  // TODO: instead of fillIn(), write SQL for the rows that are there already, such as "''", '0' or 'created_at'.
  const usersCreatedAt = fillIn('users.created_at')
  await withoutForeignKeys(queryInterface, async (rebuildTable) => {
    // SQLite can only add a column that is nullable or has a constant default, so the table is rebuilt.
    await rebuildTable({
      table: 'users',
      create: `CREATE TABLE "%s" (
        "id" INTEGER PRIMARY KEY AUTOINCREMENT,
        "nick" VARCHAR(255),
        "email" VARCHAR(255),
        "age" INTEGER,
        "created_at" DATETIME NOT NULL
      )`,
      copy: {
        id: '"users"."id"',
        nick: '"users"."nick"',
        email: '"users"."email"',
        age: '"users"."age"',
        created_at: usersCreatedAt,
      },
      gone: [],
    })
  })
}

export const down = async ({ context: queryInterface }: { context: QueryInterface }) => {
  // Sequelize's removeColumn rebuilds the table on SQLite and loses what it does not know.
  await queryInterface.sequelize.query('ALTER TABLE "users" DROP COLUMN "created_at"')
}

interface Rebuild {
  table: string
  create: string
  copy: Record<string, string>
  gone: string[]
}

// Runs the steps in one transaction without enforcing foreign keys, and checks these before it commits. Tables are rebuilt
// as https://www.sqlite.org/lang_altertable.html#otheralter says. It must not run inside a transaction.
async function withoutForeignKeys(
  queryInterface: QueryInterface,
  steps: (rebuildTable: (rebuild: Rebuild) => Promise<void>) => Promise<void>,
) {
  const run = (sql: string) => queryInterface.sequelize.query(sql)
  const read = (sql: string): Promise<Record<string, string | number>[]> =>
    queryInterface.sequelize.query(sql, { type: QueryTypes.SELECT })
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`
  const string = (text: string) => `'${text.replaceAll("'", "''")}'`
  const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const mentions = (sql: string, word: string) => {
    const [letter, exact] = ['[\\p{L}\\p{N}_$]', word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')]
    return new RegExp(`(?<!${letter})${exact}(?!${letter})`, 'iu').test(sql)
  }
  const works = (view: string) => read(`SELECT 1 FROM ${name(view)} LIMIT 0`).then(Boolean, () => false)
  const countOrphans = async () => (await read('PRAGMA foreign_key_check').catch(() => [])).length

  const rebuildTable = async ({ table, create, copy, gone }: Rebuild) => {
    const isTable = (column: string) => `${column} = ${string(table)} COLLATE NOCASE`
    const rows = await read(
      `SELECT type, name, ${isTable('tbl_name')} AS own, sql FROM sqlite_master WHERE type <> 'table' AND sql <> ''`,
    )
    const objects = rows.map((each) => ({
      type: each.type,
      name: String(each.name),
      isOwn: each.own === 1,
      sql: String(each.sql),
    }))
    const views: string[] = []
    for (const { type, name: view } of objects) if (type === 'view' && (await works(view))) views.push(view)
    for (const { type, name, isOwn, sql } of objects) {
      const isNear = type !== 'view' && (isOwn || mentions(sql, table))
      const column = isNear ? gone.find((each) => mentions(sql, each)) : undefined
      if (column) throw new Error(`${type} ${name} mentions ${table}.${column}: drop it in this migration first`)
    }
    const columns = (await read(`PRAGMA table_info(${name(table)})`)).map((each) => String(each.name))
    const known = [...Object.keys(copy), ...gone].map(lower)
    const unknown = columns.find((each) => !known.includes(lower(each)))
    if (unknown) throw new Error(`${table}.${unknown} is not known to this migration, which would lose it`)
    const taken = await read('SELECT name FROM sqlite_master UNION ALL SELECT name FROM sqlite_temp_master')
    let free = `new_${table}`
    while (taken.some((each) => lower(String(each.name)) === lower(free))) free = `new_${free}`
    const next = name(free)
    const targets = Object.keys(copy).map(name).join(', ') || 'rowid'
    const values = Object.values(copy).join(', ') || 'NULL'

    await run(create.replace('"%s"', () => next))
    await run(`INSERT INTO ${next} (${targets}) SELECT ${values} FROM ${name(table)}`)
    if (/PRIMARY KEY.* AUTOINCREMENT/.test(create)) {
      const counter = `FROM sqlite_sequence WHERE ${isTable('name')}`
      await run(`DELETE FROM sqlite_sequence WHERE name = ${string(free)} AND EXISTS (SELECT 1 ${counter})`)
      await run(`INSERT INTO sqlite_sequence (name, seq) SELECT ${string(free)}, seq ${counter}`)
    }
    await run('PRAGMA legacy_alter_table = ON')
    await run(`DROP TABLE ${name(table)}`)
    await run(`ALTER TABLE ${next} RENAME TO ${name(table)}`)
    await run('PRAGMA legacy_alter_table = OFF')
    for (const { isOwn, sql } of objects) if (isOwn) await run(sql)
    for (const view of views) {
      if (!(await works(view))) throw new Error(`view ${view} does not work without what ${table} loses: drop it first`)
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
      if (left > 0) throw new Error(`${left} rows would refer to nothing`)
      await run('COMMIT')
    } catch (error) {
      await run('ROLLBACK').catch(() => undefined)
      throw error
    }
  } finally {
    await run('PRAGMA legacy_alter_table = OFF')
    if (keys?.foreign_keys) await run('PRAGMA foreign_keys = ON')
  }
}

function fillIn(column: string): string {
  throw new Error(`${column} is NOT NULL and has no default: write in this migration what the present rows get`)
}
