/** When the background sweep runs and whom it saves. All durations are milliseconds. */
export type AutosavePolicy = {
  /** From the end of one sweep to the beginning of the next. */
  readonly sweepMs: number
  /** What has been unsaved for this long is saved by the sweep. */
  readonly dirtyMs: number
}

export const defaultAutosave: AutosavePolicy = {sweepMs: 30_000, dirtyMs: 10_000}

/** What decides whether the sweep takes a workspace on. */
export type SweepFacts = {
  readonly isVisible: boolean
  /** Since when it holds something unsaved; undefined when it does not. */
  readonly dirtySinceMs: number | undefined
  /** A save of it is under way. */
  readonly isSaving: boolean
  /** Nothing may be written until a person chooses. */
  readonly waitsForPerson: boolean
}

/** Whether a workspace is one the sweep has to save at `nowMs`. A clock that was set back makes nobody wait for ever. */
export function isOverdue(policy: AutosavePolicy, facts: SweepFacts, nowMs: number): boolean {
  if (facts.isVisible || facts.isSaving || facts.waitsForPerson || facts.dirtySinceMs === undefined) {
    return false
  }
  const ageMs = nowMs - facts.dirtySinceMs
  return ageMs >= policy.dirtyMs || ageMs < 0
}

/** How long to wait for a sweep due at `dueAtMs`: never longer than one interval, whatever was done to the clock. */
export function waitForSweepMs(policy: AutosavePolicy, dueAtMs: number, nowMs: number): number {
  return Math.min(policy.sweepMs, Math.max(0, dueAtMs - nowMs))
}
