import type {ErrorReport} from './errors.ts'
import type {FlushReport, TargetKind} from './save.ts'

/**
 * Why something is not durable.
 *
 * - `noAnswer`: storage has not answered; it may have landed all the same
 * - `failed`: storage refused it, `error` says why
 * - `conflict`: another tab stored something else, and a person has to choose
 * - `setAside`: a part of it cannot be saved as it is
 * - `notLoaded`: its edits wait for a load
 * - `memoryOnly`: there is no storage
 */
export type LateReason = 'noAnswer' | 'failed' | 'conflict' | 'setAside' | 'notLoaded' | 'memoryOnly'

/** One thing whose newest version exists only in memory. */
export type LateTarget = {
  readonly targetKind: Extract<TargetKind, 'workspace' | 'setting'>
  readonly target: string
  readonly reason: LateReason
  /** When its first unsaved edit was made, milliseconds since 1970. */
  readonly since: number | undefined
  readonly error: ErrorReport | undefined
}

/**
 * What a shutdown achieved.
 *
 * - `closed`: ended. `late` is what was given up, empty unless somebody wanted to close anyway
 * - `late`: the bound is over; nothing is accepted, nothing is closed. Try again, cancel, or close anyway
 * - `cancelled`: everything is accepted again
 */
export type ShutdownReport = FlushReport & {
  readonly status: 'closed' | 'late' | 'cancelled'
  /** Everything that is not durable, by name. */
  readonly late: readonly LateTarget[]
  readonly durationMs: number
}

/** How far a shutdown is. A new object only when something in it changed. */
export type ShutdownSnapshot = {
  readonly phase: 'open' | 'draining' | 'late' | 'closing' | 'closed'
  /** It takes longer than a moment: people should see it. */
  readonly isSlow: boolean
  /** Workspaces to be made durable, and how many of them are. */
  readonly total: number
  readonly durable: number
  /** What was late at the end of the last try. */
  readonly late: readonly LateTarget[]
  readonly attempts: number
}

export type ShutdownOptions = {
  /** @defaultValue 3,000 */
  readonly timeoutMs?: number
}
