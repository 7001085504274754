/** Preloaded with --import: writes which modules a process has loaded to the file that LOADS names, one a line. */
import { appendFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'

const hooks = `import { appendFileSync } from 'node:fs'
export async function load(url, context, nextLoad) {
  appendFileSync(process.env.LOADS, url + '\\n')
  return nextLoad(url, context)
}`
Module.register(`data:text/javascript,${encodeURIComponent(hooks)}`)
process.on('exit', () => {
  const required = Object.keys(createRequire(import.meta.url).cache)
  appendFileSync(process.env.LOADS, `${required.join('\n')}\n`)
})
