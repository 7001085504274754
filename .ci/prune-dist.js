/** Removes from dist what no source makes any more, and old declarations: the package would hold them. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const sourceEndings = { '.cjs': ['.cts'], '.js': ['.ts', '.tsx'] }

for (const path of existsSync('dist') ? readdirSync('dist', { recursive: true, encoding: 'utf8' }) : []) {
  const ending = Object.keys(sourceEndings).find((one) => path.endsWith(one))
  const isMade =
    ending !== undefined &&
    sourceEndings[ending].some((one) => existsSync(join('src', path.slice(0, -ending.length) + one)))
  if (!isMade && /\.\w+$/.test(path)) rmSync(join('dist', path), { force: true, recursive: true })
}
