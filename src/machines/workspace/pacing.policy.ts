/** When a dirty workspace is saved. All durations are milliseconds. */
export type PacingPolicy = {
  /** Quiet time after an edit before it is saved. */
  readonly debounceMs: number
  /** A save begins at the latest this long after the first unsaved edit, however steadily edits come. */
  readonly maxWaitMs: number
  /** Work that exists only in memory is never older than this while saves succeed: waiting and saving together. */
  readonly atRiskMs: number
  /** The quiet time grows to this many times the measured cost of a save. */
  readonly costFactor: number
  /** Loading that takes longer than this is called slow. */
  readonly slowLoadMs: number
}

export const defaultPacing: PacingPolicy = {
  debounceMs: 300,
  maxWaitMs: 1_000,
  atRiskMs: 1_200,
  costFactor: 10,
  slowLoadMs: 1_000,
}

/** Weight of the newest measurement in the running mean of the cost of a save. */
const COST_WEIGHT = 0.3

/** Longest wait from the first unsaved edit to the start of its save: dear saves begin earlier, so that they end in time. */
export function maxWaitMs(policy: PacingPolicy, saveCostMs: number): number {
  return Math.max(policy.debounceMs, Math.min(policy.maxWaitMs, policy.atRiskMs - saveCostMs))
}

/** Quiet time after an edit: longer where saves are dear, never longer than the longest wait. */
export function debounceMs(policy: PacingPolicy, saveCostMs: number): number {
  return Math.min(maxWaitMs(policy, saveCostMs), Math.max(policy.debounceMs, saveCostMs * policy.costFactor))
}

/** At most this part of the quiet time may be missing at its end: edits that come so soon one after the other are one. */
const SAME_EDIT_PART = 1 / 6

/**
 * Whether an edit, made at `atMs` while a save is waited for anyway, changes nothing: another one is known of that was made
 * a moment before, at `clockMs`. The save takes both along.
 */
export function isSameEdit(policy: PacingPolicy, facts: {readonly clockMs: number; readonly atMs: number}): boolean {
  const passedMs = facts.atMs - facts.clockMs
  return passedMs >= 0 && passedMs < policy.debounceMs * SAME_EDIT_PART
}

/**
 * What is missing to a quiet moment when the wait for one ends at `quietUntilMs` and the newest edit was made at
 * `clockMs`; 0 when it was quiet. Never longer than one quiet time, whatever the clock did.
 */
export function stillNoisyMs(
  policy: PacingPolicy,
  facts: {readonly clockMs: number; readonly quietUntilMs: number; readonly saveCostMs: number},
): number {
  const quietMs = debounceMs(policy, facts.saveCostMs)
  return Math.min(quietMs, Math.max(0, facts.clockMs + quietMs - facts.quietUntilMs))
}

/** What is left of the longest wait at `clockMs` when the first unsaved edit was made at `dirtySinceMs`. */
export function remainingWaitMs(
  policy: PacingPolicy,
  facts: {readonly dirtySinceMs: number | undefined; readonly clockMs: number; readonly saveCostMs: number},
): number {
  const waitMs = maxWaitMs(policy, facts.saveCostMs)
  const waitedMs = facts.clockMs - (facts.dirtySinceMs ?? facts.clockMs)
  return Math.min(waitMs, Math.max(0, waitMs - waitedMs))
}

/** Running mean of the cost of a save, moved by one measurement. */
export function nextSaveCostMs(saveCostMs: number, measuredMs: number): number {
  return saveCostMs + (measuredMs - saveCostMs) * COST_WEIGHT
}
