/** Runs work when nobody waits for anything else. Each piece is short, and asks again for the next one. */
export interface Idle {
  /** Calls `work` once, when there is time; in a page that nobody sees too. The answer takes the wish back. */
  request(work: () => void): () => void
}
