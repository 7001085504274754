/** How are files and databases named on screen: relative to the project where they are inside it. */
import { isAbsolute, relative, sep } from 'node:path'

/**
 * A path as people type it in the project.
 * @param path absolute, or already relative
 * @param root absolute path of the project; empty when it is not known yet
 */
export function shortPath(path: string, root: string): string {
  if (root === '' || !isAbsolute(path)) return path
  const inside = relative(root, path)
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside
}

/**
 * A database's URL as people say it: just the file for a database that is one, host and name for another.
 * @param url of the form `scheme:path` or `scheme://host/name`
 * @param root absolute path of the project; empty when it is not known yet
 */
export function shortUrl(url: string, root: string): string {
  const [, path] = /^[a-z][a-z0-9+.-]*:(?:\/\/(?=\/))?(?!\/\/)(.+)$/i.exec(url) ?? []
  return shortPath(path ?? url, root)
}

/**
 * A text in which the project's files are named relative to it.
 * @param text any text
 * @param root absolute path of the project; empty when it is not known yet
 */
export const shortText = (text: string, root: string): string =>
  root === '' ? text : text.replaceAll(`${root}${sep}`, '')
