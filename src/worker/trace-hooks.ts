/** Runs in the thread of Node's loader hooks: traces imports, and looks at the main thread when it hangs. */
import inspector from 'node:inspector'
import { type LoadHook, type ResolveHook, SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { isLocal, isPlace, type TraceSetting, trace, traceMissing } from './trace-files.ts'

/** Called by Node when the hooks are registered. https://nodejs.org/docs/latest-v20.x/api/module.html#initialize */
export function initialize(setting: TraceSetting & { port: MessagePort }): void {
  if (setting.timeoutMs === null) return
  const timer = setTimeout(reportHang, setting.timeoutMs)
  timer.unref()
  setting.port.on('message', () => clearTimeout(timer))
  setting.port.unref()
}

/** Called by Node for each `import`, before the file is looked for. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context)
  } catch (error) {
    const from = context.parentURL
    if (isPlace(specifier) && from?.startsWith('file:') === true)
      traceMissing(fileURLToPath(new URL(specifier, from.replace(/\?.*$/, ''))))
    throw error
  }
}

/** Called by Node for each module that is imported. */
export const load: LoadHook = (url, context, nextLoad) => {
  if (url.startsWith('file:')) {
    const file = fileURLToPath(url)
    if (isLocal(file)) trace({ file })
  }
  return nextLoad(url, context)
}

/** An endless loop answers no message; the inspector can still pause it and read its stack. */
function reportHang(): void {
  const session = new inspector.Session()
  session.connectToMainThread()
  const scripts = new Map<string, { readonly url: string; readonly sourceMapURL?: string }>()
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params))
  session.on('Debugger.paused', ({ params }) => {
    for (const { location } of params.callFrames) {
      // A frame's own url may be empty.
      const { url, sourceMapURL } = scripts.get(location.scriptId) ?? { url: '' }
      const file = url.startsWith('file:') ? fileURLToPath(url.replace(/\?.*$/, '')) : url
      if (!isLocal(file)) continue
      trace({ hangsAt: { file, line: originalLine(sourceMapURL, location) } })
      break
    }
    session.post('Debugger.resume')
  })
  session.post('Debugger.enable', () => session.post('Debugger.pause'))
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
