import {expect, test} from 'vitest'
import {measureLoad} from '../../bench/server/load.ts'

test('a short load measures both rates in one run, and no update is refused or lost', async () => {
  const result = await measureLoad(2)
  expect(Object.keys(result)).toEqual(['updatesPerSecond', 'p99Ms', 'rawCommitsPerSecond', 'ratio'])
  for (const number of Object.values(result)) {
    expect(number).toBeGreaterThan(0)
  }
}, 120_000)
