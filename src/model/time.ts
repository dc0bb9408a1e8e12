/**
 * The only clock of the library. Fits XState's `clock` option.
 * Everything that waits or reads the time gets one of these.
 */
export interface Time {
  /** Wall clock, milliseconds since 1970. Somebody may set it, forward and back. */
  now(): number
  /** Milliseconds since some moment, for bounds and durations: nobody sets it, and it never goes back. */
  elapsed(): number
  /** Calls `callback` once, `delayMs` milliseconds from now. */
  setTimeout(callback: () => void, delayMs: number): unknown
  /** Forgets a timer made by {@link Time.setTimeout}. An unknown handle is ignored. */
  clearTimeout(handle: unknown): void
}
