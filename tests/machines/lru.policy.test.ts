import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type Candidate, chooseVictim} from '../../src/machines/eviction/lru.policy.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'

describe(chooseVictim.name, () => {
  test('chooses nobody while memory holds no more than the cap', () => {
    expect(chooseVictim([candidate('a', 1), candidate('b', 2)], 2, [])).toEqual({
      victimId: undefined,
      isOverCap: false,
      ranking: [row('a', 'mayGo'), row('b', 'mayGo')],
    })
  })

  test('chooses the least recently seen one and says of everybody why it stays or goes, the next to go first', () => {
    const candidates = [
      candidate('d', 9),
      candidate('c', 3, {isLoading: true}),
      candidate('a', 1, {isVisible: true}),
      candidate('b', 2, {isAttached: true}),
      candidate('f', 5),
      candidate('e', 4),
    ]
    expect(chooseVictim(candidates, 5, [id('e')])).toEqual({
      victimId: 'f',
      isOverCap: true,
      ranking: [
        row('a', 'visible'),
        row('b', 'attached'),
        row('c', 'loading'),
        row('e', 'refused'),
        row('f', 'leastRecentlySeen'),
        row('d', 'mayGo'),
      ],
    })
  })

  test.each([[['a', 'b', 'c']], [['c', 'b', 'a']], [['b', 'c', 'a']]])(
    'breaks ties by id, in whatever order it is told of them: %s',
    (ids) => {
      expect(
        chooseVictim(
          ids.map((name) => candidate(name, 7)),
          2,
          [],
        ).victimId,
      ).toBe('a')
    },
  )

  test.each([
    ['visible', {isVisible: true}, []],
    ['attached', {isAttached: true}, []],
    ['loading', {isLoading: true}, []],
    ['just refused', {}, ['a']],
  ])('never chooses one that is %s, although memory holds too many', (_, facts, refused) => {
    const choice = chooseVictim([candidate('a', 1, facts)], 0, refused.map(id))
    expect({victimId: choice.victimId, isOverCap: choice.isOverCap}).toEqual({victimId: undefined, isOverCap: true})
  })

  test('for any workspaces: chosen only over the cap, only one that may go, and nobody who may go was seen longer ago', () => {
    fc.assert(
      fc.property(anyCandidates, fc.nat({max: 6}), fc.subarray([...'abcdefgh']), (candidates, cap, refused) => {
        const {victimId, isOverCap, ranking} = chooseVictim(candidates, cap, refused.map(id))
        const mayGo = candidates.filter(
          (one) => !one.isVisible && !one.isAttached && !one.isLoading && !refused.includes(one.id),
        )
        const oldest = Math.min(...mayGo.map(({lastSeenMs}) => lastSeenMs))
        expect(isOverCap).toBe(candidates.length > cap)
        expect(victimId !== undefined).toBe(isOverCap && mayGo.length > 0)
        if (victimId !== undefined) {
          expect(mayGo.find((one) => one.id === victimId)?.lastSeenMs).toBe(oldest)
        }
        expect(ranking.map((ranked) => ranked.id).toSorted()).toEqual(candidates.map((one) => one.id).toSorted())
      }),
    )
  })
})

const anyCandidates = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...'abcdefgh').map(id),
    lastSeenMs: fc.nat({max: 5}),
    isVisible: fc.boolean(),
    isAttached: fc.boolean(),
    isLoading: fc.boolean(),
  }),
  {selector: (candidate) => candidate.id},
)

function id(name: string): WorkspaceId {
  return name as WorkspaceId
}

function candidate(name: string, lastSeenMs: number, facts: Partial<Candidate> = {}): Candidate {
  return {id: id(name), lastSeenMs, isVisible: false, isAttached: false, isLoading: false, ...facts}
}

function row(name: string, reason: string) {
  return {id: name, reason}
}
