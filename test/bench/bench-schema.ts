/** The databases of the bench: as many tables as asked, each with ten columns, a foreign key, a plain and a composite unique index. */

/** Which changes a database has had: none, or one in each table, of which every tenth needs a rebuild. */
export type Stage = 'before' | 'after'

/** The statements that make the tables. */
export const createStatements = (tables: number, stage: Stage): readonly string[] =>
  Array.from({ length: tables }, (_, index) => tableStatements(index, stage)).flat()

function tableStatements(index: number, stage: Stage): readonly string[] {
  const name = `table_${index}`
  const isAltered = stage === 'after' && index % 10 === 0
  const columns = [
    'id INTEGER PRIMARY KEY AUTOINCREMENT',
    `name ${isAltered ? 'TEXT' : 'VARCHAR(255)'} NOT NULL`,
    'email VARCHAR(255)',
    "state VARCHAR(20) NOT NULL DEFAULT 'new'",
    'points INTEGER NOT NULL DEFAULT 0',
    'price DECIMAL(10,2)',
    'active TINYINT(1) NOT NULL DEFAULT 1',
    'created_at DATETIME NOT NULL',
    'updated_at DATETIME NOT NULL',
    // Tables refer to each other in tens, as those of an application do, the first one to itself.
    `parent_id INTEGER REFERENCES table_${index % 10 === 0 ? index : index - 1} (id) ON DELETE SET NULL ON UPDATE CASCADE`,
    ...(stage === 'after' && !isAltered ? ['note VARCHAR(255)'] : []),
  ]
  return [
    `CREATE TABLE ${name} (${columns.join(', ')})`,
    `CREATE INDEX ${name}_created_at ON ${name} (created_at)`,
    `CREATE UNIQUE INDEX ${name}_email_state ON ${name} (email, state)`,
  ]
}
