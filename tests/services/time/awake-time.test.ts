import {describe, expect, test} from 'vitest'
import {createAwakeTime} from '../../../src/services/time/awake-time.ts'
import {createSimulatedTime} from '../../../src/testing/simulated-time.ts'

const MINUTE_MS = 60_000

describe('the time awake', () => {
  test('passes like any other while timers run', async () => {
    const time = createSimulatedTime(5_000)
    const awake = createAwakeTime(time)
    await time.advanceAsync(45 * MINUTE_MS + 1)
    expect(awake.now()).toBe(45 * MINUTE_MS + 1)
    awake.stop()
    expect(time.pending()).toEqual([])
  })

  test('hardly counts a sleep, in which no timer ran, and never runs backwards', () => {
    let nowMs = 0
    const asleep = {now: () => 0, elapsed: () => nowMs, setTimeout: () => 0, clearTimeout: () => undefined}
    const awake = createAwakeTime(asleep)
    nowMs = 10 * MINUTE_MS * 60
    expect(awake.now()).toBe(2 * MINUTE_MS)
    nowMs = 5 * MINUTE_MS
    expect(awake.now()).toBe(2 * MINUTE_MS)
    nowMs = 6 * MINUTE_MS
    expect(awake.now()).toBe(3 * MINUTE_MS)
  })
})
