/** NODE_OPTIONS, extended. https://nodejs.org/api/cli.html#node_optionsoptions */

/**
 * Adds `--require FILE` to the options, where it is not among them.
 * @param options what the variable holds
 * @param file absolute path
 */
export function requireOption(options: string | undefined, file: string): string {
  const given = options ?? ''
  const option = `--require ${quoted(file)}`
  if (given.includes(option)) return given
  return given.trim() === '' ? option : `${given} ${option}`
}

/** Node splits the variable at spaces, except inside double quotes; there a backslash takes the next character as it is. */
const quoted = (file: string): string => (/[\s"\\]/.test(file) ? `"${file.replace(/[\\"]/g, '\\$&')}"` : file)
