/** Which database does the application use while it is developed, and how does it learn of it? */
import { type CliSettings, usualEnvironment } from './cli-settings.ts'
import { type Settings, settingsIn } from './instance-settings.ts'
import { argumentText, isCode, isTest, type Listing, withoutComments } from './listing.ts'
import { expressionAt, pathIn } from './path-expression.ts'

/** A database that could be dev. */
export interface DevCandidate {
  /** A setting for `dev`. */
  readonly url: string
  /** The variable that it is read from; null where it is written down. */
  readonly variable: string | null
  /** What names it. */
  readonly from: string
  /** What is set for it there, besides its address; left out for nothing. */
  readonly settings?: Settings
}

/** A variable from which the application's own code learns of its database. */
export interface DatabaseVariable {
  readonly name: string
  readonly holds: 'url' | 'storage'
}

/** What was found. */
export interface DatabasesFound {
  /** The likeliest first. */
  readonly candidates: readonly DevCandidate[]
  /** Those that cannot be dev, a line each. */
  readonly refused: readonly string[]
  readonly variables: readonly DatabaseVariable[]
  /** The one of them from which sequelize-cli learns of its database; null where that stands in its config file. */
  readonly cliVariable: DatabaseVariable | null
  /** Options that could not be read from the text, a line each. */
  readonly unread: readonly string[]
}

/** What is known besides the files. */
export interface DatabaseSurroundings {
  readonly cli: CliSettings | null
  /** The environment, with what the project's `.env` says where it is read. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Settings of database files that lie in the project. */
  readonly files: readonly string[]
  /** Whether devdb knows a dialect. */
  isKnown(dialect: string): boolean
}

interface Mention {
  readonly dialect: string | null
  readonly storage: string | null
  readonly url: string | null
  readonly variable: DatabaseVariable | null
  readonly from: string
  readonly settings: Settings
  /** Names of options that are more than literals. */
  readonly unread: readonly string[]
}

/**
 * Finds databases in what sequelize-cli is told, in each `new Sequelize(…)`, and among the files.
 * @param listing the project
 * @param surroundings what is known besides
 */
export function findDatabases(listing: Listing, surroundings: DatabaseSurroundings): DatabasesFound {
  const { cli, env, files, isKnown } = surroundings
  const told = ofCli(cli, listing)
  const mentions = [...(told === null ? [] : [told]), ...inCode(listing)]
  const candidates: DevCandidate[] = []
  const refused: string[] = []
  for (const mention of mentions) {
    const { url, variable } = settingOf(mention, env)
    if (url === null) continue
    const dialect = url.split(':')[0] ?? ''
    if (!isKnown(dialect)) refused.push(`${mention.from}: ${dialect}${variable === null ? '' : `, from ${variable}`}`)
    else if (variable === null && holdsSecret(url)) refused.push(`${mention.from}: it holds a password`)
    else if (!/:$|:memory:/.test(url))
      candidates.push({ url, variable, from: mention.from, ...settingsPart(mention.settings) })
  }
  const found = [...candidates, ...files.map((url) => ({ url, variable: null, from: 'the file' }))]
  const ofCode = mentions.flatMap(({ variable }) => (variable === null ? [] : [variable]))
  const variables = [...ofCode, ...variablesOf(cli, listing)]
  return {
    candidates: withSettings(
      uniqueBy(found, ({ url, variable }) => variable ?? plainUrl(url)),
      mentions,
    ),
    refused: [...new Set(refused)],
    variables: uniqueBy(variables, ({ name }) => name),
    cliVariable: told?.variable ?? null,
    unread: mentions.flatMap(({ from, unread }) => unread.map((name) => unreadLine(name, from))),
  }
}

const settingsPart = (settings: Settings): Pick<DevCandidate, 'settings'> =>
  Object.keys(settings).length === 0 ? {} : { settings }

const unreadLine = (name: string, from: string): string =>
  `${from}: "${name}" of its Sequelize instance is more than a literal; export the instance beside its models, or add ${name} to dev in the configuration`

/** A database that lies among the files is what the only instance of the code means, whose text does not say where that is. */
function withSettings(candidates: readonly DevCandidate[], mentions: readonly Mention[]): readonly DevCandidate[] {
  const [only, ...others] = mentions.filter(({ settings }) => Object.keys(settings).length > 0)
  if (only === undefined || others.length > 0 || candidates.some(({ settings }) => settings !== undefined))
    return candidates
  return candidates.map((candidate) => ({ ...candidate, ...settingsPart(only.settings) }))
}

function settingOf(
  { dialect, storage, url, variable }: Mention,
  env: DatabaseSurroundings['env'],
): { readonly url: string | null; readonly variable: string | null } {
  const value = variable === null ? undefined : env[variable.name]
  if (variable !== null && value !== undefined && value !== '')
    // A path is no secret, and may stand in the configuration as it is.
    return variable.holds === 'url'
      ? { url: value, variable: variable.name }
      : { url: `${dialect}:${value}`, variable: null }
  if (url !== null) return { url, variable: null }
  if (dialect !== null && storage !== null) return { url: `${dialect}:${storage}`, variable: null }
  return { url: dialect === null ? null : `${dialect}:`, variable: null }
}

