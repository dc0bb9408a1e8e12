import type {Clock} from '../clock.ts'

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    // Work that only waits never keeps a server from ending.
    timer.unref()
    return () => clearTimeout(timer)
  },
}
