/** The one clock of a history. */
export type SimClock = {
  /** What the clock on the wall shows. */
  now(): number
  /** Milliseconds since the beginning, whatever the wall says. */
  elapsed(): number
  /** Somebody sets the clock on the wall, or the computer slept. No timer rings for it. */
  jump(ms: number): void
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(handle: unknown): void
  /**
   * Moves time by `ms`, from deadline to deadline. Everything that waits for no timer settles before the first and after
   * each one; then `settled` is called.
   */
  advance(ms: number, settled: () => void): Promise<void>
}

type Timer = {readonly dueAt: number; readonly callback: () => void}

/** More timers than this at one instant are a loop that would never end. */
const MOST_TIMERS_AT_ONE_INSTANT = 5_000

/** Makes a clock that stands still until it is moved. */
export function createSimClock(startMs: number): SimClock {
  let nowMs = 0
  let wallMs = startMs
  const timers = new Set<Timer>()
  const soonest = (): Timer | undefined => {
    let found: Timer | undefined
    for (const timer of timers) {
      if (found === undefined || timer.dueAt < found.dueAt) {
        found = timer
      }
    }
    return found
  }
  return {
    now: () => wallMs + nowMs,
    elapsed: () => nowMs,
    jump: (ms) => {
      wallMs += ms
    },
    setTimeout: (callback, delayMs) => {
      const timer = {dueAt: nowMs + Math.max(0, delayMs), callback}
      timers.add(timer)
      return timer
    },
    clearTimeout: (handle) => void timers.delete(handle as Timer),
    advance: async (ms, settled) => {
      const endMs = nowMs + ms
      let countAtInstant = 0
      for (;;) {
        await everythingSettled()
        settled()
        const next = soonest()
        if (next === undefined || next.dueAt > endMs) {
          break
        }
        countAtInstant = next.dueAt > nowMs ? 0 : countAtInstant + 1
        if (countAtInstant > MOST_TIMERS_AT_ONE_INSTANT) {
          throw new Error(`time stands still at ${nowMs} ms: a timer sets itself again`)
        }
        timers.delete(next)
        nowMs = Math.max(nowMs, next.dueAt)
        next.callback()
      }
      nowMs = Math.max(nowMs, endMs)
    },
  }
}

/** One turn of the event loop: every microtask has run. */
function everythingSettled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
