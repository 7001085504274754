/** What a configuration file means by what it exports. */

/** The default export, which a compiled module may wrap twice. */
export function defaultExport(exported: unknown): unknown {
  const inner = (exported as { default?: unknown } | null)?.default
  return inner === undefined ? exported : defaultExport(inner)
}
