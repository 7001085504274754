/** Which program the child process is. */
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const ending = extname(import.meta.url)

/** Whether devdb runs from its sources, which Node reads only through tsx. */
export const isFromSources = ending === '.ts'

/** Absolute path; of the same kind as this file. Compiled, this file is part of one that lies elsewhere, but also one folder deep. */
export const childEntry = fileURLToPath(new URL(`../worker/child${ending}`, import.meta.url))

/** What Node loads before it: the child registers tsx itself, when all of devdb is loaded. */
export const childPreload = isFromSources
  ? import.meta.resolve('tsx')
  : new URL(`../worker/preload${ending}`, import.meta.url).href
