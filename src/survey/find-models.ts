/** Which files hold the models? Every way to name them that could work, the likeliest first; which one does is tried. */
import { folderOf, isCode, type Listing, nameOf, withoutComments } from './listing.ts'

/** A value for `models` in the configuration. */
export interface ModelsCandidate {
  readonly patterns: readonly string[]
  /** What it is, in a few words. */
  readonly what: string
}

/** What was found. */
export interface ModelsFound {
  readonly candidates: readonly ModelsCandidate[]
  /** Files that each look like a model, besides those that gather the others. */
  readonly files: readonly string[]
}

const definesModel =
  /\.define\(\s*['"`]|\bextends\s+(?:[\w$.]+\.)?Model\b|@Table\b|\.init\(\s*\{|\.init\(\s*\w+\s*,\s*\{|\.init\(\s*\w*attributes/i

const makesInstance = /\bnew\s+(?:[\w$.]+\.)?Sequelize\s*\(/

const notModels =
  /(?:^|\/)(?:tests?|__tests__|specs?|migrations?|seed(?:er)?s?)\/|\.(?:test|spec|stories)\.[cm]?[jt]s$/i

/**
 * Finds models.
 * @param listing the project
 * @param named the folder that `.sequelizerc` names, relative to the root, or null
 */
export function findModels(listing: Listing, named: string | null): ModelsFound {
  const code = listing.files.filter((path) => isCode(path) && !notModels.test(path) && !/devdb\.config\./.test(path))
  const sources = new Map(code.map((path) => [path, withoutComments(listing.read(path))]))
  const speaksSequelize = (path: string): boolean => /sequelize/i.test(sources.get(path) ?? '')
  const inNamed = (path: string): boolean => named !== null && (folderOf(path) === named || named === '')
  const isIndex = (path: string): boolean => /^index\.[cm]?[jt]s$/.test(nameOf(path))
  const models = code.filter(
    (path) => !isIndex(path) && definesModel.test(sources.get(path) ?? '') && (speaksSequelize(path) || inNamed(path)),
  )
  const fresh = code.find((path) => isIndex(path) && makesInstance.test(sources.get(path) ?? ''))
  const folder = named ?? commonest(models.map(folderOf)) ?? (fresh === undefined ? null : folderOf(fresh))
  if (folder === null) return { candidates: gatherers(code, sources, models, null), files: models }
  const inFolder = models.filter((path) => path.startsWith(folder === '' ? '' : `${folder}/`))
  const scattered = models.filter((path) => !inFolder.includes(path))
  const candidates = [
    ...gatherers(code, sources, models, folder),
    ...globOf(folder, inFolder, code),
    ...(scattered.length === 0 || models.length > 20 ? [] : [{ patterns: models, what: `${models.length} files` }]),
  ]
  return {
    candidates: candidates.map((each) => ({ ...each, patterns: each.patterns.map(relativePath) })),
    files: models,
  }
}

/** Files that give all models at once: those that make the instance and load models, first of all the index beside them. */
function gatherers(
  code: readonly string[],
  sources: ReadonlyMap<string, string>,
  models: readonly string[],
  folder: string | null,
): readonly ModelsCandidate[] {
  const loadsModels = (path: string): boolean => {
    const text = sources.get(path) ?? ''
    if (folder !== null && folderOf(path) === folder && /readdir|\bglob/.test(text)) return true
    return models.some((model) => {
      const stem = nameOf(model).replace(/\.[cm]?[jt]s$/, '')
      return new RegExp(`['"\`/]${stem.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')}(?:\\.[cm]?[jt]s)?['"\`]`).test(text)
    })
  }
  const rank = (path: string): number => {
    const isIndex = /^index\.[cm]?[jt]s$/.test(nameOf(path))
    const text = sources.get(path) ?? ''
    const isBeside = folder !== null && folderOf(path) === folder
    const isAbove = folder !== null && folderOf(folder) === folderOf(path) && folder !== ''
    if (isIndex && isBeside) return makesInstance.test(text) || models.length < 2 || loadsModels(path) ? 0 : 9
    if (isAbove && makesInstance.test(text) && loadsModels(path)) return isIndex ? 1 : 2
    if (makesInstance.test(text) && (definesModel.test(text) || loadsModels(path))) return 3
    return 9
  }
  return code
    .filter((path) => rank(path) < 9 && /\b(?:export|exports)\b/.test(sources.get(path) ?? ''))
    .sort((a, b) => rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1))
    .slice(0, 3)
    .map((path) => ({ patterns: [path], what: 'the file that gathers them' }))
}

/** One that others will join: `models/`, `entities/`, `*.model.js`. */
const isModelFolder = /(?:^|\/)(?:models?|entit(?:y|ies))\/|\*\.(?:model|entity)\./i

/** The folder's model files by what their names share. */
function globOf(folder: string, models: readonly string[], code: readonly string[]): readonly ModelsCandidate[] {
  if (models.length === 0) return []
  const endings = [...new Set(models.map((path) => nameOf(path).slice(nameOf(path).indexOf('.'))))]
  const isDeep = models.some((path) => folderOf(path) !== folder)
  const ending = endings.length === 1 ? endings[0]! : `.${sharedEnding(models)}`
  const pattern = `${folder === '' ? '' : `${folder}/`}${isDeep ? '**/' : ''}*${ending}`
  const covered = code.filter(
    (path) => path.startsWith(`${folder}/`) && path.endsWith(ending) && !models.includes(path),
  )
  const count = `${models.length} file${models.length === 1 ? '' : 's'}`
  const glob = { patterns: [pattern], what: `${count}, a model each` }
  const list = { patterns: models, what: count }
  // What lies between them and is no model is harmless as a rule, so the glob, which new files join, comes first.
  if (models.length === 1 && !isModelFolder.test(pattern)) return [list]
  return covered.length === 0 || models.length > 20 ? [glob] : [glob, list]
}

const sharedEnding = (paths: readonly string[]): string => {
  const endings = [...new Set(paths.map((path) => path.slice(path.lastIndexOf('.') + 1)))]
  return endings.length === 1 ? endings[0]! : `{${endings.sort().join(',')}}`
}

function commonest(folders: readonly string[]): string | null {
  const counts = new Map<string, number>()
  for (const folder of folders) counts.set(folder, (counts.get(folder) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || a.length - b.length)[0]?.[0] ?? null
}

/** As it is written in a configuration. */
export const relativePath = (path: string): string => (path.startsWith('.') ? path : `./${path}`)
