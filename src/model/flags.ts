/** What can be switched at run time, for careful roll-outs. With everything off: plain LRU under a fixed cap. */
export type FeatureFlags = {
  /**
   * Workspaces save themselves. Switched off, everything is saved once more and then only explicit saves are made; what
   * is unsaved stays in memory. @defaultValue true
   */
  readonly liveState: boolean
  /** Who is evicted is decided by tiers and scores; off: whoever was seen longest ago. @defaultValue true */
  readonly smartEviction: boolean
  /** Memory is measured, and workspaces leave before the browser struggles. @defaultValue false */
  readonly memoryAwareEviction: boolean
}

export const defaultFlags: FeatureFlags = {liveState: true, smartEviction: true, memoryAwareEviction: false}
