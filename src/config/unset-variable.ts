/** Was a database's setting made of a variable that is not set? JavaScript writes `undefined` into the text then. */

/** An environment that remembers which of its variables were asked for, and are not set. */
export function watchedEnvironment(env: NodeJS.ProcessEnv): {
  readonly env: NodeJS.ProcessEnv
  readonly unset: ReadonlySet<string>
} {
  const unset = new Set<string>()
  const watched = new Proxy(env, {
    get(own, name) {
      const value = Reflect.get(own, name) as string | undefined
      if (typeof name === 'string' && (value === undefined || value === '')) unset.add(name)
      return value
    },
  })
  return { env: watched, unset }
}

/** The variables of the environment that a text reads, and that are not set. */
export const unsetIn = (source: string, env: NodeJS.ProcessEnv): readonly string[] => {
  const names = [...source.matchAll(/\bprocess\.env(?:\.(\w+)|\[['"](\w+)['"]\])/g)].map(([, a, b]) => a ?? b ?? '')
  return [...new Set(names)].filter((name) => (env[name] ?? '') === '')
}

/**
 * Whether a setting lacks its place: it is nothing, or ends in what a missing value becomes as a text.
 * @param setting what the configuration gives
 */
export function lacksPlace(setting: unknown): boolean {
  if (setting === undefined || setting === null || setting === '') return true
  if (typeof setting === 'string') return /(?:^|[:/\\])(?:undefined|null|)$/.test(setting)
  if (typeof setting !== 'object') return false
  const { storage, url } = setting as { readonly storage?: unknown; readonly url?: unknown }
  const place = url ?? storage
  return typeof place === 'string'
    ? place === '' || /(?:^|[:/\\])(?:undefined|null)$/.test(place)
    : 'storage' in setting && place === undefined
}
