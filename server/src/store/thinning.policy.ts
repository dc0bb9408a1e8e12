const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How a history is thinned by age. */
export type ThinningPolicy = {
  /** The newest so many are always kept. */
  readonly newest: number
  /** Of the others: up to which age one version is kept of each time span. */
  readonly rules: readonly {readonly untilAgeMs: number; readonly onePerMs: number}[]
}

const defaultThinning: ThinningPolicy = {
  newest: 100,
  rules: [
    {untilAgeMs: hourMs, onePerMs: 5 * minuteMs},
    {untilAgeMs: dayMs, onePerMs: hourMs},
    {untilAgeMs: 30 * dayMs, onePerMs: dayMs},
    {untilAgeMs: Number.POSITIVE_INFINITY, onePerMs: 30 * dayMs},
  ],
}

/** Histories are thinned with every so many revisions. */
export const THINNED_EVERY = 16

/**
 * The revisions a history can do without. Of each time span the newest version stays.
 *
 * @param versions - newest first
 */
export function revisionsToDrop(
  versions: readonly {readonly revision: number; readonly createdAt: number}[],
  now: number,
  {newest, rules}: ThinningPolicy = defaultThinning,
): readonly number[] {
  const seen = new Set<string>()
  return versions.flatMap(({revision, createdAt}, index) => {
    const onePerMs = rules.find(({untilAgeMs}) => now - createdAt < untilAgeMs)?.onePerMs ?? 1
    const span = `${onePerMs}/${Math.floor(createdAt / onePerMs)}`
    const isNewestOfSpan = !seen.has(span)
    seen.add(span)
    return index < newest || isNewestOfSpan ? [] : [revision]
  })
}
