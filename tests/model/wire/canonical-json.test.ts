import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {canonicalJson} from '../../../src/model/wire/canonical-json.ts'
import {contentBytes, contentHash} from '../../../src/model/wire/content-hash.ts'

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)

describe(canonicalJson.name, () => {
  test('sorts the keys of every object by UTF-16 units, numbers among them', () => {
    expect(canonicalJson({b: [{z: 1, a: null}], 10: 1, 9: 2, a: 'é'})).toBe(
      '{"10":1,"9":2,"a":"é","b":[{"a":null,"z":1}]}',
    )
  })

  test('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({b: undefined, a: {d: undefined, c: 1}})).toBe('{"a":{"c":1}}')
  })

  test('says the same for the same value in another order, and gives the value back', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(reversed(value))).toBe(text)
        expect(JSON.parse(text)).toEqual(value)
      }),
    )
  })
})

describe(contentHash.name, () => {
  test('is SHA-256 over the canonical text', async () => {
    const expected = createHash('sha256').update('{"a":"ü","b":1}').digest('hex')
    expect(await contentHash({b: 1, a: 'ü'})).toBe(expected)
  })
})

describe(contentBytes.name, () => {
  test.each([
    ['a', 3],
    ['é', 4],
    ['漢', 5],
    ['😀', 6],
    ['\ud800', 8],
  ])('counts %j as UTF-8 with its quotes', (text, bytes) => {
    expect(contentBytes(text)).toBe(bytes)
  })
})

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value
  }
  return Array.isArray(value)
    ? value.map(reversed)
    : Object.fromEntries(
        Object.entries(value)
          .map(([key, inner]) => [key, reversed(inner)] as const)
          .reverse(),
      )
}
