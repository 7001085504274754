/** The local function that drafts hold which add a column only where it is absent, since their down keeps it. */

/**
 * Asks the catalog: describeTable of Sequelize 6 fails on tables with an expression index, and takes names with a dot apart.
 * @param isTypeScript whether its parameters have types
 */
export const absentFunction = (isTypeScript: boolean): string => {
  const [builder, name] = isTypeScript ? [': QueryInterface', ': string'] : ['', '']
  const rows = isTypeScript
    ? '(await queryInterface.sequelize.query(sql))[0] as { name: string }[]'
    : '(await queryInterface.sequelize.query(sql))[0]'
  return `async function isAbsent(queryInterface${builder}, table${name}, column${name}) {
  const sql = \`SELECT name FROM pragma_table_xinfo('\${table.replaceAll("'", "''")}')\`
  const columns = ${rows}
  return !columns.some(({ name }) => name.toLowerCase() === column.toLowerCase())
}`
}
