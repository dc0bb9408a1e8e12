import type {LockNews} from '../machines/lease/lease.setup.ts'
import type {LockMode, TabLock, TabLocks} from '../model/tab-locks.ts'

/** Asks for one lock and keeps it. */
export type LockKeeper = {
  /** Asks, in place of what was asked before. */
  request(mode: LockMode): void
  /** Gives the lock back, also one that is granted only later. Nothing is told any more. */
  end(): void
}

/** Makes the keeper of the lock called `name`. */
export function keepLock(locks: TabLocks, name: string, tell: (news: LockNews) => void): LockKeeper {
  let asked = new AbortController()
  let kept: TabLock | undefined

  const request = async (mode: LockMode, mine: AbortController) => {
    const lock = await locks.acquire(name, {mode, signal: mine.signal})
    if (mine.signal.aborted) {
      lock?.release()
    } else if (lock === undefined) {
      tell({type: 'lock.refused'})
    } else {
      kept = lock
      tell({type: 'lock.granted'})
      await lock.ended
      if (!mine.signal.aborted) {
        tell({type: 'lock.lost'})
      }
    }
  }
  return {
    request: (mode) => {
      asked.abort()
      const mine = new AbortController()
      asked = mine
      request(mode, mine).catch(() => mine.signal.aborted || tell({type: 'lock.failed'}))
    },
    end: () => {
      asked.abort()
      kept?.release()
    },
  }
}
