import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {
  debounceMs,
  defaultPacing,
  isSameEdit,
  maxWaitMs,
  nextSaveCostMs,
  remainingWaitMs,
  stillNoisyMs,
} from '../../src/machines/workspace/pacing.policy.ts'

const policy = {debounceMs: 300, maxWaitMs: 1_000, atRiskMs: 1_200, costFactor: 10, slowLoadMs: 1_000}

describe(maxWaitMs.name, () => {
  test.each([
    [0, 1_000],
    [200, 1_000],
    [201, 999],
    [800, 400],
    [900, 300],
    [901, 300],
    [60_000, 300],
  ])('a save that costs %d ms begins at the latest after %d ms', (saveCostMs, expected) => {
    expect(maxWaitMs(policy, saveCostMs)).toBe(expected)
  })
})

describe(debounceMs.name, () => {
  test.each([
    [0, 300],
    [30, 300],
    [31, 310],
    [100, 1_000],
    [101, 1_000],
    [800, 400],
    [60_000, 300],
  ])('a save that costs %d ms waits for %d ms of quiet', (saveCostMs, expected) => {
    expect(debounceMs(policy, saveCostMs)).toBe(expected)
  })
})

describe(remainingWaitMs.name, () => {
  test.each([
    ['nothing is unsaved', undefined, 5_000, 1_000],
    ['the first edit was just made', 5_000, 5_000, 1_000],
    ['400 ms have passed', 4_600, 5_000, 600],
    ['the longest wait has passed', 4_000, 5_000, 0],
    ['the longest wait has long passed', 0, 5_000, 0],
    ['the clock was set back', 9_000, 5_000, 1_000],
  ])('when %s', (_, dirtySinceMs, clockMs, expected) => {
    expect(remainingWaitMs(policy, {dirtySinceMs, clockMs, saveCostMs: 0})).toBe(expected)
  })

  test('counts from the shorter wait of a dear save', () => {
    expect(remainingWaitMs(policy, {dirtySinceMs: 0, clockMs: 100, saveCostMs: 700})).toBe(400)
  })
})

describe(isSameEdit.name, () => {
  test.each([
    ['at the same moment', 0, true],
    ['a moment later', 49, true],
    ['later', 50, false],
    ['before, by a clock that was set back', -1, false],
  ])('an edit made %s', (_, passedMs, expected) => {
    expect(isSameEdit(policy, {clockMs: 1_000, atMs: 1_000 + passedMs})).toBe(expected)
  })
})

describe(stillNoisyMs.name, () => {
  test.each([
    ['no edit came', 0, 0],
    ['an edit came half-way', 150, 150],
    ['an edit came at the last moment', 300, 300],
    ['the clock was set forward', 90_000, 300],
    ['the clock was set back', -90_000, 0],
  ])('when %s during the wait', (_, clockMs, expected) => {
    expect(stillNoisyMs(policy, {clockMs, quietUntilMs: 300, saveCostMs: 0})).toBe(expected)
  })

  test('a dear save wants a longer quiet time', () => {
    expect(stillNoisyMs(policy, {clockMs: 100, quietUntilMs: 500, saveCostMs: 50})).toBe(100)
  })
})

test.each([
  [0, 100, 30],
  [100, 0, 70],
  [50, 50, 50],
])(`${nextSaveCostMs.name}(%d, %d) is %d`, (saveCostMs, measuredMs, expected) => {
  expect(nextSaveCostMs(saveCostMs, measuredMs)).toBeCloseTo(expected, 10)
})

test('whatever saves cost and clocks say, waits are bounded, and waiting and saving together keep within the risk', () => {
  const time = fc.double({min: 0, max: 1e13, noNaN: true})
  fc.assert(
    fc.property(
      fc.double({min: 0, max: 1e6, noNaN: true}),
      fc.option(time, {nil: undefined}),
      time,
      (cost, since, now) => {
        const longest = maxWaitMs(policy, cost)
        const quiet = debounceMs(policy, cost)
        const remaining = remainingWaitMs(policy, {dirtySinceMs: since, clockMs: now, saveCostMs: cost})
        expect(longest).toBeLessThanOrEqual(policy.maxWaitMs)
        expect(quiet).toBeGreaterThanOrEqual(policy.debounceMs)
        expect(quiet).toBeLessThanOrEqual(longest)
        expect(remaining).toBeGreaterThanOrEqual(0)
        expect(remaining).toBeLessThanOrEqual(longest)
        if (cost <= policy.atRiskMs - policy.debounceMs) {
          expect(longest + cost).toBeLessThanOrEqual(policy.atRiskMs + 1e-6)
        }
      },
    ),
  )
})

test('the pacing everybody gets is the one of these tests', () => {
  expect(defaultPacing).toEqual(policy)
})
