/** The two tabs. */
export const sides = ['left', 'right'] as const
export type Side = (typeof sides)[number]

/** What a component holds: how often each tab has counted, and how often both have. */
export type Counters = Readonly<Record<Side | 'sum', number>>
export const noCounters: Counters = {sum: 0, left: 0, right: 0}

/** What a tab is told when it is opened. */
export type TabWork = {
  readonly side: Side
  readonly seed: string
  /** Write without comparing, to see that lost updates are found out. */
  readonly isBlind: boolean
}

/** One stretch of work. */
export type TabStep = {readonly updates: number; readonly round: number}

/** What a tab says after one stretch. */
export type TabReport = {
  /** Updates of the component that both count in, and of the tab's own. */
  readonly acknowledged: {readonly shared: number; readonly own: number}
  readonly saves: number
  /** Updates that lost against the other tab and were made again. */
  readonly redone: number
  /** Saves after which another tab edited. */
  readonly overtakings: number
  readonly trouble: readonly string[]
}
