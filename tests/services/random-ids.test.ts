import {expect, test} from 'vitest'
import {randomFraction, randomIds} from '../../src/services/random-ids.ts'

test('ids have 21 URL-safe characters, and no two are alike', () => {
  const ids = Array.from({length: 1_000}, () => randomIds.next())
  expect(ids.filter((id) => !/^[\w-]{21}$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(1_000)
})

test('fractions are spread between 0 and 1', () => {
  const fractions = Array.from({length: 1_000}, randomFraction)
  expect(fractions.filter((fraction) => fraction < 0 || fraction >= 1)).toEqual([])
  expect(fractions.filter((fraction) => fraction < 0.5).length).toBeGreaterThan(350)
  expect(fractions.filter((fraction) => fraction >= 0.5).length).toBeGreaterThan(350)
})
