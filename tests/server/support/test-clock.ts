import type {Clock} from 'keepspace-server'

/** A clock that stands still until a test moves it. */
export type TestClock = Clock & {advance(ms: number): void}

export function createTestClock(startMs = 1_800_000_000_000): TestClock {
  let elapsed = 0
  const timers = new Set<{dueMs: number; callback: () => void}>()
  return {
    now: () => startMs + elapsed,
    elapsedMs: () => elapsed,
    after: (delayMs, callback) => {
      const timer = {dueMs: elapsed + delayMs, callback}
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance: (ms) => {
      elapsed += ms
      for (const timer of [...timers]
        .filter(({dueMs}) => dueMs <= elapsed)
        .sort((one, other) => one.dueMs - other.dueMs)) {
        timers.delete(timer)
        timer.callback()
      }
    },
  }
}
