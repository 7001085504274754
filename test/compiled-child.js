/** In the place of src/worker/child-entry.ts: the child of the sources that are tested is the compiled one. */
import { fileURLToPath } from 'node:url'

export const isFromSources = false

export const childEntry = fileURLToPath(new URL('../dist/worker/child.js', import.meta.url))

export const childPreload = new URL('../dist/worker/preload.js', import.meta.url).href
