import type {Idle} from '../model/idle.ts'
import type {Time} from '../model/time.ts'

/** The longest that work waits for a quiet moment, milliseconds. */
const LONGEST_WAIT_MS = 5_000
/** Pause between two pieces of work where nobody tells when it is quiet. */
const PAUSE_MS = 50

/** Quiet moments of the browser's page. Hidden pages have none and are quiet all the time; so is Node. */
export function browserIdle(time: Time): Idle {
  return {
    request: (work) => {
      const isSeen = typeof document !== 'undefined' && document.visibilityState === 'visible'
      if (isSeen && typeof requestIdleCallback === 'function') {
        const handle = requestIdleCallback(() => work(), {timeout: LONGEST_WAIT_MS})
        return () => cancelIdleCallback(handle)
      }
      const timer = time.setTimeout(work, PAUSE_MS)
      return () => time.clearTimeout(timer)
    },
  }
}
