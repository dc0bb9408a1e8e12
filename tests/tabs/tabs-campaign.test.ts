import {expect, test} from 'vitest'
import {lostOf, runTabsCampaign} from './campaign.ts'

const limitMs = 120_000

test(
  'no acknowledged update is lost when two tabs count in the same workspace 2,000 times',
  async () => {
    const {result, trouble} = await runTabsCampaign({updates: 2_000, seed: 'two thousand'})

    expect(trouble).toEqual([])
    expect(result).toMatchObject({updates: 2_000, lost: 0})
    expect(result.acknowledged).toBeGreaterThanOrEqual(2_000)
    // Otherwise the tabs never met.
    expect(result.redone).toBeGreaterThan(0)
  },
  limitMs,
)

test(
  'tabs that write without comparing are found out',
  async () => {
    const {result} = await runTabsCampaign({updates: 600, seed: 'blind', isBlind: true})

    expect(result.lost).toBeGreaterThan(0)
  },
  limitMs,
)

test('an update counts as lost when it is missing from its tab or from the sum', () => {
  const acknowledged = {left: {shared: 2, own: 1}, right: {shared: 1, own: 0}}
  const whole = {
    shared: {sum: 3, left: 2, right: 1},
    left: {sum: 1, left: 1, right: 0},
    right: {sum: 0, left: 0, right: 0},
  }
  expect(lostOf(acknowledged, whole)).toBe(0)
  expect(lostOf(acknowledged, {...whole, shared: {sum: 2, left: 2, right: 1}})).toBe(1)
  expect(lostOf(acknowledged, {...whole, shared: {sum: 2, left: 1, right: 1}})).toBe(1)
  expect(lostOf(acknowledged, {...whole, left: {sum: 0, left: 0, right: 0}})).toBe(1)
})
