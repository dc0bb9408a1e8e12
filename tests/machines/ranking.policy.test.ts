import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {lruPolicy, smartPolicy} from '../../src/machines/eviction/ranking.policy.ts'
import type {EvictionCandidate, EvictionProtection, EvictionStrength} from '../../src/model/eviction.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {candidate} from '../support/eviction-candidate.ts'

const MINUTE_MS = 60_000
const urgent = {strength: 'urgent', refused: new Set<WorkspaceId>()} as const
const timer = {resumable: 1, unresumable: 0}

describe('the smart policy', () => {
  test.each<[string, readonly EvictionCandidate[]]>([
    ['an empty one before one with content', [candidate('b', {componentCount: 0}), candidate('a')]],
    [
      'an empty one seen just now before one with content not seen for an hour',
      [candidate('b', {componentCount: 0, unseenMs: 0, revisits: 9}), candidate('a')],
    ],
    [
      'one with content before the default of its entry',
      [candidate('b', {componentCount: 9}), candidate('a', {isDefault: true})],
    ],
    ['an empty default after one with content', [candidate('b'), candidate('a', {isDefault: true, componentCount: 0})]],
    [
      'the default of its entry before running work',
      [candidate('b', {isDefault: true}), candidate('a', {runningOperations: timer})],
    ],
    [
      'fifty idle components seen just now before a running timer not seen for an hour',
      [candidate('b', {componentCount: 50, unseenMs: 0}), candidate('a', {runningOperations: timer})],
    ],
    ['fewer components before more', [candidate('b', {componentCount: 2}), candidate('a', {componentCount: 3})]],
    [
      'one never seen before one seen, when both are equal',
      [candidate('b', {wasSeen: false, unseenMs: 0}), candidate('a', {unseenMs: 29 * MINUTE_MS})],
    ],
    ['one seen longer ago', [candidate('b', {unseenMs: 20 * MINUTE_MS}), candidate('a', {unseenMs: 10 * MINUTE_MS})]],
    [
      'one seen longer ago, although neither counts any more',
      [candidate('b', {unseenMs: 90 * MINUTE_MS}), candidate('a', {unseenMs: 60 * MINUTE_MS})],
    ],
    ['one that nobody came back to', [candidate('b'), candidate('a', {revisits: 3})]],
    ['the first by id among equals', [candidate('a'), candidate('b'), candidate('c')]],
  ])('lets go %s', (_, expected) => {
    const ids = expected.map(({id}) => id)
    expect(smartPolicy(expected.toReversed(), urgent).map(({id}) => id)).toEqual(ids)
    expect(smartPolicy(expected, urgent).map(({id}) => id)).toEqual(ids)
  })

  test('says what a score is made of', () => {
    const [row] = smartPolicy([candidate('a', {componentCount: 3, unseenMs: 15 * MINUTE_MS, revisits: 2})], urgent)
    expect(row).toEqual({
      id: 'a',
      reason: 'mayGo',
      tier: 'content',
      score: {components: 30, recency: 50, revisits: 10, total: 90},
      protections: [],
      bytes: 1_000,
    })
  })

  test.each<[EvictionProtection, Partial<EvictionCandidate>, readonly EvictionStrength[]]>([
    ['visible', {isVisible: true}, []],
    ['shared', {isShared: true}, []],
    ['pinned', {isPinned: true}, []],
    ['notDurable', {isUnsavable: true}, []],
    ['attached', {isAttached: true}, []],
    ['loading', {isLoading: true}, []],
    ['needsConsent', {runningOperations: {resumable: 0, unresumable: 1}}, []],
    ['running', {runningOperations: timer}, ['urgent']],
    ['recentlySeen', {unseenMs: 10 * MINUTE_MS - 1}, ['proactive', 'urgent']],
    ['oftenRevisited', {revisits: 6}, ['proactive', 'urgent']],
  ])('protects one that is %s, except from requests that may override it', (reason, facts, overriders) => {
    for (const strength of ['suggested', 'proactive', 'urgent'] as const) {
      const [row] = smartPolicy([candidate('a', facts)], {...urgent, strength})
      expect({strength, reason: row?.reason, protections: row?.protections}).toEqual({
        strength,
        reason: overriders.includes(strength) ? 'mayGo' : reason,
        protections: [reason],
      })
    }
  })

  test.each<[string, Partial<EvictionCandidate>]>([
    ['seen exactly ten minutes ago', {unseenMs: 10 * MINUTE_MS}],
    ['never seen, however new', {wasSeen: false, unseenMs: 0}],
    ['revisited five times', {revisits: 5}],
  ])('does not protect one that was %s', (_, facts) => {
    expect(smartPolicy([candidate('a', facts)], {...urgent, strength: 'suggested'})[0]?.reason).toBe('mayGo')
  })

  test('puts what never goes last, and one that refused stays in its place', () => {
    const rows = smartPolicy(
      [candidate('a', {isPinned: true, componentCount: 0}), candidate('b'), candidate('c', {componentCount: 0})],
      {...urgent, refused: new Set(['c' as WorkspaceId])},
    )
    expect(rows.map(({id, tier, reason}) => [id, tier, reason])).toEqual([
      ['c', 'empty', 'refused'],
      ['b', 'content', 'mayGo'],
      ['a', 'never', 'pinned'],
    ])
  })

  test('for any workspaces: the same order however they are told, and no tier before an earlier one', () => {
    fc.assert(
      fc.property(anyCandidates, ({candidates, shuffled}) => {
        const ranked = smartPolicy(candidates, urgent)
        expect(smartPolicy(shuffled, urgent)).toEqual(ranked)
        const order = ['empty', 'content', 'default', 'running', 'never']
        const tiers = ranked.map(({tier}) => order.indexOf(tier))
        expect(tiers).toEqual(tiers.toSorted((a, b) => a - b))
      }),
    )
  })
})

describe('the plain policy', () => {
  test('lets go the one seen longest ago, whatever it holds, and ties by id', () => {
    const rows = lruPolicy(
      [
        candidate('c', {componentCount: 0, unseenMs: 5}),
        candidate('b', {runningOperations: timer, isDefault: true, unseenMs: 9}),
        candidate('a', {unseenMs: 5, revisits: 20}),
      ],
      urgent,
    )
    expect(rows.map(({id, reason}) => [id, reason])).toEqual([
      ['b', 'mayGo'],
      ['a', 'mayGo'],
      ['c', 'mayGo'],
    ])
  })

  test.each<[EvictionProtection, Partial<EvictionCandidate>]>([
    ['visible', {isVisible: true}],
    ['pinned', {isPinned: true}],
    ['notDurable', {isUnsavable: true}],
    ['needsConsent', {runningOperations: {resumable: 0, unresumable: 1}}],
  ])('keeps one that is %s too', (reason, facts) => {
    expect(lruPolicy([candidate('a', facts)], urgent)[0]?.reason).toBe(reason)
  })
})

const anyCandidates = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...'abcdefgh'),
      componentCount: fc.nat({max: 3}),
      unseenMs: fc.nat({max: 3}),
      revisits: fc.nat({max: 2}),
      isDefault: fc.boolean(),
      isPinned: fc.boolean(),
      wasSeen: fc.boolean(),
    }),
    {selector: ({id}) => id},
  )
  .map((all) => all.map(({id, ...facts}) => candidate(id, facts)))
  .chain((candidates) =>
    fc.record({
      candidates: fc.constant(candidates),
      shuffled: fc.shuffledSubarray(candidates, {minLength: candidates.length, maxLength: candidates.length}),
    }),
  )
