/** How a build that has ended is told. */
import type { Building, BuildReport } from './building.ts'
import { keepLastBuild, readLastBuild } from './last-build.ts'

/**
 * Tells how a build ended, and keeps it for who comes later.
 * @param building what was built
 * @param report how it ended
 */
export function concludeBuild({ project, emit }: Building, report: BuildReport): void {
  const { config, timings } = project
  const { problem, ms, tables, isCancelled, isUnchanged } = report
  if (isCancelled) {
    emit('build-cancelled', { ms })
  } else if (problem === null) {
    timings.save()
    emit('build-finished', { url: config.throwaway.label, tables: tables ?? 0, ms, unchanged: isUnchanged })
  } else {
    const { good } = readLastBuild(config.folder)
    keepLastBuild(project, { good, problem })
    for (const { name, state } of report.steps) if (state === 'skipped') emit('step-skipped', { step: name })
    emit('build-failed', { problem, ms, stale: good !== null })
  }
}
