import {describe, expect, test} from 'vitest'
import {movedBefore, neighbourFor} from '../../demo/src/app/catalogue-words.ts'
import {parseParameters} from '../../demo/src/app/parse-parameters.ts'
import {hashOf, parseHash} from '../../demo/src/app/routes.ts'
import {nextOccurrence} from '../../demo/src/widgets/alarm/next-occurrence.ts'
import {type CalculatorKey, emptyCalculation, press} from '../../demo/src/widgets/calculator/calculate.ts'
import {formatDuration, formatFromNow, parseDuration} from '../../demo/src/widgets/timer/duration.ts'
import {passedMs} from '../../demo/src/widgets/timer/passed-ms.ts'

test.each([
  ['a tick', 250, 250],
  ['a minute of a hidden page', 60_000, 60_000],
  ['a night of sleep', 30_000_000, 120_000],
  ['a clock that was set back', -3_600_000, 0],
])('%s takes from a timer what passed of it', (_, gapMs, expected) => {
  expect(passedMs(1_000_000, 1_000_000 + gapMs)).toBe(expected)
})

describe('durations', () => {
  test.each([
    ['25', 1_500_000],
    ['10:00', 600_000],
    ['1:30:00', 5_400_000],
    ['0:07', 7_000],
  ])('“%s” is understood', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each(['', 'ten', '-5', '0', '1:2:3:4', '100:00:00'])('“%s” is refused', (text) => {
    expect(parseDuration(text)).toBe(undefined)
  })

  test('a display shows zero only when nothing is left', () => {
    expect([0, 1, 999, 1000, 59_001, 600_000, 3_600_000].map(formatDuration)).toEqual([
      '00:00',
      '00:01',
      '00:01',
      '00:01',
      '01:00',
      '10:00',
      '1:00:00',
    ])
  })

  test('a time to go is told in the largest units that matter', () => {
    expect([500, 30_000, 60_000, 3_599_000, 11_520_000].map(formatFromNow)).toEqual([
      'in 1 s',
      'in 30 s',
      'in 1 min',
      'in 1 h 0 min',
      'in 3 h 12 min',
    ])
  })
})

describe(nextOccurrence.name, () => {
  const noon = new Date(2030, 4, 10, 12, 0).getTime()

  test('is today when the time is still to come, else tomorrow', () => {
    expect(nextOccurrence('12:01', noon)).toBe(new Date(2030, 4, 10, 12, 1).getTime())
    expect(nextOccurrence('12:00', noon)).toBe(new Date(2030, 4, 11, 12, 0).getTime())
    expect(nextOccurrence('', noon)).toBe(undefined)
  })
})

describe('the calculator', () => {
  test.each<[string, CalculatorKey[], string, string]>([
    ['multiplies', ['7', '×', '6', '='], '42', '7 × 6 ='],
    ['goes on from left to right', ['2', '+', '3', '×', '4', '='], '20', '5 × 4 ='],
    ['takes another operator instead of the last one', ['9', '+', '−', '4', '='], '5', '9 − 4 ='],
    ['adds decimals as people do', ['0', '.', '1', '+', '0', '.', '2', '='], '0.3', '0.1 + 0.2 ='],
    ['takes a second point for nothing', ['1', '.', '5', '.', '5'], '1.55', ''],
    ['begins anew after a result', ['7', '×', '6', '=', '5'], '5', ''],
    ['goes on with a result', ['7', '×', '6', '=', '+', '1', '='], '43', '42 + 1 ='],
    ['does not divide by zero', ['7', '÷', '0', '='], 'Error', '7 ÷ 0 ='],
    ['begins anew after an error', ['7', '÷', '0', '+', '4'], '4', ''],
    ['takes digits back', ['1', '2', '⌫'], '1', ''],
    ['keeps one zero', ['0', '0', '7'], '7', ''],
    ['changes the sign and takes per cent', ['5', '0', '±', '%'], '-0.5', ''],
    ['clears', ['7', '×', '6', 'C'], '0', ''],
  ])('%s', (_, keys, display, tape) => {
    const state = keys.reduce(press, emptyCalculation)
    expect([state.display, state.tape]).toEqual([display, tape])
  })
})

describe('addresses', () => {
  test.each([{page: 'start'}, {page: 'trash'}, {page: 'workspace', id: 'a/b ü'}, {page: 'entry', id: '1'}] as const)(
    '%j comes back from its hash',
    (route) => {
      expect(parseHash(hashOf(route))).toEqual(route)
    },
  )

  test.each(['', '#', '#/w/', '#/w/%E0%A4%A', '#/nonsense/1'])('“%s” is the start', (hash) => {
    expect(parseHash(hash)).toEqual({page: 'start'})
  })

  test('parameters that make no sense are as if they were absent', () => {
    expect(parseParameters('?slowLoad=abc&cap=0&appVersion=3&db=')).toEqual(parseParameters(''))
    expect(parseParameters('?slowLoad=5000&failSave=1&cap=2&appVersion=2&db=x&noIndexedDb')).toEqual({
      slowLoadMs: 5000,
      failLoad: false,
      slowSaveMs: 0,
      failSave: true,
      noIndexedDb: true,
      appVersion: 2,
      cap: 2,
      smartEviction: true,
      memoryPercent: undefined,
      inspect: false,
      database: 'x',
    })
  })
})

describe('order', () => {
  const list = ['a', 'b', 'c'].map((id) => ({id}))

  test('an item is moved before another one, or to the end', () => {
    const ids = (before: string | undefined) => movedBefore(list, 'a', before).map(({id}) => id)
    expect([ids('c'), ids(undefined)]).toEqual([
      ['b', 'a', 'c'],
      ['b', 'c', 'a'],
    ])
  })

  test('one step leads before the neighbour, and nowhere at the ends', () => {
    const steps = [
      ['a', -1],
      ['b', -1],
      ['b', 1],
      ['a', 1],
      ['c', 1],
    ] as const
    expect(steps.map(([id, step]) => neighbourFor(list, id, step))).toEqual(['stay', 'a', undefined, 'c', 'stay'])
  })
})
