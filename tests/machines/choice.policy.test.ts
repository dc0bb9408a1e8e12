import {describe, expect, test} from 'vitest'
import {chooseVictim, excessOf, stronger, type Wish} from '../../src/machines/eviction/choice.policy.ts'
import {smartPolicy} from '../../src/machines/eviction/ranking.policy.ts'
import type {EvictionCandidate, EvictionPolicy} from '../../src/model/eviction.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {candidate} from '../support/eviction-candidate.ts'

const recent = {unseenMs: 0}
const wish = (facts: Partial<Wish> = {}): Wish => ({cause: 'memoryPressure', strength: 'proactive', bytes: 1, ...facts})

describe(excessOf.name, () => {
  test.each([
    [['a', 'b'], [], {cap: 2, absoluteCap: 25}, 0],
    [['a', 'b', 'c'], [], {cap: 2, absoluteCap: 25}, 1],
    [['a', 'b'], ['p', 'q'], {cap: 2, absoluteCap: 25}, 0],
    [['a', 'b'], ['p', 'q'], {cap: 2, absoluteCap: 3}, 1],
    [['a'], ['p', 'q'], {cap: 2, absoluteCap: 2}, 1],
  ])('of %j with %j pinned within %j is %i', (ids, pinned, capacity, expected) => {
    const candidates = [...ids.map((id) => candidate(id)), ...pinned.map((id) => candidate(id, {isPinned: true}))]
    expect(excessOf(candidates, capacity)).toBe(expected)
  })
})

describe(chooseVictim.name, () => {
  test('chooses nobody while memory holds no more than the cap and nobody wants any back', () => {
    expect(choose([candidate('a'), candidate('b')], {cap: 2})).toMatchObject({victimId: undefined, isOverCap: false})
  })

  test('is urgent over the cap: one seen just now goes when nobody else may', () => {
    expect(choose([candidate('a', recent), candidate('b', {isVisible: true})], {cap: 1})).toMatchObject({
      victimId: 'a',
      isOverCap: true,
      cause: 'capacity',
      strength: 'urgent',
      ranking: [
        {id: 'a', reason: 'chosen', protections: ['recentlySeen']},
        {id: 'b', reason: 'visible'},
      ],
    })
  })

  test.each([
    ['suggested', undefined],
    ['proactive', 'b'],
    ['urgent', 'b'],
  ] as const)('takes for a %s wish only what that may override: %s', (strength, victimId) => {
    const candidates = [candidate('b', recent), candidate('a', {runningOperations: {resumable: 1, unresumable: 0}})]
    expect(choose(candidates, {cap: 9, wish: wish({strength})})).toMatchObject({victimId, cause: 'memoryPressure'})
  })

  test('takes nobody for a wish that is fulfilled, and says what a departure frees', () => {
    expect(choose([candidate('a', {bytes: 70})], {cap: 9, wish: wish({bytes: 0})}).victimId).toBeUndefined()
    expect(choose([candidate('a', {bytes: 70})], {cap: 9, wish: wish({bytes: 9})})).toMatchObject({
      victimId: 'a',
      victimBytes: 70,
    })
  })

  test('leaves alone who refused just now', () => {
    expect(choose([candidate('a'), candidate('b')], {cap: 1, refused: ['a']}).victimId).toBe('b')
    expect(choose([candidate('a')], {cap: 0, refused: ['a']})).toMatchObject({victimId: undefined, isOverCap: true})
  })

  test('follows a custom policy, but never lets one go that is hard to protect, and never a stranger', () => {
    const reckless: EvictionPolicy = (candidates, request) => {
      const rows = smartPolicy(candidates, request).toReversed()
      const [first] = rows
      const stranger = first && {...first, id: 'stranger' as WorkspaceId}
      return [...(stranger ? [stranger] : []), ...rows].map((row) => ({...row, reason: 'mayGo' as const}))
    }
    const candidates = [
      candidate('a'),
      candidate('b', {componentCount: 5}),
      candidate('c', {isUnsavable: true, componentCount: 9}),
      candidate('d', {isVisible: true}),
    ]
    expect(choose(candidates, {cap: 1, policy: reckless}).victimId).toBe('b')
  })
})

describe(stronger.name, () => {
  test('keeps the stronger wish and the most bytes of both', () => {
    const soft = wish({strength: 'suggested', cause: 'request', bytes: 900})
    const hard = wish({strength: 'urgent', bytes: 5})
    expect([stronger(undefined, soft), stronger(soft, hard), stronger(hard, soft)]).toEqual([
      soft,
      {...hard, bytes: 900},
      {...hard, bytes: 900},
    ])
  })
})

function choose(
  candidates: readonly EvictionCandidate[],
  facts: {
    readonly cap: number
    readonly wish?: Wish
    readonly refused?: readonly string[]
    readonly policy?: EvictionPolicy
  },
) {
  return chooseVictim(candidates, {
    capacity: {cap: facts.cap, absoluteCap: 25},
    wish: facts.wish,
    refused: (facts.refused ?? []) as readonly WorkspaceId[],
    policy: facts.policy ?? smartPolicy,
  })
}
