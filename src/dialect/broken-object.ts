/** Triggers, views and full-text indexes that do not work, for what they stand on is gone. */
import type { Target } from '../database/target.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'

/** Something that stands on tables which it no longer finds. */
export interface BrokenObject {
  /** `index`: the index of a full-text table, which no longer fits the table that it indexes. */
  readonly type: 'trigger' | 'view' | 'index'
  readonly name: string
  /** The table or view of a trigger, and the table that is indexed; else the name. */
  readonly table: string
  /** What the database says. */
  readonly reason: string
}

/** Those of one list that are not in another. */
export const newlyBroken = (now: readonly BrokenObject[], before: readonly BrokenObject[]): readonly BrokenObject[] =>
  now.filter(({ type, name }) => !before.some((one) => one.type === type && one.name === name))

/** Which it is, as in `trigger log_users of users`. */
export const describeObject = ({ type, name, table }: Omit<BrokenObject, 'reason'>): string =>
  type === 'trigger' ? `trigger ${name} of ${table}` : type === 'view' ? `view ${name}` : `full-text index ${name}`

/** What changes would break, and what stops them because it is broken already. */
export interface Breakage {
  readonly broken: readonly BrokenObject[]
  readonly blocking: readonly BrokenObject[]
}

/** A trigger, a view or an index that an error blames. */
export interface BlamedObject {
  readonly type: 'trigger' | 'view' | 'index'
  readonly name: string
  readonly reason: string
  /** Whether it did not work before either. */
  readonly isBefore: boolean
}

/** How a dialect finds what does not work. */
export interface FindsBroken {
  /**
   * What changes would break, and what stops them because it is broken already.
   * @param dev what dev has, which may be more than the migrations made; null where there is no dev
   */
  foreseeBroken(from: Schema, changes: readonly Change[], dev: Schema | null): Promise<Breakage>
  /** Which triggers and views of a scratch database do not work, and which full-text indexes of some tables do not fit them. */
  findBroken(scratch: Target, indexed: ReadonlySet<string>): Promise<readonly BrokenObject[]>
  /** The trigger, view or index that an error's message blames; null where it blames none. */
  blamedObject(message: string): BlamedObject | null
}
