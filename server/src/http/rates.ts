import type {Clock} from '../clock.ts'

/** Buckets of more people than this are forgotten, the oldest first. */
const MOST_BUCKETS = 10_000

export type RateLimit = {
  /** How many may come at once. */
  readonly burst: number
  readonly perMinute: number
}

export interface RateLimiter {
  /** Whether somebody has used up what they have, as seconds to wait; 0 when they may go on. */
  waitSeconds(key: string): number
  take(key: string, cost?: number): void
}

/** A token bucket per key. */
export function createRateLimiter({clock, limit: {burst, perMinute}}: {clock: Clock; limit: RateLimit}): RateLimiter {
  const buckets = new Map<string, {tokens: number; at: number}>()
  const perMs = perMinute / 60_000

  const bucketOf = (key: string) => {
    const now = clock.elapsedMs()
    const known = buckets.get(key)
    const bucket = known ?? {tokens: burst, at: now}
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * perMs)
    bucket.at = now
    // Moves it behind all others: the map is in the order of use.
    buckets.delete(key)
    buckets.set(key, bucket)
    const oldest = buckets.keys().next().value
    if (buckets.size > MOST_BUCKETS && oldest !== undefined) {
      buckets.delete(oldest)
    }
    return bucket
  }

  return {
    waitSeconds: (key) => {
      const {tokens} = bucketOf(key)
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perMs / 1_000)
    },
    take: (key, cost = 1) => {
      bucketOf(key).tokens -= cost
    },
  }
}
