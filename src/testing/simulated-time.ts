import type {Time} from '../model/time.ts'

/** More timers than this at one instant are a loop that would never end. */
const MOST_TIMERS_AT_ONE_INSTANT = 10_000

/** A clock that stands still until a test moves it. Fits XState's `clock` option. */
export interface SimulatedTime extends Time {
  /**
   * Moves the clock by `ms`, from deadline to deadline: each due timer runs at its own time, in order, those of the
   * same time in the order they were set. Timers set meanwhile run too when they fall due before the end.
   */
  advance(ms: number): void
  /** Like {@link SimulatedTime.advance}, but lets promises settle before the first and after each timer. */
  advanceAsync(ms: number): Promise<void>
  /** Lets everything settle that waits for no timer: all microtasks, and one turn of the event loop. */
  settle(): Promise<void>
  /** Sets the clock on the wall, forward or back. No timer rings for it, and {@link Time.elapsed} does not change. */
  setWallClock(nowMs: number): void
  /** The times at which timers are due, milliseconds since 1970, soonest first. */
  pending(): readonly number[]
}

type Timer = {readonly dueAt: number; readonly callback: () => void}

/**
 * Makes a clock for tests.
 *
 * @param startMs - what `now()` says at first, milliseconds since 1970
 */
export function createSimulatedTime(startMs = 0): SimulatedTime {
  let nowMs = startMs
  let wallAheadMs = 0
  const timers = new Set<Timer>()

  /** Runs the soonest timer that is due by `endMs`. False when there is none. */
  function runNext(endMs: number): boolean {
    const next = soonest(timers)
    if (next === undefined || next.dueAt > endMs) {
      return false
    }
    timers.delete(next)
    nowMs = Math.max(nowMs, next.dueAt)
    next.callback()
    return true
  }

  return {
    now: () => nowMs + wallAheadMs,
    elapsed: () => nowMs,
    setTimeout(callback, delayMs) {
      const timer: Timer = {dueAt: nowMs + Math.max(0, delayMs), callback}
      timers.add(timer)
      return timer
    },
    clearTimeout(handle) {
      timers.delete(handle as Timer)
    },
    advance(ms) {
      const endMs = nowMs + ms
      const assertProgress = createLoopGuard(() => nowMs)
      while (runNext(endMs)) {
        assertProgress()
      }
      nowMs = Math.max(nowMs, endMs)
    },
    async advanceAsync(ms) {
      const endMs = nowMs + ms
      const assertProgress = createLoopGuard(() => nowMs)
      await macrotask()
      while (runNext(endMs)) {
        assertProgress()
        await macrotask()
      }
      nowMs = Math.max(nowMs, endMs)
    },
    settle: macrotask,
    setWallClock(wallMs) {
      wallAheadMs = wallMs - nowMs
    },
    pending: () => [...timers].map(({dueAt}) => dueAt + wallAheadMs).sort((a, b) => a - b),
  }
}

/** The timer due first; of several, the one set first. */
function soonest(timers: ReadonlySet<Timer>): Timer | undefined {
  let found: Timer | undefined
  for (const timer of timers) {
    if (found === undefined || timer.dueAt < found.dueAt) {
      found = timer
    }
  }
  return found
}

/** Throws when time stands still although timers keep running. */
function createLoopGuard(now: () => number): () => void {
  let instant = now()
  let count = 0
  return () => {
    count = now() === instant ? count + 1 : 0
    instant = now()
    if (count > MOST_TIMERS_AT_ONE_INSTANT) {
      throw new Error(`More than ${MOST_TIMERS_AT_ONE_INSTANT} timers ran at ${instant} ms: a timer sets itself again`)
    }
  }
}

/** One turn of the event loop; every microtask has run when it resolves. Browsers have no `setImmediate`. */
function macrotask(): Promise<void> {
  const {setImmediate} = globalThis as {setImmediate?: (callback: () => void) => unknown}
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve)
      return
    }
    const {port1, port2} = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
