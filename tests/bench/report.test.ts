import {describe, expect, test} from 'vitest'
import {interleave} from '../../bench/interleave.ts'
import {formatTable} from '../../bench/report.ts'
import {keepsGoal, rowsOf} from '../../bench/row.ts'
import {median, quantile} from '../../bench/statistics.ts'

describe(quantile.name, () => {
  test.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[10, 20], 0.1, 11],
    [[7], 0.9, 7],
  ])('of %j at %d is %d', (numbers, at, expected) => {
    expect(quantile(numbers, at)).toBe(expected)
  })

  test('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

test('contenders take turns at being first, and rounds that warm up are not counted', async () => {
  const order: string[] = []
  const samples = await interleave(['a', 'b'], 2, async (name) => order.push(name))

  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b'])
  expect(samples).toEqual({a: [4, 5], b: [3, 6]})
})

test('rows give every contender its median as a multiple of the limit, and say which goals are kept', () => {
  const rows = rowsOf({
    measure: 'update',
    unit: 'µs',
    samples: {raw: [1, 2, 3], keepspace: [5, 6, 4]},
    limit: 'raw',
    goals: {keepspace: {ratio: 3}},
  })

  expect(rows.map(({contender, median: value, ratio}) => [contender, value, ratio])).toEqual([
    ['raw', 2, undefined],
    ['keepspace', 5, 2.5],
  ])
  expect(rows.map(keepsGoal)).toEqual([undefined, true])
})

test('the table names a measure once and shows what was missed', () => {
  const rows = rowsOf({
    measure: 'written',
    unit: 'bytes',
    samples: {raw: [2_719], keepspace: [5_438]},
    limit: 'raw',
    goals: {keepspace: {ratio: 1.1}},
  })

  expect(formatTable(rows)).toBe(
    [
      'measure  contender       median  p10 – p90  n  × limit  goal',
      'written  raw        2,719 bytes             1',
      '         keepspace  5,438 bytes             1     2.00  ≤ 1.1 ×  missed',
    ].join('\n'),
  )
})
