/** The only clock of the server. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number
  /** Milliseconds since some moment, never going back. */
  elapsedMs(): number
  /** Calls `callback` once after `delayMs`. @returns what cancels it */
  after(delayMs: number, callback: () => void): () => void
}
