/** How a folder of devdb's own is made: nobody else may look into it, for it holds copies of databases. */
import { mkdirSync } from 'node:fs'

/** Only for the user who made it. */
const ownMode = 0o700

/**
 * Makes a folder with those above it, where they are absent.
 * @param path absolute path
 */
export const makeOwnFolder = (path: string): void => void mkdirSync(path, { recursive: true, mode: ownMode })
