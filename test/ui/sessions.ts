/** States for the tests of the screen, each told as the events that lead to it. */
import type { Emit, MigrationStatus } from '../../src/event/event.ts'
import type { RehearsedMigration } from '../../src/event/rehearsal.ts'
import type { DraftState, State } from '../../src/event/state.ts'
import { createStore } from '../../src/event/store.ts'
import { sampleProblem } from '../event/sample-events.ts'

process.env.TZ = 'UTC'

/** Noon: the time of every event below. */
export const noon = Date.UTC(2026, 10, 20, 12, 3, 21)

const root = '/home/doe/forge'
const steps = ['create admin', 'scan repositories']

/**
 * The state after some events.
 * @param tell emits them
 */
export function stateAfter(...tell: readonly ((emit: Emit) => void)[]): State {
  const store = createStore(() => noon)
  for (const part of tell) part(store.emit)
  return store.state
}

/** A watch began and knows its configuration. */
export const begun = (emit: Emit): void => {
  emit('session-started', { version: '0.1.0', command: 'watch', root, pid: 1 })
  emit('config-loaded', {
    project: 'forge',
    file: `${root}/devdb.config.ts`,
    throwaway: `file:${root}/.devdb/throwaway.db`,
    dev: `file:${root}/dev.db`,
    steps,
  })
  emit('watching-changed', { files: 14 })
}

/** A board was read. */
export const boardRead =
  (migrations: readonly MigrationStatus[], exists = true) =>
  (emit: Emit): void =>
    emit('board-read', { board: { url: `file:${root}/dev.db`, exists, migrations }, reversal: null })

/** Two applied migrations and two pending ones. */
export const migrations: readonly MigrationStatus[] = [
  { name: '20261112-create-users', state: 'applied', outOfOrder: false, edited: null, stored: false, branch: null },
  { name: '20261118-users-email', state: 'applied', outOfOrder: false, edited: null, stored: false, branch: null },
  { name: '20261120-cool-feature', state: 'pending', outOfOrder: false, edited: null, stored: false, branch: null },
  { name: '20261121-audit-log', state: 'pending', outOfOrder: false, edited: null, stored: false, branch: null },
]

const ok = { result: 'ok', ms: 3, problem: null } as const

/**
 * Migrations were rehearsed.
 * @param parts by name, what was other than well
 */
export const rehearsed =
  (parts: Readonly<Record<string, Partial<RehearsedMigration>>>) =>
  (emit: Emit): void => {
    for (const [name, other] of Object.entries(parts)) {
      const well = { name, up: ok, down: ok, redo: ok, schemaRestored: true, leftovers: [], lost: [], lints: [] }
      emit('migration-rehearsed', { rehearsed: { ...well, mergedOrder: null, ...other } })
    }
  }

/** Both pending migrations were rehearsed, and all went well. */
export const rehearsedWell = rehearsed({ '20261120-cool-feature': {}, '20261121-audit-log': {} })

/** A build went well; its last step came from the cache. */
export const built = (emit: Emit): void => {
  emit('build-started', { reason: 'start', estimateMs: null, steps })
  emit('schema-started', { estimateMs: null })
  emit('schema-built', { tables: 12, ms: 9, cached: false })
  emit('step-started', { step: 'create admin', estimateMs: null })
  emit('step-finished', { step: 'create admin', ms: 41, cached: false })
  emit('step-started', { step: 'scan repositories', estimateMs: null })
  emit('step-output', { step: 'scan repositories', line: '3 repositories' })
  emit('step-finished', { step: 'scan repositories', ms: 34, cached: true })
  emit('build-finished', { url: `file:${root}/.devdb/throwaway.db`, tables: 12, ms: 84, unchanged: false })
}

/** A build is in its first step, and took two seconds the last time. */
export const building = (emit: Emit): void => {
  emit('build-started', { reason: 'src/models/user.ts', estimateMs: 2_000, steps })
  emit('schema-started', { estimateMs: 9 })
  emit('schema-built', { tables: 12, ms: 9, cached: false })
  emit('step-started', { step: 'create admin', estimateMs: 1_500 })
  emit('step-output', { step: 'create admin', line: '\x1b[32mhashing\x1b[0m the password' })
}

/** The models have a fault. */
export const buildFailed =
  (stale: boolean) =>
  (emit: Emit): void => {
    emit('build-started', { reason: 'src/models/user.ts', estimateMs: 90, steps })
    emit('schema-started', { estimateMs: 9 })
    emit('build-failed', { problem: sampleProblem, ms: 20, stale })
  }

/** The second of two pending migrations is being applied. */
export const upgrading = (emit: Emit): void => {
  emit('change-started', { direction: 'upgrade', names: ['20261120-cool-feature', '20261121-audit-log'] })
  emit('migration-started', { migration: '20261120-cool-feature', direction: 'upgrade', estimateMs: 30 })
  emit('migration-finished', { migration: '20261120-cool-feature', direction: 'upgrade', ms: 12 })
  emit('migration-started', { migration: '20261121-audit-log', direction: 'upgrade', estimateMs: 2_000 })
}

/** What the models need, of which a draft is made. */
const needed = [
  '+ audit_events  table with 6 columns',
  '+ users.cool_feature  TINYINT(1) NOT NULL DEFAULT 0',
  '> users.nick  renamed to nickname',
]

/** The models were compared, and need a migration. */
export const compared = (emit: Emit): void =>
  emit('models-compared', { changes: needed, accepted: 0, stale: [], ms: 14 })

/** A draft that is looked at, with something else about it. */
export const draftOf = (parts: Partial<DraftState> = {}): DraftState => ({
  message: 'add cool feature',
  phase: 'preview',
  changes: needed.map((line) => ({ line, choice: 'drafted' })),
  hazards: ['3 values of users.nick are lost when it is taken back'],
  notes: ['dev holds parts of it already'],
  question: null,
  file: `${root}/migrations/20261123120321-add-cool-feature.ts`,
  text: [
    "import type { QueryInterface } from 'sequelize'",
    '',
    'export const up = async ({ context }) => {',
    ...Array.from({ length: 24 }, (_, index) => `  await context.step(${index + 1})`),
    '}',
    '',
  ].join('\n'),
  keepsColumns: false,
  proof: null,
  problem: null,
  ...parts,
})
