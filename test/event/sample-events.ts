/** One event of each kind, and the fields they have. The type makes a new kind fail to compile here. */
import type { Problem } from '../../src/error.ts'
import type { Event, EventFields, EventKind } from '../../src/event/event.ts'

/** A Problem with every part. */
export const sampleProblem: Problem = {
  code: 'model-failed',
  message: 'models/user.ts: DataTypes.STRNG is not a type',
  hint: 'save the file again when it is mended',
  file: '/home/doe/forge/src/models/user.ts',
  line: 8,
  column: 20,
  frame:
    '  6 | export function define(sequelize) {\n  7 |   sequelize.define("user", {\n> 8 |     name: DataTypes.STRNG,\n    |                     ^\n  9 |   })',
}

/** Fields for each kind. */
export const sampleFields: { readonly [Kind in EventKind]: EventFields[Kind] } = {
  'session-started': { version: '0.1.0', command: 'watch', root: '/home/doe/forge', pid: 4711 },
  'config-loaded': {
    project: 'forge',
    file: '/home/doe/forge/devdb.config.ts',
    throwaway: 'file:/home/doe/forge/.devdb/throwaway.db',
    dev: 'file:/home/doe/forge/dev.db',
    steps: ['create admin', 'scan repositories'],
  },
  'config-failed': { problem: { code: 'config-invalid', message: 'devdb.config.ts: 2 faults' } },
  'watching-changed': { files: 14 },
  'files-changed': { files: ['src/models/user.ts'], affects: ['build'] },
  'throwaway-found': { state: 'ready', builtAt: 1_000, tables: 12, ms: 84 },
  'build-started': { reason: 'src/models/user.ts', estimateMs: 90, steps: ['create admin', 'scan repositories'] },
  'schema-started': { estimateMs: 9 },
  'schema-built': { tables: 12, ms: 9 },
  'output-captured': { source: 'models', line: 'loaded' },
  'step-started': { step: 'create admin', estimateMs: 40 },
  'step-output': { step: 'create admin', line: 'admin doe' },
  'step-finished': { step: 'create admin', ms: 41, cached: false },
  'step-failed': {
    step: 'create admin',
    ms: 41,
    problem: { code: 'step-failed', message: 'create admin ended with 1' },
  },
  'step-skipped': { step: 'scan repositories' },
  'build-finished': { url: 'file:/home/doe/forge/.devdb/throwaway.db', tables: 12, ms: 84 },
  'build-failed': { problem: sampleProblem, ms: 20, stale: true },
  'build-cancelled': { ms: 12 },
  'models-compared': { changes: ['+ users.nickname  VARCHAR(255)'], accepted: 2, stale: [], ms: 14 },
  'models-compare-failed': {
    problem: { code: 'shadow-failed', message: 'the migrations cannot be replayed from an empty database' },
  },
  'draft-started': { message: 'users: add nickname' },
  'draft-prepared': {
    message: 'users: add nickname',
    changes: [{ line: '+ users.nickname  VARCHAR(255)', choice: 'drafted' }],
    hazards: ['3 values of users.nick are lost'],
    notes: [],
    question: { text: 'users.nick is gone: was it renamed?', options: ['renamed to users.nickname', 'no'] },
    file: null,
    text: null,
    keepsColumns: false,
  },
  'draft-chosen': { line: '+ users.nickname  VARCHAR(255)', choice: 'left' },
  'draft-written': { file: '/home/ann/forge/migrations/20261120-users-add-nickname.js' },
  'draft-finished': {
    file: '/home/ann/forge/migrations/20261120-users-add-nickname.js',
    proof: { up: 'ok', down: 'ok', redo: 'ok', rowsLost: [] },
    problem: null,
    accepted: 0,
  },
  'draft-failed': { problem: { code: 'shadow-failed', message: 'the migrations cannot be replayed' } },
  'draft-closed': {},
  'rehearsal-started': { migrations: ['20260301090000-users.js'] },
  'migration-rehearsed': {
    rehearsed: {
      name: '20260301090000-users.js',
      up: { result: 'ok', ms: 12, problem: null },
      down: { result: 'ok', ms: 8, problem: null },
      redo: { result: 'ok', ms: 11, problem: null },
      schemaRestored: true,
      leftovers: [],
      lost: [{ direction: 'down', table: 'users', column: 'nickname', rows: 42 }],
      lints: [{ code: 'drops-column', message: 'users.nick is dropped', statement: null }],
    },
  },
  'rehearsal-finished': { ms: 40 },
  'rehearsal-outdated': {},
  'rehearsal-waiting': { bytes: 300000000 },
  'rehearsal-failed': { problem: { code: 'dev-busy', message: 'dev.db stayed locked' } },
  'dev-touched': {
    by: 'models',
    snapshot: null,
    problem: { code: 'dev-touched', message: 'dev.db changed while the models were loaded' },
  },
  'board-read': {
    board: {
      url: 'file:/home/doe/forge/dev.db',
      exists: true,
      migrations: [
        { name: '20261118-users-email', state: 'applied', outOfOrder: false, edited: null, stored: false },
        { name: '20261120-cool-feature', state: 'pending', outOfOrder: false, edited: null, stored: false },
      ],
    },
  },
  'board-failed': { problem: { code: 'dev-unreadable', message: 'dev.db is no database' } },
  'snapshot-saved': {
    id: '20261120-120321-004',
    name: null,
    reason: 'before upgrade',
    bytes: 40_960,
  },
  'snapshot-deleted': { id: '20261120-120321-004', name: 'before the import' },
  'snapshot-failed': { problem: { code: 'snapshot-taken', message: 'there is a snapshot named "a" already' } },
  'undo-prepared': {
    change: '20261120-120321-004',
    what: 'upgrade head',
    at: 1_000,
    snapshot: '20261120-120321-004',
    since: { tables: [{ table: 'users', added: 2, changed: 1, removed: 0 }], isSchemaSame: true },
  },
  'undo-refused': { problem: { code: 'nothing-to-undo', message: 'devdb has not changed dev.db yet' } },
  'restore-started': {
    url: 'dev.db',
    snapshot: '20261120-120321-004',
    name: 'before the import',
    undo: null,
  },
  'restore-finished': {
    url: 'dev.db',
    snapshot: '20261120-120321-004',
    name: null,
    undo: 'upgrade head',
    saved: '20261120-120322-005',
    ms: 20,
  },
  'restore-failed': { undo: 'upgrade head', problem: { code: 'dev-busy', message: 'dev.db stayed locked' } },
  'change-started': { direction: 'upgrade', names: ['20261120-cool-feature'] },
  'migration-started': { migration: '20261120-cool-feature', direction: 'upgrade', estimateMs: 30 },
  'statement-run': { database: 'dev.db', sql: 'ALTER TABLE users ADD COLUMN cool BOOLEAN', ms: 3, error: null },
  'migration-finished': { migration: '20261120-cool-feature', direction: 'upgrade', ms: 12 },
  'migration-failed': {
    migration: '20261120-cool-feature',
    direction: 'upgrade',
    ms: 12,
    problem: { code: 'migration-failed', message: 'no such table: usrs' },
  },
  'change-retried': { attempt: 2, reason: 'an application wrote to dev.db meanwhile' },
  'change-finished': { direction: 'upgrade', names: ['20261120-cool-feature'], saved: '20261120-120321', ms: 14 },
  'change-failed': {
    direction: 'upgrade',
    names: ['20261120-cool-feature'],
    saved: null,
    problem: { code: 'migration-failed', message: 'no such table: usrs' },
  },
  'reset-started': { url: 'file:/home/doe/forge/dev.db' },
  'reset-finished': { url: 'file:/home/doe/forge/dev.db', names: ['20261118-users-email'], saved: null, ms: 20 },
  'reset-failed': { problem: { code: 'migration-failed', message: 'no such table: usrs' } },
  'lock-waited': { holder: 'devdb upgrade (4712)' },
  'problem-raised': { problem: { code: 'disk-full', message: 'no space left on device' } },
  'session-ended': { reason: 'stopped by SIGINT' },
}

/** One event of each kind, a second apart from noon in UTC on 20 November 2026. */
export const sampleEvents: readonly Event[] = Object.entries(sampleFields).map(
  ([kind, fields], index) => ({ v: 1, at: Date.UTC(2026, 10, 20, 12, 0, index), job: null, kind, ...fields }) as Event,
)
