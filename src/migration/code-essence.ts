/** What code says, without how it is written: so that an edit of comments or white space is told apart from a real one. */

const loaders = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.js': 'js', '.mjs': 'js', '.cjs': 'js' } as const

/**
 * The essence of a migration's source: no comments, no white space, no types, one kind of quotes and line endings.
 * @param source the file's text
 * @param extension its ending, such as `.ts`; of SQL only comments and white space are passed over
 * @param splitStatements splits a SQL script, which keeps what stands in quotes
 * @returns two texts with one essence do the same; text that cannot be parsed is its own
 */
export async function codeEssence(
  source: string,
  extension: string,
  splitStatements: (script: string) => readonly { readonly sql: string }[],
): Promise<string> {
  const text = source.replaceAll('\r\n', '\n').trim()
  if (extension === '.sql')
    return splitStatements(text)
      .map(({ sql }) => plainSql(sql))
      .join(';')
  const loader = loaders[extension as keyof typeof loaders]
  if (loader === undefined) return text
  // Loaded only where a file differs from what was applied.
  const { transform } = await import('esbuild')
  return transform(text, { loader, minifyWhitespace: true, minifySyntax: true, legalComments: 'none' }).then(
    ({ code }) => code,
    () => text,
  )
}

/** Comments and white space are one space; what stands in quotes stays. */
const plainSql = (sql: string): string =>
  sql
    .replace(
      /('(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)|(?:--[^\n]*|\/\*[\s\S]*?\*\/|\s)+/g,
      (_, quoted?: string) => quoted ?? ' ',
    )
    .trim()
