import {expect, test} from 'vitest'
import {createRolloutGuard} from '../../src/host/rollout-guard.ts'
import type {KeepspaceEvent} from '../../src/model/events.ts'

test('a roll-out with more than one failed save in a hundred is reported once, and again after it was better', () => {
  const told: KeepspaceEvent[] = []
  const guard = createRolloutGuard((event) => void told.push(event))
  const saves = (count: number, isFailure = false) => {
    for (let save = 0; save < count; save += 1) {
      guard(isFailure)
    }
  }
  saves(2, true)
  saves(97)
  expect(told).toEqual([])
  saves(1)
  expect(told).toEqual([{type: 'rollout_guard_tripped', failures: 2, saves: 100, share: 0.02}])
  saves(5)
  expect(told).toHaveLength(1)
  saves(1_000)
  saves(10, true)
  expect(told).toHaveLength(1)
  saves(1, true)
  expect(told).toHaveLength(2)
  expect(told[1]).toEqual({type: 'rollout_guard_tripped', failures: 11, saves: 1_000, share: 0.011})
})
