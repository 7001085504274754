import fs from 'node:fs'
import { test } from 'vitest'
import { Screen } from '../../src/ui/screen.tsx'
import { initialView } from '../../src/ui/view-state.ts'
import { renderFrame } from './render-frame.tsx'
import * as s from './sessions.ts'

test('preview', () => {
  const missing = [
    { name: '20261101-tags', state: 'missing', outOfOrder: false },
    ...s.migrations.slice(0, 2),
    { name: '20261115-late-comer', state: 'pending', outOfOrder: true },
    ...s.migrations.slice(2),
  ] as const
  const cases = {
    start: [s.stateAfter(), {}],
    ready: [s.stateAfter(s.begun, s.built, s.boardRead(s.migrations)), {}],
    building: [s.stateAfter(s.begun, s.building, s.boardRead(s.migrations)), {}],
    failed: [s.stateAfter(s.begun, s.buildFailed(false), s.boardRead(s.migrations)), {}],
    stale: [s.stateAfter(s.begun, s.built, s.buildFailed(true), s.boardRead(s.migrations)), {}],
    absent: [
      s.stateAfter(
        s.begun,
        s.built,
        s.boardRead(
          s.migrations.map((m) => ({ ...m, state: 'pending' as const })),
          false,
        ),
      ),
      {},
    ],
    running: [s.stateAfter(s.begun, s.built, s.boardRead(s.migrations), s.upgrading), { isQuitting: true }],
    missing: [s.stateAfter(s.begun, s.built, s.boardRead(missing)), {}],
    confirm: [
      s.stateAfter(s.begun, s.built, s.boardRead(missing)),
      { confirmation: { target: '20261101-tags', names: ['20261118-users-email', '20261112-create-users'] } },
    ],
    help: [s.stateAfter(s.begun, s.built, s.boardRead(missing)), { open: 'help' }],
    log: [s.stateAfter(s.begun, s.built, s.buildFailed(true), s.boardRead(missing)), { open: 'log' }],
    config: [
      s.stateAfter((emit) => {
        emit('session-started', { version: '0.1.0', command: 'watch', root: '/home/doe/forge', pid: 1 })
        emit('config-failed', {
          problem: {
            code: 'config-invalid',
            message: 'devdb.config.ts has 2 faults',
            file: '/home/doe/forge/devdb.config.ts',
            details: [
              'models: expected a string or a list of strings, got a number',
              'steps[1].run: missing; give run, module or sql',
            ],
            hint: 'mend the file; devdb reads it again when it is saved',
          },
        })
      }),
      {},
    ],
    changeFailed: [
      s.stateAfter(s.begun, s.built, s.boardRead(s.migrations), s.upgrading, (emit) => {
        emit('dev-touched', {
          by: 'models',
          snapshot: null,
          problem: {
            code: 'dev-touched',
            message: 'dev.db changed while the step scan repositories ran',
            hint: 'point the step at DATABASE_URL',
          },
        })
        emit('change-failed', {
          direction: 'upgrade',
          names: [],
          saved: null,
          problem: {
            code: 'migration-failed',
            message: 'Migration 20261121-audit-log: SQLITE_ERROR: no such table: usrs',
            migration: '20261121-audit-log',
            file: '/home/doe/forge/migrations/20261121-audit-log.js',
            line: 7,
            statement: 'ALTER TABLE usrs ADD COLUMN a',
            hint: 'mend the migration, then press u; the dev database is as it was',
          },
        })
      }),
      {},
    ],
  } as const
  const out = []
  for (const [name, [state, view]] of Object.entries(cases))
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 40, rows: 20 },
    ])
      out.push(
        `=== ${name} ${size.columns}` +
          renderFrame(
            <Screen
              state={state}
              view={{ ...initialView, ...view }}
              now={s.noon + 1234}
              columns={size.columns}
              rows={size.rows - 1}
            />,
            size,
          )
            .split('\n')
            .map((l) => l.padEnd(size.columns) + '▏')
            .join('\n'),
      )
  fs.writeFileSync('/tmp/frames.txt', out.join('\n'))
})
