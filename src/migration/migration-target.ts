/** Which migrations a command line means: `head`, `+2`, `-1`, `base` or a name. */
import { DevdbError } from '../error.ts'
import type { MigrationStatus } from '../event/event.ts'
import { bareName, orderOf } from './migration-folder.ts'

/**
 * What an upgrade applies, in order.
 * @param migrations the board
 * @param target `head`, `+N`, or a name (or a unique part of one), which is included
 * @param order that of the migrations
 * @throws DevdbError `target-unknown`, `target-ambiguous`, `usage`
 */
export function migrationsToApply(
  migrations: readonly MigrationStatus[],
  target: string,
  order = orderOf('name'),
): readonly string[] {
  const pending = migrations.filter(({ state }) => state === 'pending').map(({ name }) => name)
  if (target === 'head') return pending
  const count = countOf(target, '+')
  if (count !== null) return pending.slice(0, count)
  const { name } = find(migrations, target, '+')
  const index = pending.indexOf(name)
  if (index >= 0) return pending.slice(0, index + 1)
  return pending.filter((candidate) => order(candidate, name) <= 0)
}

/**
 * What a downgrade reverts, in order: the reverse of the order of application.
 * @param migrations the board
 * @param target `base`, `-N`, or a name (or a unique part of one), which stays applied
 * @throws DevdbError `migration-missing` when one of them has no file; `target-unknown`, `target-ambiguous`, `usage`
 */
export function migrationsToRevert(migrations: readonly MigrationStatus[], target: string): readonly string[] {
  const applied = migrations.filter(({ state }) => state !== 'pending').reverse()
  const reverted = applied.slice(0, revertedCount(migrations, applied, target))
  const missing = reverted.find(({ state }) => state === 'missing')
  if (missing !== undefined) {
    throw new DevdbError(
      'migration-missing',
      `applied migration ${missing.name} has no file, so it cannot be reverted; nothing was changed`,
      {
        migration: missing.name,
        hint: 'bring its file back (git switch to the branch that has it), then repeat',
      },
    )
  }
  return reverted.map(({ name }) => name)
}

function revertedCount(
  migrations: readonly MigrationStatus[],
  applied: readonly MigrationStatus[],
  target: string,
): number {
  if (target === 'base') return applied.length
  const count = countOf(target, '-')
  if (count !== null) return count
  const { name, state } = find(migrations, target, '-')
  if (state === 'pending') {
    throw new DevdbError('target-unknown', `${name} is not applied, so nothing can be downgraded to it`, {
      hint: 'devdb status',
    })
  }
  return applied.findIndex((migration) => migration.name === name)
}

/** `+2` or `-1` as a number; null for anything else. */
function countOf(target: string, sign: '+' | '-'): number | null {
  if (!/^[+-]?\d+$/.test(target)) return null
  const isSigned = target.startsWith(sign)
  // A date is the beginning of a name, not a count.
  if (!isSigned && /^\d{4,}$/.test(target)) return null
  const count = Number(target.replace(/^[+-]/, ''))
  if (!isSigned || count === 0) {
    throw noTarget(target, sign)
  }
  return count
}

const noTarget = (target: string, sign: '+' | '-'): DevdbError =>
  new DevdbError('usage', `"${target}" is no target here`, {
    hint: sign === '+' ? 'devdb upgrade +1' : 'devdb downgrade -1',
  })

function find(migrations: readonly MigrationStatus[], part: string, sign: '+' | '-'): MigrationStatus {
  const wanted = bareName(part)
  const exact = migrations.find(({ name }) => bareName(name) === wanted)
  if (exact !== undefined) return exact
  const similar = part === '' ? [] : migrations.filter(({ name }) => name.includes(part))
  const [only] = similar
  // Who begins with a sign means a count.
  if (only === undefined && /^[+-]/.test(part)) throw noTarget(part, sign)
  if (only === undefined)
    throw new DevdbError('target-unknown', `no migration is named "${part}"`, { hint: 'devdb status' })
  if (similar.length > 1) {
    throw new DevdbError('target-ambiguous', `"${part}" is part of ${similar.length} names`, {
      hint: 'give more of the name: devdb status',
      details: similar.map(({ name }) => name),
    })
  }
  return only
}
