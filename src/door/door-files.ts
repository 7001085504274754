/** Where the doors lie: compiled files, for every Node program loads them, and few of those read TypeScript. */
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DoorFiles } from './door-environment.ts'

/** From the sources, and from any file of dist, which is one folder deep. */
const dist = extname(import.meta.url) === '.ts' ? '../../dist/' : '../'

/**
 * The files of a dialect's door.
 * @param dialect its name
 */
export const doorFiles = (dialect: string): DoorFiles => ({
  preload: fileURLToPath(new URL(`${dist}door/${dialect}.cjs`, import.meta.url)),
  programs: fileURLToPath(new URL(`${dist}door/bin`, import.meta.url)),
})
