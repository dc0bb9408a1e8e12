import {median, quantile} from './statistics.ts'

/** One line of the result: what one contender needs for one kind of work. */
export type Row = {
  readonly measure: string
  readonly contender: string
  readonly unit: 'µs' | 'ms' | 'bytes' | 'transactions' | '%' | 'tasks' | 'MB' | 'KB' | '×'
  readonly median: number
  /** A tenth of the samples lie below, a tenth above. */
  readonly p10: number
  readonly p90: number
  readonly samples: number
  /** The median as a multiple of the limit's, in the same run. Undefined for what has no limit, and for the limit itself. */
  readonly ratio: number | undefined
  readonly goal: Goal | undefined
}

/** What it should stay under: as a multiple of the limit, or in units of the row. */
export type Goal = {readonly ratio: number} | {readonly atMost: number}

/** The rows of one kind of work, every contender against the `limit`. */
export function rowsOf(work: {
  readonly measure: string
  readonly unit: Row['unit']
  readonly samples: Readonly<Partial<Record<string, readonly number[]>>>
  readonly limit?: string
  readonly goals?: Readonly<Record<string, Goal>>
}): readonly Row[] {
  const {measure, unit, samples, limit, goals = {}} = work
  const limitSamples = limit === undefined ? undefined : samples[limit]
  return Object.entries(samples).map(([contender, numbers = []]) => ({
    measure,
    contender,
    unit,
    median: median(numbers),
    p10: quantile(numbers, 0.1),
    p90: quantile(numbers, 0.9),
    samples: numbers.length,
    ratio: limitSamples === undefined || contender === limit ? undefined : median(numbers) / median(limitSamples),
    goal: goals[contender],
  }))
}

/** Whether a row keeps its goal; undefined when it has none. */
export function keepsGoal({goal, ratio, median: value}: Row): boolean | undefined {
  if (goal === undefined) {
    return undefined
  }
  return 'ratio' in goal ? ratio !== undefined && ratio <= goal.ratio : value <= goal.atMost
}
