/** Ticks of a hidden page come once a minute at worst. In a longer gap the device slept. */
const LONGEST_GAP_MS = 120_000

/** How much of a timer has passed between two ticks: no time for a clock that was set back, little of a sleep. */
export function passedMs(lastMs: number, nowMs: number): number {
  return Math.min(Math.max(0, nowMs - lastMs), LONGEST_GAP_MS)
}
