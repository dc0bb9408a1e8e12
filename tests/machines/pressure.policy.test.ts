import {describe, expect, test} from 'vitest'
import {decisionOf, defaultPressure, levelOf, wishOf} from '../../src/machines/memory/pressure.policy.ts'
import type {MemoryReading, PressureLevel} from '../../src/model/memory.ts'

const levels: readonly PressureLevel[] = ['low', 'normal', 'elevated', 'high', 'critical']

describe(levelOf.name, () => {
  test.each<[number, PressureLevel]>([
    [0, 'low'],
    [49.9, 'low'],
    [50, 'normal'],
    [64.9, 'normal'],
    [65, 'elevated'],
    [74.9, 'elevated'],
    [75, 'high'],
    [84.9, 'high'],
    [85, 'critical'],
    [120, 'critical'],
  ])('of %f %% of memory is %s', (percent, level) => {
    expect(levelOf(used(percent), 'low', defaultPressure)).toBe(level)
  })

  test.each<[number, PressureLevel]>([
    [7, 'low'],
    [8, 'normal'],
    [12, 'normal'],
    [13, 'elevated'],
    [16, 'elevated'],
    [17, 'high'],
    [20, 'high'],
    [21, 'critical'],
  ])('of %i workspaces, where nothing can be measured, is %s', (count, level) => {
    expect(levelOf(counted(count), 'low', defaultPressure)).toBe(level)
  })

  test('of 25 workspaces is critical, whatever is measured', () => {
    expect(levelOf({...used(1), runtimeCount: 24}, 'low', defaultPressure)).toBe('low')
    expect(levelOf({...used(1), runtimeCount: 25}, 'low', defaultPressure)).toBe('critical')
  })

  test.each<[PressureLevel, number, PressureLevel]>([
    ['high', 74, 'high'],
    ['high', 72.1, 'high'],
    ['high', 71.9, 'elevated'],
    ['high', 10, 'low'],
    ['normal', 47.1, 'normal'],
    ['normal', 46.9, 'low'],
    ['critical', 81.9, 'high'],
    ['elevated', 90, 'critical'],
  ])('does not flap: after %s, %f %% is %s', (before, percent, level) => {
    expect(levelOf(used(percent), before, defaultPressure)).toBe(level)
  })

  test.each<[PressureLevel, number, PressureLevel]>([
    ['high', 16, 'high'],
    ['high', 15, 'elevated'],
  ])('does not flap where it counts: after %s, %i workspaces are %s', (before, count, level) => {
    expect(levelOf(counted(count), before, defaultPressure)).toBe(level)
  })
})

test('elevated warns, high evicts, critical evicts and blocks', () => {
  expect(levels.map((level) => Object.values(decisionOf(level)).filter(Boolean).length)).toEqual([0, 0, 1, 2, 3])
  expect(decisionOf('high')).toEqual({warns: true, evicts: true, blocks: false})
})

test('high pressure wants back what one workspace takes, critical half of all, urgently', () => {
  const reading = {...used(90), runtimeCount: 4, ownBytes: 4_000}
  expect(levels.map((level) => wishOf(level, reading))).toEqual([
    undefined,
    undefined,
    undefined,
    {strength: 'proactive', bytes: 1_000},
    {strength: 'urgent', bytes: 2_000},
  ])
})

function used(percent: number): MemoryReading {
  return {
    source: 'heap',
    usedBytes: percent * 10,
    limitBytes: 1_000,
    runtimeCount: 1,
    componentCount: 1,
    ownBytes: 1,
    atMs: 0,
  }
}

function counted(runtimeCount: number): MemoryReading {
  return {...used(0), source: 'count', usedBytes: undefined, limitBytes: undefined, runtimeCount}
}
