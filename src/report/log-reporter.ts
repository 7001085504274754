/** What does `.devdb/devdb.log` hold? Every event as one line of NDJSON, written by pino. */
import { pino } from 'pino'
import { describeEvent } from '../event/describe-event.ts'
import type { Event } from '../event/event.ts'
import { rowLines } from '../event/row-loss.ts'
import type { Reader } from '../event/store.ts'
import { openLogFile } from './log-file.ts'
import { safeJson } from './plain-line.ts'

/** How much is logged. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** Where the log is, and how much of it. */
export interface LogReporterOptions {
  /** Absolute path; the folder is made. */
  readonly file: string
  /** @default 'info', which holds each SQL statement with its duration */
  readonly level?: LogLevel
  /** Size in bytes at which the file becomes `FILE.1` and a new one is begun. @default 5 MB */
  readonly maxBytes?: number
}

/** The reader that writes the log, and its end. */
export interface LogReporter {
  readonly reader: Reader
  close(): Promise<void>
}

/** Opens the log. Each line is on disk when the reader returns, so that nothing is lost when the daemon is killed. */
export function createLogReporter({
  file,
  level = 'info',
  maxBytes = 5 * 1024 * 1024,
}: LogReporterOptions): LogReporter {
  const logFile = openLogFile(file, maxBytes)
  const formatters = { level: (label: string) => ({ level: label }) }
  const logger = pino(
    { level, base: null, timestamp: false, formatters },
    { write: (line: string) => logFile.write(safeJson(line)) },
  )
  return {
    reader: (event) =>
      logger[levelOf(event)](
        { time: new Date(event.at).toISOString(), ...event },
        [describeEvent(event), ...rowLines(event)].join('; '),
      ),
    close: async () => logFile.close(),
  }
}

/**
 * How loud an event is.
 * @param event any event
 */
export function levelOf(event: Event): LogLevel {
  switch (event.kind) {
    case 'dev-touched':
      return event.isCertain ? 'error' : 'warn'
    case 'warning-raised':
    case 'leftovers-moved':
    case 'change-settled':
    case 'change-retried':
      return 'warn'
    case 'step-output':
    case 'output-captured':
      return 'debug'
    case 'statement-run':
      return event.error === null ? 'info' : 'error'
    default:
      return 'problem' in event && event.problem !== null ? 'error' : 'info'
  }
}
