/**
 * How a lock is asked for.
 *
 * - `free`: only if nobody has it and nobody waits for it
 * - `wait`: when all who asked before gave it back
 * - `steal`: at once; whoever has it loses it
 */
export type LockMode = 'free' | 'wait' | 'steal'

/** A lock that this tab holds, until it is released, stolen, or the tab ends. */
export type TabLock = {
  /** Resolves when it is not ours any more, for whatever reason. Never rejects. */
  readonly ended: Promise<void>
  /** Gives it back. Calling it twice does nothing. */
  release(): void
}

/**
 * Locks between the tabs of one browser, each under a name. Politeness only: a holder may be frozen, killed or robbed
 * without learning it in time, so nothing that is written relies on them.
 */
export interface TabLocks {
  /**
   * The lock, or undefined when `mode` is `free` and somebody has it, or when `signal` was aborted before.
   * Rejects when locks cannot be used.
   */
  acquire(name: string, options: {readonly mode: LockMode; readonly signal: AbortSignal}): Promise<TabLock | undefined>
}
