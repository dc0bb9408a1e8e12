import {expect, test} from 'vitest'
import {sessionNumbersOf} from '../../demo/src/dashboard/session-numbers.ts'

const nothing = {
  saves: 0,
  failures: 0,
  conflicts: 0,
  saveSuccessRate: undefined,
  meanReadMs: undefined,
  meanHashMs: undefined,
  meanSaveMs: undefined,
  meanLoadMs: undefined,
  meanBytes: undefined,
  largestBytes: 0,
  sizeRefusals: 0,
  polls: 0,
  pollsPerHour: 0,
  recoverySuccessRate: undefined,
  backgroundSuccessRate: undefined,
}

test('what never happened is not shown', () => {
  expect(sessionNumbersOf(nothing, {meanSaveMs: 1})).toEqual([])
})

test('what was measured stands beside what was expected, and says where it missed that', () => {
  const counters = {...nothing, meanSaveMs: 3_000, saveSuccessRate: 1, meanBytes: 2_048, sizeRefusals: 1}
  expect(sessionNumbersOf(counters, {meanSaveMs: 2_000, saveSuccessRate: 0.99})).toEqual([
    {label: 'Saving to the server', value: 3_000, unit: 'ms', target: 'at most 2,000 ms', isMet: false},
    {label: 'Saves that arrived', value: 100, unit: '%', target: 'at least 99 %', isMet: true},
    {label: 'Mean size', value: 2, unit: 'KB', target: '', isMet: true},
    {label: 'Refused as too large', value: 1, unit: '', target: '', isMet: true},
  ])
})
