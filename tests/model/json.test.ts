import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {findNonJson, isEqualJson, MAX_JSON_DEPTH} from '../../src/model/json.ts'

class Point {
  readonly x = 1
}

const cycle: unknown[] = []
cycle.push({again: cycle})

/** Anything that JSON keeps as it is. Minus zero becomes zero there. */
const json = fc.jsonValue({noUnicodeString: false}).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

describe(findNonJson.name, () => {
  test.each<[what: unknown, found: string]>([
    [undefined, ': undefined'],
    [() => 1, ': function'],
    [Symbol('s'), ': symbol'],
    [1n, ': bigint'],
    [Number.NaN, ': NaN'],
    [Number.POSITIVE_INFINITY, ': Infinity'],
    [Number.NEGATIVE_INFINITY, ': -Infinity'],
    [new Date(0), ': Date'],
    [new Map(), ': Map'],
    [new Set(), ': Set'],
    [/x/, ': RegExp'],
    [new Error('x'), ': Error'],
    [Promise.resolve(), ': Promise'],
    [new Uint8Array(1), ': Uint8Array'],
    [new Point(), ': Point'],
    [Object.create({inherited: 1}), ': Object'],
    [[1, undefined], '[1]: undefined'],
    [new Array(1), '[0]: undefined'],
    [{items: [{}, {due: new Date(0)}]}, '.items[1].due: Date'],
    [{'a b': {c: 1n}}, '.a b.c: bigint'],
  ])('finds %o as %s', (value, found) => {
    expect(findNonJson(value)).toBe(found)
  })

  test('finds a cycle', () => {
    expect(findNonJson(cycle)).toContain('a cycle')
  })

  test.each([
    [MAX_JSON_DEPTH, undefined],
    [MAX_JSON_DEPTH + 1, expect.stringContaining(`deeper than ${MAX_JSON_DEPTH} levels`)],
  ])('%d levels', (levels, expected) => {
    let value: unknown = 'leaf'
    for (let level = 0; level < levels; level++) {
      value = level % 2 === 0 ? [value] : {value}
    }
    expect(findNonJson(value)).toEqual(expected)
  })

  test.each([[null], [{a: undefined}], [Object.create(null)], [{}], [[]], [''], ['\ud800'], [-0]])(
    'accepts %o',
    (value) => {
      expect(findNonJson(value)).toBeUndefined()
    },
  )

  test('accepts exactly what JSON gives back as it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(json, fc.anything({withDate: true, withMap: true, withBigInt: true, withSparseArray: true})),
        (value) => {
          if (findNonJson(value) === undefined) {
            expect(isEqualJson(JSON.parse(JSON.stringify(value)), normalised(value))).toBe(true)
          } else {
            expect(survives(value)).toBe(false)
          }
        },
      ),
      {numRuns: 1_000},
    )
  })
})

describe(isEqualJson.name, () => {
  test.each<[left: unknown, right: unknown, isEqual: boolean]>([
    [{a: 1, b: [2, {c: null}]}, {b: [2, {c: null}], a: 1}, true],
    [{a: undefined}, {}, true],
    [{a: null}, {}, false],
    [{a: 1}, {a: 1, b: 2}, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [{length: 0}, [], false],
    [null, {}, false],
    [null, undefined, false],
    ['1', 1, false],
    [Number.NaN, Number.NaN, true],
  ])('%o and %o: %s', (left, right, isEqual) => {
    expect([isEqualJson(left, right), isEqualJson(right, left)]).toEqual([isEqual, isEqual])
  })

  test('says of any two values what comparing their sorted texts says', () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        expect(isEqualJson(left, structuredClone(left))).toBe(true)
        expect(isEqualJson(left, right)).toBe(sortedText(left) === sortedText(right))
      }),
    )
  })
})

/** What a value is after JSON, but for minus zero. */
function survives(value: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)
    return !hasTooManyLevels(value)
  } catch {
    return false
  }
}

function hasTooManyLevels(value: unknown, levels = 0): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels >= MAX_JSON_DEPTH || Object.values(value).some((inner) => hasTooManyLevels(inner, levels + 1)))
  )
}

/** Minus zero is zero after JSON. */
function normalised(value: unknown): unknown {
  if (Object.is(value, -0)) {
    return 0
  }
  if (Array.isArray(value)) {
    return value.map(normalised)
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normalised(inner)]))
    : value
}

function sortedText(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(sortedText).join(',')}]`
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${pairs.map(([key, inner]) => `${JSON.stringify(key)}:${sortedText(inner)}`).join(',')}}`
  }
  return JSON.stringify(value)
}
