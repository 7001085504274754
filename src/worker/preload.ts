/**
 * Loaded first in the child, which registers tsx itself when all of devdb is there. The Node processes and threads that the user's code
 * starts inherit this option, and get tsx at once.
 */
import { isMainThread } from 'node:worker_threads'
import { childEntry } from './child-entry.ts'

// tsx takes what follows a question mark for a query: it would find none of the files of such a folder.
const isCut = process.cwd().includes('?')
if (!isCut && (!isMainThread || process.argv[1] !== childEntry)) await import('tsx' as string)
