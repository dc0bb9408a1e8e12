import {expect, test} from 'vitest'
import {randomFraction, randomIds} from '../../src/services/random-ids.ts'

/** The most that 63 degrees of freedom exceed once in a million times. */
const CHI_SQUARE_LIMIT = 130

test('ids have 21 URL-safe characters, no two are alike, and every character comes as often as any other', () => {
  const ids = Array.from({length: 100_000}, () => randomIds.next())
  expect(ids.filter((id) => !/^[\w-]{21}$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(100_000)
  const counts = new Map<string, number>()
  for (const character of ids.join('')) {
    counts.set(character, (counts.get(character) ?? 0) + 1)
  }
  const expected = (100_000 * 21) / 64
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(counts.size).toBe(64)
  expect(chiSquare).toBeLessThan(CHI_SQUARE_LIMIT)
})

test('fractions are spread between 0 and 1', () => {
  const fractions = Array.from({length: 1_000}, randomFraction)
  expect(fractions.filter((fraction) => fraction < 0 || fraction >= 1)).toEqual([])
  expect(fractions.filter((fraction) => fraction < 0.5).length).toBeGreaterThan(350)
  expect(fractions.filter((fraction) => fraction >= 0.5).length).toBeGreaterThan(350)
})
