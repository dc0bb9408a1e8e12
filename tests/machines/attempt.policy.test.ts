import {describe, expect, test} from 'vitest'
import {
  nextRetryMs,
  probeDelayMs,
  refusedAt,
  remembered,
  withFailure,
} from '../../src/machines/eviction/attempt.policy.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'

const a = 'a' as WorkspaceId
const b = 'b' as WorkspaceId

describe('attempts', () => {
  test('leave a workspace alone twice as long after each failure, at most a minute', () => {
    const waits: number[] = []
    let attempts = withFailure([], a, 0)
    for (let step = 0; step < 9; step += 1) {
      waits.push(attempts[0]?.retryAtMs ?? 0)
      attempts = withFailure(attempts, a, 0)
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  test('say who is left alone, and until when', () => {
    const attempts = withFailure(withFailure([], a, 0), b, 500)
    expect([refusedAt(attempts, 999), refusedAt(attempts, 1_000), refusedAt(attempts, 1_500)]).toEqual([
      [a, b],
      [b],
      [],
    ])
    expect([nextRetryMs(attempts, 600), nextRetryMs(attempts, 1_200), nextRetryMs(attempts, 2_000)]).toEqual([
      400,
      300,
      undefined,
    ])
  })

  test('are forgotten once a workspace has left memory, or long after they said something', () => {
    const attempts = withFailure(withFailure([], a, 0), b, 0)
    expect(remembered(attempts, [{id: b}], 0).map(({id}) => id)).toEqual([b])
    expect(remembered(attempts, [{id: a}, {id: b}], 61_000)).toEqual([])
  })
})

test('degraded evictions are tried again after longer and longer rests', () => {
  expect([3, 4, 5, 6, 7, 50].map(probeDelayMs)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
})
