import {doubledMs} from '../../model/backoff.ts'
import type {WorkspaceId} from '../../model/ids.ts'

/** A workspace that would not go, and until when it is left alone. */
export type Attempt = {
  readonly id: WorkspaceId
  /** How often in a row. */
  readonly failures: number
  /** Milliseconds since 1970. */
  readonly retryAtMs: number
}

/** How long a workspace that would not go is left alone; doubles with each failure. */
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000
/** So many failures in a row, and evictions are called degraded. */
export const DEGRADED_AFTER = 3
/** How long degraded evictions rest before one is tried again; doubles each time. */
const FIRST_PROBE_MS = 5_000
const LONGEST_PROBE_MS = 60_000

/** The attempts with one more failure of `id` at `nowMs`. */
export function withFailure(attempts: readonly Attempt[], id: WorkspaceId, nowMs: number): readonly Attempt[] {
  const failures = (attempts.find((attempt) => attempt.id === id)?.failures ?? 0) + 1
  const waitMs = doubledMs(FIRST_RETRY_MS, failures - 1, LONGEST_RETRY_MS)
  return [...attempts.filter((attempt) => attempt.id !== id), {id, failures, retryAtMs: nowMs + waitMs}]
}

/** The attempts that still say something at `nowMs`: of workspaces in memory, failed not too long ago. */
export function remembered(
  attempts: readonly Attempt[],
  resident: readonly {readonly id: WorkspaceId}[],
  nowMs: number,
): readonly Attempt[] {
  const ids = new Set(resident.map(({id}) => id))
  return attempts.filter(({id, retryAtMs}) => ids.has(id) && nowMs < retryAtMs + LONGEST_RETRY_MS)
}

/** Those that are left alone at `nowMs`. */
export function refusedAt(attempts: readonly Attempt[], nowMs: number): readonly WorkspaceId[] {
  return attempts.filter(({retryAtMs}) => nowMs < retryAtMs).map(({id}) => id)
}

/** How long until the first of those that are left alone may be asked again; undefined when there is none. */
export function nextRetryMs(attempts: readonly Attempt[], nowMs: number): number | undefined {
  const waits = attempts.map(({retryAtMs}) => retryAtMs - nowMs).filter((waitMs) => waitMs > 0)
  return waits.length === 0 ? undefined : Math.min(...waits)
}

/** How long degraded evictions rest after `failures` in a row. */
export function probeDelayMs(failures: number): number {
  return doubledMs(FIRST_PROBE_MS, failures - DEGRADED_AFTER, LONGEST_PROBE_MS)
}
