import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {systemTime} from '../../../src/services/time/system-time.ts'

const DAY_MS = 86_400_000

describe('systemTime', () => {
  beforeEach(() => {
    vi.useFakeTimers({now: 1_000})
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  test('tells the time and calls back after the delay', () => {
    const firedAt: number[] = []
    systemTime.setTimeout(() => firedAt.push(systemTime.now()), 250)
    vi.advanceTimersByTime(249)
    expect(firedAt).toEqual([])
    vi.advanceTimersByTime(1)
    expect(firedAt).toEqual([1_250])
  })

  test('waits through delays longer than the 24 days that timers can hold', () => {
    const firedAt: number[] = []
    systemTime.setTimeout(() => firedAt.push(systemTime.now()), 100 * DAY_MS)
    vi.advanceTimersByTime(100 * DAY_MS - 1)
    expect(firedAt).toEqual([])
    vi.advanceTimersByTime(1)
    expect(firedAt).toEqual([1_000 + 100 * DAY_MS])
  })

  test('a cleared timer never calls back, however far it has come', () => {
    const fired: string[] = []
    const short = systemTime.setTimeout(() => fired.push('short'), 10)
    const long = systemTime.setTimeout(() => fired.push('long'), 100 * DAY_MS)
    systemTime.clearTimeout(short)
    vi.advanceTimersByTime(60 * DAY_MS)
    systemTime.clearTimeout(long)
    vi.advanceTimersByTime(100 * DAY_MS)
    expect(fired).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a handle of anyone else is ignored', () => {
    for (const handle of [undefined, null, 7, 'x', {}]) {
      systemTime.clearTimeout(handle)
    }
  })
})
