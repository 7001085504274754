/** The local function that drafts hold which add a column only where it is absent, since their down keeps it. */

/**
 * Asks the catalog: describeTable of Sequelize 6 fails on tables with an expression index, and takes names with a dot apart.
 * @param isTypeScript whether its parameters have types
 */
export const absentFunction = (isTypeScript: boolean): string => {
  const types = isTypeScript
    ? [': QueryInterface', ': string', ': Transaction', ' as { name: string }[]']
    : ['', '', '', '']
  const [builder, name, transaction, rows] = types
  return `async function isAbsent(queryInterface${builder}, table${name}, column${name}, transaction${isTypeScript ? '?' : ''}${transaction}) {
  const sql = \`SELECT name FROM pragma_table_xinfo('\${table.replaceAll("'", "''")}')\`
  const columns = (await queryInterface.sequelize.query(sql, { transaction }))[0]${rows}
  return !columns.some(({ name }) => name.toLowerCase() === column.toLowerCase())
}`
}
