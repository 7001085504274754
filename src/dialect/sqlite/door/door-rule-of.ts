/** What the door of SQLite does for two databases. */
import type { Target } from '../../../database/target.ts'
import type { DoorRule } from '../../../door/door-rule.ts'
import { fileOf } from '../sqlite-target.ts'

/**
 * The rule for dev.
 * @param dev the dev database
 * @param job what is opened in its place; null for dev itself, but for reading alone
 */
export const doorRule = (dev: Target, job: Target | null): DoorRule => ({
  dialect: 'sqlite',
  dev: fileOf(dev),
  job: job === null ? null : fileOf(job),
})
