/** What do errors of the operating system mean, and what is to be done about them? */

/** A Problem of the system; see `Problem` in `error.ts`. */
export interface SystemProblem {
  readonly code: 'disk-full' | 'disk-failed' | 'limit-reached' | 'file-failed'
  readonly message: string
  readonly hint: string
  readonly file?: string
}

/**
 * What an error of the operating system means, by the code that Node gives it: https://nodejs.org/api/errors.html#common-system-errors
 * @param error what was caught
 * @returns null where it is no error of the system
 */
export function systemProblem(error: NodeJS.ErrnoException): SystemProblem | null {
  const { path, errno } = error
  // libuv 1.x has no name for EDQUOT: https://github.com/libuv/libuv/blob/v1.x/include/uv.h (UV_ERRNO_MAP)
  const system = errno === -quotaNumber ? 'EDQUOT' : (error.code ?? '')
  const meaning = systemMeanings[system]
  if (meaning === undefined && !fileCodes.has(system)) return null
  const message = oneLine(system === 'EDQUOT' ? `the disk quota is used up (${error.message})` : error.message)
  if (meaning !== undefined) return { ...meaning, message, ...(path === undefined ? {} : { file: path }) }
  return {
    code: 'file-failed',
    message,
    hint: path === undefined ? 'look at the rights of the project and of .devdb' : `look at it: ls -ld '${path}'`,
    ...(path === undefined ? {} : { file: path }),
  }
}

/** EDQUOT on Linux: https://man7.org/linux/man-pages/man3/errno.3.html */
const quotaNumber = 122

const moreFiles = 'allow more open files, then repeat: ulimit -n 4096'

const systemMeanings: Readonly<Record<string, Pick<SystemProblem, 'code' | 'hint'>>> = {
  ENOSPC: { code: 'disk-full', hint: 'free some space and repeat' },
  EDQUOT: { code: 'disk-full', hint: 'free some space and repeat; quota -s shows what you may use' },
  EIO: { code: 'disk-failed', hint: 'look at the disk, then repeat: dmesg | tail' },
  EMFILE: { code: 'limit-reached', hint: moreFiles },
  ENFILE: { code: 'limit-reached', hint: moreFiles },
  EAGAIN: { code: 'limit-reached', hint: 'allow more processes, then repeat: ulimit -u' },
  ENOMEM: { code: 'limit-reached', hint: 'end other programs, then repeat' },
  EROFS: { code: 'file-failed', hint: 'the file system is read-only: mount it so that it can be written, then repeat' },
}

const fileCodes = new Set([
  'EACCES',
  'EPERM',
  'EEXIST',
  'EISDIR',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'ENOENT',
  'EBUSY',
  'ESTALE',
  'ENOTEMPTY',
])

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ')
