/** Packs what was compiled, once for all projects. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { pack } from '../package/installed.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Absolute path of devdb's tarball. */
    readonly tarball: string
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'devdb-packed-'))
  project.provide('tarball', pack(folder).tarball)
  return () => rmSync(folder, { recursive: true, force: true })
}
