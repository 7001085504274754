/** One line of plain text for each event: the plain reporter, the log view and the log file all print it. */
import type { Problem } from '../error.ts'
import { describeSettled } from './describe-drift.ts'
import { describeInterrupted } from './describe-interrupted.ts'
import type { TableRows } from './describe-reset.ts'
import type { Event, EventOf } from './event.ts'
import { formatDuration } from './format-duration.ts'
import { describeRehearsed } from './rehearsal.ts'

/**
 * Says in one line what happened.
 * @param event any event
 * @returns the line, or an empty string for an event that has nothing to say to a person
 */
export function describeEvent(event: Event): string {
  switch (event.kind) {
    case 'session-started':
      return `devdb ${event.version} ${event.command} in ${event.root}`
    case 'config-loaded':
      return `configuration ${event.file}`
    case 'config-failed':
    case 'problem-raised':
    case 'board-failed':
      return describeProblem(event.problem)
    case 'watching-changed':
      return `watching ${count(event.files, 'file')}`
    case 'branch-switched':
      return event.from === null ? `on branch ${event.to}` : `switched from branch ${event.from} to ${event.to}`
    case 'files-changed':
      return `changed: ${event.files.join(', ')}`
    case 'throwaway-found':
      return event.state === 'absent' ? '' : `throwaway is ${event.state}`
    case 'build-started':
      return `build started (${event.reason})`
    case 'schema-started':
    case 'step-started':
      return ''
    case 'schema-built':
      return `✓ schema: ${count(event.tables, 'table')}, ${formatDuration(event.ms)}${event.cached ? ', cached' : ''}`
    case 'output-captured':
      return `  ${event.source}: ${event.line}`
    case 'step-output':
      return `  ${event.step}: ${event.line}`
    case 'step-finished':
      return `✓ ${event.step}, ${formatDuration(event.ms)}${event.cached ? ', cached' : ''}`
    case 'step-failed':
      return `✗ ${event.step}, ${formatDuration(event.ms)}: ${describeProblem(event.problem)}`
    case 'step-skipped':
      return `- ${event.step} skipped`
    case 'build-finished':
      if (event.unchanged) return `nothing to build: the tables and the steps are the same, ${formatDuration(event.ms)}`
      return `throwaway ready: ${event.url}, ${count(event.tables, 'table')}, ${formatDuration(event.ms)}`
    case 'build-failed':
      return `build failed after ${formatDuration(event.ms)}${event.stale ? ' (the last good throwaway stays)' : ''}: ${describeProblem(event.problem)}`
    case 'build-cancelled':
      return `build cancelled after ${formatDuration(event.ms)}`
    case 'hook-started':
      return `after the ${event.after}: ${event.hook}`
    case 'hook-output':
      return `  ${event.hook}: ${event.line}`
    case 'hook-finished':
      return `✓ ${event.hook}, ${formatDuration(event.ms)}`
    case 'hook-failed':
      return `✗ ${event.hook}, ${formatDuration(event.ms)}: ${describeProblem(event.problem)}`
    case 'hook-cancelled':
      return `- ${event.hook} cancelled after ${formatDuration(event.ms)}`
    case 'models-compared':
      return event.changes.length === 0 ? '' : `models need a migration: ${fewOf(event.changes)}`
    case 'throwaway-listed':
      return `the throwaway is built from the migrations, and the models are not compared; it holds ${describeRows(event.tables)}`
    case 'drift-found':
      return event.objects === null || event.objects.length === 0
        ? ''
        : `dev differs from its migrations: ${event.objects.map(({ name }) => name).join(', ')}`
    case 'drift-asked':
    case 'drift-tried':
    case 'drift-started':
      return ''
    case 'drift-finished':
      return describeSettled(event)
    case 'drift-unread':
    case 'drift-failed':
      return describeProblem(event.problem)
    case 'stored-code-shown':
      return `dev holds code that this project's devdb did not store: ${event.code.map(({ name, id }) => `${name} (sha256 ${id.slice(0, 12)})`).join(', ')}`
    case 'stored-code-agreed':
      return `agreed to run code stored in dev: ${event.ids.map((id) => `sha256 ${id.slice(0, 12)}`).join(', ')}`
    case 'step-back-prepared':
    case 'step-back-started':
      return ''
    case 'step-back-finished':
      return `${event.verb === 'reapply' ? 're-applied' : 'rolled back'} ${event.names.join(', ')} in ${formatDuration(event.ms)}`
    case 'step-back-refused':
    case 'step-back-failed':
      return describeProblem(event.problem)
    case 'rehearsal-started':
    case 'rehearsal-finished':
    case 'rehearsal-outdated':
      return ''
    case 'migration-rehearsed':
      return describeRehearsed(event.rehearsed)
    case 'rehearsal-waiting':
      return `dev has ${event.bytes} bytes: it is rehearsed when asked for, with t`
    case 'draft-started':
    case 'draft-prepared':
    case 'draft-chosen':
    case 'draft-closed':
      return ''
    case 'draft-written':
      return `draft written: ${event.file}`
    case 'draft-finished':
      return describeDraft(event)
    case 'draft-failed':
    case 'rehearsal-failed':
    case 'models-compare-failed':
      return describeProblem(event.problem)
    case 'dev-touched':
      return `${event.isCertain ? '' : 'warning: '}${describeProblem(event.problem)}`
    case 'warning-raised':
      return `warning: ${describeProblem(event.problem)}`
    case 'leftovers-moved':
      return `files of an earlier ${event.url} that is gone were in the way; they are now ${event.files.join(', ')}`
    case 'board-read':
      return describeBoard(event.board.exists, event.board.migrations)
    case 'snapshot-saved':
      return `snapshot ${nameOf(event)} (${event.reason}), ${event.bytes} bytes`
    case 'snapshot-deleted':
      return `snapshot ${nameOf(event)} deleted`
    case 'undo-prepared':
    case 'reset-asked':
    case 'reset-prepared':
      return ''
    case 'snapshot-failed':
    case 'undo-refused':
      return describeProblem(event.problem)
    case 'restore-started':
      return event.undo === null ? `restoring snapshot ${nameOf(event)}` : `taking back: ${event.undo}`
    case 'restore-finished':
      return `${event.undo === null ? 'restored' : `took back ${event.undo}: restored`} snapshot ${nameOf(event)} in ${formatDuration(event.ms)}`
    case 'restore-failed':
      return `${event.undo === null ? 'restore' : 'undo'} failed: ${describeProblem(event.problem)}`
    case 'change-started':
      return `${event.direction}: ${event.names.join(', ')}`
    case 'migration-started':
      return `${arrow(event.direction)} ${event.migration}`
    case 'statement-run':
      return `  ${oneLine(event.sql)} (${event.ms} ms)${event.error === null ? '' : ` ${event.error}`}`
    case 'migration-finished':
      return `✓ ${event.migration} ${event.direction === 'upgrade' ? 'up' : 'down'}, ${formatDuration(event.ms)}`
    case 'migration-failed':
      return `✗ ${event.migration}, ${formatDuration(event.ms)}: ${describeProblem(event.problem)}`
    case 'change-settled':
      return describeInterrupted(event, event.at)
    case 'change-retried':
      return `tried again (${event.attempt}): ${event.reason}`
    case 'change-finished':
      return event.names.length === 0
        ? `nothing to ${event.direction}`
        : `${event.direction === 'upgrade' ? 'upgraded' : 'downgraded'} ${count(event.names.length, 'migration')} in ${formatDuration(event.ms)}`
    case 'change-failed':
      return `${event.direction} failed: ${describeProblem(event.problem)}`
    case 'reset-started':
      return `recreating ${event.url} from its migrations`
    case 'reset-finished':
      return `recreated ${event.url}: ${count(event.names.length, 'migration')} in ${formatDuration(event.ms)}`
    case 'reset-failed':
      return `reset failed: ${describeProblem(event.problem)}`
    case 'lock-waited':
      return `waiting for ${event.holder}`
    case 'session-ended':
      return `ended: ${event.reason}`
    default:
      return event satisfies never
  }
}

