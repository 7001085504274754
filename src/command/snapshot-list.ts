/** `devdb snapshot list`: what was kept of the dev database, newest first; changes nothing. */

import { findConfig } from '../config/find-config.ts'
import { openProject } from '../engine/project.ts'
import { readConfig } from '../engine/read-config.ts'
import { formatSize, formatWhen } from '../event/format-duration.ts'
import { createStore } from '../event/store.ts'
import { currentFolder } from '../process/current-folder.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { print } from './print.ts'
import { printJson } from './print-result.ts'
import type { SessionOptions } from './session.ts'

/** @returns the exit code */
export async function runSnapshotList(options: SessionOptions): Promise<number> {
  const config = await readConfig(findConfig(currentFolder(), options.config ?? null))
  const { snapshots } = openProject(config, createStore(), 'devdb snapshot list', 0)
  const newest = [...(await snapshots.list())].reverse()
  if (options.json === true) return printJson({ snapshots: newest.map(documentOf) }, null)
  const lines = newest.map((snapshot) => lineOf(snapshot, config.dev.label))
  print(`${lines.length === 0 ? 'no snapshots' : lines.join('\n')}\n`)
  return 0
}

/** The documented form. */
const documentOf = ({ id, name, at, bytes, reason, automatic, migrations }: Snapshot) => ({
  id,
  name,
  at,
  bytes,
  reason,
  automatic,
  migrations,
})

function lineOf({ id, name, at, bytes, reason, migrations, label }: Snapshot, dev: string): string {
  const applied = migrations === null ? [] : [`${migrations.length} applied`]
  // The configuration may have named another database then.
  const of = label === dev ? [] : [`of ${label}`]
  const parts = [formatWhen(at, Date.now()), formatSize(bytes), ...applied, name === null ? reason : `"${name}"`, ...of]
  return `${id}  ${parts.join('  ')}`
}
