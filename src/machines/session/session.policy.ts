import {doubledMs, withJitter} from '../../model/backoff.ts'
import {KeepspaceError} from '../../model/errors.ts'

/** How a failing server is tried again. All durations are milliseconds. */
export type SessionRetryPolicy = {
  readonly firstBackoffMs: number
  readonly maxBackoffMs: number
}

export const defaultSessionRetry: SessionRetryPolicy = {firstBackoffMs: 1_000, maxBackoffMs: 60_000}

/** What a failed request means for a session. */
export type Verdict = 'conflict' | 'gone' | 'unauthorized' | 'later' | 'never'

/** Judges a failed request by its code alone. */
export function verdictOf(error: unknown): Verdict {
  switch (KeepspaceError.from(error, 'server.offline').code) {
    case 'revision.conflict':
      return 'conflict'
    case 'session.gone':
      return 'gone'
    case 'server.unauthorized':
    case 'server.otherUser':
      return 'unauthorized'
    case 'server.offline':
    case 'server.busy':
    case 'storage.unavailable':
    case 'storage.timeout':
    case 'storage.lost':
      return 'later'
    default:
      return 'never'
  }
}

/**
 * The wait before the next try: doubled with each failure and spread by `jitter` (0 up to 1) over its upper half, never
 * shorter than what the server asked for.
 */
export function retryMs(
  policy: SessionRetryPolicy,
  facts: {readonly attempts: number; readonly retryAfterMs: number; readonly jitter: number},
): number {
  const fullMs = doubledMs(policy.firstBackoffMs, facts.attempts - 1, policy.maxBackoffMs)
  return Math.max(facts.retryAfterMs, withJitter(fullMs, facts.jitter))
}

/** The wait that came with a refusal; 0 when none did. */
export function retryAfterMsOf(error: unknown): number {
  return error instanceof KeepspaceError ? (error.retryAfterMs ?? 0) : 0
}
