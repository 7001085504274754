/** How a file of the user's is imported, whatever module system it is written in. */
import { pathToFileURL } from 'node:url'

/**
 * Imports a file and gives what a CommonJS `require` would: of a CommonJS file its `module.exports`, of an ES module its namespace.
 * @param path absolute path
 * @throws whatever the file throws; a SyntaxError or esbuild's TransformError where it cannot be read
 */
export async function importFile(path: string): Promise<unknown> {
  const namespace = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  // Node adds 'module.exports' to the namespace of a CommonJS file from 20.19 on.
  return 'module.exports' in namespace ? namespace['module.exports'] : namespace
}
