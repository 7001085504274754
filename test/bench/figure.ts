/** What a case came to: medians, and the median of the ratios of its pairs. Pure. */
import type { GroupName } from './bench-setting.ts'

/** Which way round a ratio is told. `faster`: yardstick by devdb; `within`: devdb by yardstick. */
export type RatioKind = 'faster' | 'within'

/**
 * What a case is to reach. `faster`: the yardstick takes at least so many times as long; `within`: devdb is at most so many times the
 * yardstick; `below`: devdb is at most so much, in the unit of the case.
 */
export interface Goal {
  readonly kind: RatioKind | 'below'
  readonly factor: number
}

/** One measurement of devdb and of its yardstick, right after each other. The same unit; the yardstick null where there is none. */
export interface Pair {
  readonly devdb: number
  readonly yardstick: number | null
}

/** What was measured. */
export interface Case {
  readonly group: GroupName
  readonly name: string
  readonly yardstick: string | null
  readonly goal: Goal | null
  /** @default 'ms' */
  readonly unit?: string
}

/** Of many values of one kind. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  /** In the order in which they were measured. */
  readonly all: readonly number[]
}

/** One line of the table. */
export interface Figure {
  readonly group: GroupName
  readonly case: string
  readonly yardstick: string | null
  readonly unit: string
  readonly runs: number
  readonly devdb: Spread
  readonly compared: Spread | null
  /** Of each pair by itself, so that what slows the machine down slows both. */
  readonly ratio: (Spread & { readonly kind: RatioKind }) | null
  readonly goal: Goal | null
  readonly reached: boolean | null
}

/** Works a case out. */
export function figureOf({ group, name, yardstick, goal, unit = 'ms' }: Case, pairs: readonly Pair[]): Figure {
  const kind: RatioKind = goal?.kind === 'faster' ? 'faster' : 'within'
  const compared = pairs.flatMap((pair) => (pair.yardstick === null ? [] : [pair.yardstick]))
  const ratios = pairs.flatMap((pair) => {
    if (pair.yardstick === null) return []
    return [kind === 'faster' ? pair.yardstick / pair.devdb : pair.devdb / pair.yardstick]
  })
  const devdb = spreadOf(pairs.map((pair) => pair.devdb))
  const ratio = ratios.length === 0 ? null : { ...spreadOf(ratios), kind }
  return {
    group,
    case: name,
    yardstick,
    unit,
    runs: pairs.length,
    devdb,
    compared: compared.length === 0 ? null : spreadOf(compared),
    ratio,
    goal,
    reached: goal === null ? null : isReached(goal, goal.kind === 'below' ? devdb.median : ratio!.median),
  }
}

const isReached = ({ kind, factor }: Goal, value: number): boolean =>
  kind === 'faster' ? value >= factor : value <= factor

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  return { median: round(median), min: round(sorted[0]!), max: round(sorted.at(-1)!), all: values.map(round) }
}

const round = (value: number): number => Math.round(value * 100) / 100
