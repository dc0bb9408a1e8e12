/** How politely tabs share a workspace. All durations are milliseconds. */
export type LeasePolicy = {
  /** How long a tab that begins to edit waits for the one that edited before. Then it takes over. */
  readonly askWaitMs: number
  /** How long taking over may take. Then it is edited without a lock, under compare-and-set alone. */
  readonly stealWaitMs: number
  /** How long handing over may wait for a last save. */
  readonly handOverMs: number
  /** Without an edit for so long, the workspace is nobody's again. */
  readonly idleMs: number
  /** Without a word from the tab that edits for so long, it is asked whether it is still there. */
  readonly doubtMs: number
  /** How long it may take to answer that. */
  readonly answerMs: number
}

export const defaultLease: LeasePolicy = {
  askWaitMs: 300,
  stealWaitMs: 1_000,
  handOverMs: 250,
  idleMs: 30_000,
  doubtMs: 10_000,
  answerMs: 1_000,
}
