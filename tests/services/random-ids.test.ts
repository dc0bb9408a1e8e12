import {expect, test} from 'vitest'
import {randomIds} from '../../src/services/random-ids.ts'

test('ids have 21 URL-safe characters, and no two are alike', () => {
  const ids = Array.from({length: 1_000}, () => randomIds.next())
  expect(ids.filter((id) => !/^[\w-]{21}$/.test(id))).toEqual([])
  expect(new Set(ids).size).toBe(1_000)
})
