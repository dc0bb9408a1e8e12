import type {Time} from '../../model/time.ts'
import {letProcessEnd} from './system-time.ts'

/** How often the clock is looked at while nothing else happens. */
const BEAT_MS = 60_000
/** A longer gap between two looks means that the device slept; only this much of it counts. */
const LONGEST_GAP_MS = 2 * BEAT_MS

/** A clock that stands still while the device sleeps or the page is frozen. */
export type AwakeTime = {
  /** Milliseconds awake since it was made. */
  now(): number
  stop(): void
}

/** Makes a clock of the time in which timers run. Sleep is seen by the beats that did not come. */
export function createAwakeTime(time: Time): AwakeTime {
  let awakeMs = 0
  let lookedAtMs = time.elapsed()
  const now = () => {
    const gapMs = time.elapsed() - lookedAtMs
    lookedAtMs = time.elapsed()
    awakeMs += Math.max(0, Math.min(gapMs, LONGEST_GAP_MS))
    return awakeMs
  }
  const beat = () => {
    now()
    timer = arm()
  }
  const arm = () => letProcessEnd(time.setTimeout(beat, BEAT_MS))
  let timer = arm()
  return {now, stop: () => time.clearTimeout(timer)}
}
