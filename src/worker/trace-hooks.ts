/** Runs in the thread of Node's loader hooks: traces imports, and looks at the main thread when it hangs. */
import inspector from 'node:inspector'
import { type LoadHook, type ResolveHook, SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { isLocal, isPlace, type TraceAlarm, trace, traceMissing } from './trace-files.ts'

/** Called by Node when the hooks are registered. https://nodejs.org/docs/latest-v20.x/api/module.html#initialize */
export function initialize({ port }: { readonly port: MessagePort }): void {
  toMain = port
  toMain.on('message', ({ timeoutMs }: TraceAlarm) => {
    clearTimeout(timer)
    isArmed = timeoutMs !== null
    if (timeoutMs === null) return
    timer = setTimeout(reportHang, timeoutMs)
    timer.unref()
  })
  toMain.unref()
}

let toMain: MessagePort | null = null
let timer: NodeJS.Timeout | undefined
let isArmed = false

/** Called by Node for each `import`, before the file is looked for. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const from = context.parentURL
  try {
    const found = await nextResolve(specifier, context)
    const [file, parent] = [localFile(found.url), localFile(from)]
    if (file !== null && parent !== null) trace({ file, from: parent })
    return found
  } catch (error) {
    if (isPlace(specifier) && from?.startsWith('file:') === true)
      traceMissing(fileURLToPath(new URL(specifier, from.replace(/\?.*$/, ''))))
    throw error
  }
}

/** Called by Node for each module that is imported. */
export const load: LoadHook = (url, context, nextLoad) => {
  const file = localFile(url)
  if (file !== null) {
    trace({ file })
    toMain?.postMessage(file)
  }
  return nextLoad(url, context)
}

function localFile(url: string | undefined): string | null {
  if (url?.startsWith('file:') !== true) return null
  const file = fileURLToPath(url.replace(/[?#].*$/, ''))
  return isLocal(file) ? file : null
}

/** An endless loop answers no message; the inspector can still pause it and read its stack. */
function reportHang(): void {
  const session = new inspector.Session()
  session.connectToMainThread()
  // A call frame's own url is deprecated and empty in some releases of Node; the script's is not.
  const scripts = new Map<string, Script>()
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params))
  const pause = (): void => session.post('Debugger.pause')
  session.on('Debugger.paused', ({ params }) => {
    const place = localPlace(params.callFrames, scripts)
    if (place !== null) trace({ hangsAt: place })
    session.post('Debugger.resume')
    // On a busy machine the time may be over while Node and its loaders still work.
    if (place === null && isArmed) setTimeout(pause, askAgainMs).unref()
  })
  session.post('Debugger.enable', pause)
}

const askAgainMs = 50

interface Script {
  readonly url: string
  readonly sourceMapURL?: string | undefined
}

/** The innermost place in the user's code. */
function localPlace(frames: readonly inspector.Debugger.CallFrame[], scripts: ReadonlyMap<string, Script>) {
  for (const { location } of frames) {
    const { url = '', sourceMapURL } = scripts.get(location.scriptId) ?? {}
    const file = url.startsWith('file:') ? fileURLToPath(url) : url
    if (isLocal(file)) return { file, line: originalLine(sourceMapURL, location) }
  }
  return null
}

function originalLine(
  sourceMapUrl: string | undefined,
  location: { lineNumber: number; columnNumber?: number | undefined },
): number {
  const encoded = /^data:application\/json;(?:charset=[^;]+;)?base64,(.*)$/s.exec(sourceMapUrl ?? '')?.[1]
  if (encoded === undefined) return location.lineNumber + 1
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')))
  const entry = map.findEntry(location.lineNumber, location.columnNumber ?? 0)
  return 'originalLine' in entry ? entry.originalLine + 1 : location.lineNumber + 1
}
