import {expect, test} from 'vitest'
import {runSoak} from './soak.ts'

test('a thousand workspaces pass through a memory of eight: within its bounds, equal to the model, and no growth stays', async () => {
  const result = await runSoak({workspaces: 1_000, cap: 8, wander: {ms: 3_000}, seed: 42})
  expect(result).toMatchObject({mismatches: 0})
  expect(result.peakRuntimes).toBeLessThanOrEqual(result.allowedRuntimes)
  expect(result.allowedRuntimes).toBeLessThanOrEqual(9)
  expect(result.switches).toBeGreaterThan(1_000)
  expect(result.heapAfterAllMb - result.heapAfter10Mb).toBeLessThanOrEqual(1)
})

test('five hundred random switches with edits among forty workspaces leave each as its model says, with four in memory and two pinned', async () => {
  const result = await runSoak({workspaces: 40, cap: 4, pinned: 2, wander: {switches: 500}, seed: 7})
  expect(result).toMatchObject({mismatches: 0, switches: 840})
  expect(result.peakRuntimes).toBeLessThanOrEqual(result.allowedRuntimes)
  expect(result.peakRuntimes).toBeGreaterThanOrEqual(6)
  expect(result.allowedRuntimes).toBeLessThanOrEqual(7)
})
