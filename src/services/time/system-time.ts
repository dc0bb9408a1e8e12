import type {Time} from '../../model/time.ts'

/** Timers keep their delay in 32 bits: a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

type SystemTimer = {current: ReturnType<typeof globalThis.setTimeout>}

/** The clock and the timers of the platform. Delays of any length work; a sleeping device delays them all. */
export const systemTime: Time = {
  now: () => Date.now(),
  elapsed: () => Math.floor(performance.now()),
  setTimeout(callback, delayMs) {
    const timer: SystemTimer = {current: arm(() => timer, callback, delayMs)}
    return timer
  },
  clearTimeout(handle) {
    if (isSystemTimer(handle)) {
      globalThis.clearTimeout(handle.current)
    }
  },
}

/** A timer that waits for nothing of importance: in Node it does not keep the process alive. Returns its handle. */
export function letProcessEnd(handle: unknown): unknown {
  if (isSystemTimer(handle)) {
    ;(handle.current as {unref?: () => void}).unref?.()
  }
  return handle
}

/** Starts the next stretch of a delay, and the one after it when that has passed. */
function arm(timerOf: () => SystemTimer, callback: () => void, delayMs: number): SystemTimer['current'] {
  if (delayMs <= LONGEST_DELAY_MS) {
    return globalThis.setTimeout(callback, delayMs)
  }
  return globalThis.setTimeout(() => {
    timerOf().current = arm(timerOf, callback, delayMs - LONGEST_DELAY_MS)
  }, LONGEST_DELAY_MS)
}

/** Tells handles of {@link systemTime} from those of anyone else. */
function isSystemTimer(handle: unknown): handle is SystemTimer {
  return typeof handle === 'object' && handle !== null && 'current' in handle
}
