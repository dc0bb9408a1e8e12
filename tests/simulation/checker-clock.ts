import type {CheckedEvent} from './checker-events.ts'

/** A clock that is further ahead than this was set, unless it went on evenly for so long. */
const LONGEST_STEP_MS = 24 * 3_600_000
const CONFIRMED_MS = 3_600_000

/** Judges whether what the clock on the wall shows is believed too soon. */
export type ClockChecker = {
  note(event: CheckedEvent): void
}

/** Makes the judge of one history. */
export function createClockChecker(fail: (violation: string) => void): ClockChecker {
  const believed: {readonly transaction: number; readonly wallMs: number}[] = []
  return {
    note: (event) => {
      switch (event.type) {
        case 'clockBelieved': {
          const before = believed.at(-1)
          const aheadMs = event.wallMs - (before?.wallMs ?? event.wallMs)
          if (aheadMs > LONGEST_STEP_MS && event.atMs < CONFIRMED_MS) {
            fail(`I1: a clock that was set ahead by ${aheadMs} ms says what has outlived its time`)
          }
          believed.push(event)
          break
        }
        case 'crashed':
          believed.splice(0, believed.length, ...believed.filter(({transaction}) => !event.lost.includes(transaction)))
          break
        case 'emptied':
          believed.length = 0
          break
        default:
          break
      }
    },
  }
}
