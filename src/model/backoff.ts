/** More doublings than any wait needs; a number that is still finite. */
const MOST_DOUBLINGS = 1_000

/** A wait that doubles each time: `firstMs` for `times` up to 0, then twice that, … never longer than `longestMs`. */
export function doubledMs(firstMs: number, times: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(0, times), MOST_DOUBLINGS))
}

/** Part of a wait that is left to chance. */
const JITTER_SHARE = 0.5

/** A wait shortened by chance, so that those who failed together do not come back together. `fraction` is 0 to 1. */
export function withJitter(waitMs: number, fraction: number): number {
  return waitMs * (1 - JITTER_SHARE * (1 - fraction))
}
