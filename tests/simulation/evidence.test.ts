import {expect, test} from 'vitest'
import {addSlice, assertNew, nextSeed, type Slice} from './evidence.ts'

const slice = (seed: number, commit: string): Slice => ({
  seed,
  lastSeed: seed + 9,
  histories: 1_000,
  violations: seed === 11 ? 1 : 0,
  seconds: 30,
  faults: [],
  commit,
  hasLocalChanges: false,
  node: 'v20',
})

test('slices add up, each with the commit it was run on, and the next begins behind the last', () => {
  const first = addSlice(undefined, slice(1, 'one'), {kill: 3})
  const both = addSlice(first, slice(11, 'two'), {kill: 1, wipe: 2})
  expect(both).toMatchObject({histories: 2_000, violations: 1, seconds: 60, reached: {kill: 4, wipe: 2}})
  expect(both.slices.map(({commit}) => commit)).toEqual(['one', 'two'])
  expect([nextSeed(undefined), nextSeed(first), nextSeed(both)]).toEqual([undefined, 11, 21])
})

test('a seed that was run before is not counted twice', () => {
  const first = addSlice(undefined, slice(1, 'one'), {})
  expect(() => assertNew(first, {seed: 10, lastSeed: 10})).toThrow('Seeds 1 to 10')
  expect(() => addSlice(first, slice(10, 'two'), {})).toThrow('Seeds 1 to 10 were run before; begin with 11.')
})