function ofCli(cli: CliSettings | null, listing: Listing): Mention | null {
  if (cli === null || cli.database === null) return null
  const { dialect, storage, url, variable } = cli.database
  const from = `${cli.environment ?? usualEnvironment} in ${cli.configFile ?? cli.rcFile ?? ''}`
  const read = variable === null ? (variablesOf(cli, listing)[0] ?? null) : ({ name: variable, holds: 'url' } as const)
  return { dialect, storage, url, from, variable: read, settings: cli.database.settings ?? {}, unread: [] }
}

/** What the config file reads: it is evaluated, so that its value tells nothing of where it came from. */
function variablesOf(cli: CliSettings | null, listing: Listing): readonly DatabaseVariable[] {
  if (cli?.configFile == null || !isCode(cli.configFile)) return []
  const source = withoutComments(listing.read(cli.configFile))
  const name = cli.environment ?? usualEnvironment
  const section = new RegExp(`(?:^|[\\s,{.])['"]?${name}['"]?\\s*[:=]\\s*(?=\\{)`).exec(source)
  const own = section === null ? source : expressionAt(source, section.index + section[0].length)
  return [...own.matchAll(/\b(storage|url)\s*:\s*/g)].flatMap(([said, key = ''], index, all) => {
    const name = nameIn(expressionAt(own, all[index]!.index + said.length))
    return name === null ? [] : [{ name, holds: key === 'url' ? ('url' as const) : ('storage' as const) }]
  })
}

const variablePattern = /\bprocess\.env(?:\.(\w+)|\[['"](\w+)['"]\])/

function inCode(listing: Listing): readonly Mention[] {
  const code = listing.files.filter((path) => isCode(path) && !isTest(path))
  // What a script opens may be anything; what the application opens is meant.
  const isAside = (path: string): boolean => /(?:^|\/)(?:scripts?|bin|tools?|examples?|bench)\//.test(path)
  const inOrder = [...code.filter((path) => !isAside(path)), ...code.filter(isAside)]
  return inOrder.flatMap((file) => {
    const raw = listing.read(file)
    if (!/\bnew\s+(?:[\w$.]+\.)?Sequelize\s*\(/.test(raw)) return []
    const source = withoutComments(raw)
    return [...source.matchAll(/\bnew\s+(?:[\w$.]+\.)?Sequelize\s*\(/g)].map((match) =>
      mentionIn(argumentText(source, match.index + match[0].length - 1), file, source),
    )
  })
}

function mentionIn(text: string, file: string, source: string): Mention {
  const first = named(expressionAt(text, 0).trim(), source)
  const isOptions = first.startsWith('{')
  const options = isOptions ? first : text
  const storage = /\bstorage\s*(:\s*|(?=[,}\n]))/.exec(options)
  const value = storage === null ? '' : expressionAt(options, storage.index + storage[0].length).trim()
  const place = storage === null ? '' : named(storage[1] === '' ? 'storage' : value, source)
  const url = isOptions ? null : (/^(?:.*(?:\|\||\?\?)\s*)?(['"`])([a-z]+:[^'"`$]*)\1$/s.exec(first)?.[2] ?? null)
  const urlVariable = isOptions ? null : nameIn(first)
  const storageVariable = nameIn(place)
  return {
    dialect: /\bdialect\s*:\s*['"`](\w+)['"`]/.exec(options)?.[1] ?? null,
    storage: place === '' || isElsewhere(place) ? null : pathIn(place.replace(/process\.env\[[^\]]*\]/g, ''), file),
    url,
    variable:
      urlVariable !== null
        ? { name: urlVariable, holds: 'url' }
        : storageVariable === null
          ? null
          : { name: storageVariable, holds: 'storage' },
    from: file,
    ...settingsIn(isOptions ? options : (/\{[\s\S]*\}/.exec(options)?.[0] ?? '')),
  }
}

/** Whether a path depends on what another file says: its strings alone would name another place. */
const isElsewhere = (expression: string): boolean =>
  expression
    .replace(/(['"])(?:\\.|(?!\1).)*\1/g, '')
    .replace(/process\.(?:env(?:\.\w+|\[[^\]]*\])|cwd\(\))|import\.meta\.\w+|\b__dirname\b/g, '')
    .replace(/\b(?:path|url|node|new|URL|fileURLToPath|join|resolve|normalize|dirname|pathname|toString)\b/g, '')
    .match(/[A-Za-z_$][\w$]*/) !== null

/** What a variable of the same file was set to; anything but a bare name stays as it is. */
function named(expression: string, source: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(expression)) return expression
  const set = new RegExp(`\\b(?:const|let|var)\\s+${expression.replaceAll('$', '\\$')}\\s*(?::[^=\\n]+)?=\\s*`).exec(
    source,
  )
  if (set === null) return expression
  const rest = source.slice(set.index + set[0].length)
  return /^[^\n;]*\{\s*\n/.test(rest) ? expressionAt(rest, 0) : (/^[^;\n]*/.exec(rest)?.[0] ?? '').trim()
}

function nameIn(expression: string): string | null {
  const match = variablePattern.exec(expression)
  return match?.[1] ?? match?.[2] ?? null
}

const holdsSecret = (url: string): boolean => /\/\/[^/]*:[^/]*@/.test(url)

const plainUrl = (url: string): string => url.replace(/^(\w+):(?:\.\/)?/, '$1:')

function uniqueBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = keyOf(item)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
