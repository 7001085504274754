/** Compiles devdb once before the tests, which run the real executable, and gives them a folder for what several files need and one makes. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** @returns what is done after the last test */
export default function setup(): () => void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: new URL('..', import.meta.url), stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'devdb-made-once-'))
  process.env.DEVDB_MADE_ONCE = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
