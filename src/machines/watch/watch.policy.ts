import {doubledMs} from '../../model/backoff.ts'

/** How often the server is asked whether a session has a newer revision. All durations are milliseconds. */
export type WatchPolicy = {
  /** While the window is seen and the server tells nothing by itself. */
  readonly pollMs: number
  /** While the server tells of new revisions by itself: in case one of its hints got lost. */
  readonly livePollMs: number
  /** The longest wait while the server does not answer. */
  readonly maxPollMs: number
}

export const defaultWatch: WatchPolicy = {pollMs: 10_000, livePollMs: 60_000, maxPollMs: 120_000}

/** The wait until the server is asked again: doubled with each failure, never shorter than what it asked for. */
export function pollMs(
  policy: WatchPolicy,
  facts: {readonly isLive: boolean; readonly failures: number; readonly retryAfterMs: number},
): number {
  const usual = facts.isLive ? policy.livePollMs : policy.pollMs
  const waitMs = facts.failures === 0 ? usual : doubledMs(policy.pollMs, facts.failures, policy.maxPollMs)
  return Math.max(facts.retryAfterMs, waitMs)
}