/**
 * A Problem in one line: message, place and hint.
 * @param problem the Problem
 */
export function describeProblem(problem: Problem): string {
  const place =
    problem.file === undefined ? '' : ` (${problem.file}${problem.line === undefined ? '' : `:${problem.line}`})`
  const hint = problem.hint === undefined ? '' : ` — ${problem.hint}`
  return `${problem.message}${place}${hint}`
}

/** How many tables are named. */
const shownTables = 8

function describeRows(tables: readonly TableRows[]): string {
  const named = tables.slice(0, shownTables).map(({ table, rows }) => `${table} (${count(rows, 'row')})`)
  const rest = tables.length - named.length
  return tables.length === 0 ? 'no tables' : [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

function describeBoard(exists: boolean, migrations: readonly { readonly state: string }[]): string {
  const counted = (state: string) => migrations.filter((migration) => migration.state === state).length
  const missing = counted('missing')
  const absent = exists ? '' : 'absent, '
  return `dev: ${absent}${counted('applied')} applied, ${counted('pending')} pending${missing === 0 ? '' : `, ${missing} missing`}`
}

/** Sessions that were recorded earlier know no names. */
const nameOf = (event: { readonly id?: string; readonly snapshot?: string; readonly name?: string | null }): string =>
  `${event.id ?? event.snapshot}${event.name ? ` "${event.name}"` : ''}`

const arrow = (direction: 'upgrade' | 'downgrade'): string => (direction === 'upgrade' ? '↑' : '↓')
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
/** A project that was never compared may differ in hundreds of ways. */
const fewOf = (lines: readonly string[], most = 8): string =>
  [...lines.slice(0, most), ...(lines.length > most ? [`and ${lines.length - most} more: devdb diff`] : [])].join('; ')
const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ')

function describeDraft({ file, proof, problem, accepted }: EventOf<'draft-finished'>): string {
  const differences = accepted === 0 ? '' : `${count(accepted, 'difference')} accepted`
  if (file === null) return differences
  const result =
    problem !== null
      ? `not proven: ${problem.message}`
      : proof.up === 'unproven'
        ? 'needs-edit'
        : `up ${proof.up}, down ${proof.down}, up again ${proof.redo}`
  return [`draft ${file}: ${result}`, differences].filter((part) => part !== '').join('; ')
}
