import {afterEach, describe, expect, test} from 'vitest'
import {createActor, type NonReducibleUnknown} from 'xstate'
import {type EvictionEmitted, evictionMachine} from '../../src/machines/eviction/eviction.machine.ts'
import type {Candidate} from '../../src/machines/eviction/lru.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const busy = new KeepspaceError('usage', 'busy')

const coverage = watchCoverage(evictionMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('memory within its cap', () => {
  test('is left alone', () => {
    const eviction = start({cap: 2})
    eviction.census('a', 'b')
    expect(eviction.value()).toBe('watching')
    expect({victims: eviction.victims(), emitted: eviction.emitted}).toEqual({victims: [], emitted: []})
  })
})

describe('memory over its cap', () => {
  test('lets the least recently seen workspace go, then counts again', async () => {
    const eviction = start({cap: 2})
    eviction.census('a', 'b', 'c')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'persisting', victims: ['a']})
    expect(eviction.emitted).toEqual([
      {
        type: 'victim.chosen',
        workspaceId: 'a',
        ranking: [
          {id: 'a', reason: 'leastRecentlySeen'},
          {id: 'b', reason: 'mayGo'},
          {id: 'c', reason: 'mayGo'},
        ],
      },
    ])
    await eviction.left()
    await eviction.counted('b', 'c')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'watching', victims: ['a']})
  })

  test('lets one after the other go, never two at once', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b', 'c')
    eviction.census('a', 'b', 'c', 'd')
    expect(eviction.victims()).toEqual(['a'])
    await eviction.left()
    await eviction.counted('b', 'c', 'd')
    expect(eviction.victims()).toEqual(['a', 'b'])
    await eviction.left()
    await eviction.counted('c', 'd')
    await eviction.left()
    await eviction.counted('d')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({
      value: 'watching',
      victims: ['a', 'b', 'c'],
    })
  })

  test('tries another one when the chosen one refuses, and asks that one again only after something changed', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b')
    await eviction.refused(busy)
    await eviction.counted('a', 'b')
    expect(eviction.victims()).toEqual(['a', 'b'])
    expect(eviction.emitted[1]).toEqual({type: 'victim.refused', workspaceId: 'a', error: busy.report})

    await eviction.refused(new Error('not one of ours'))
    await eviction.counted('a', 'b')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'blocked', victims: ['a', 'b']})

    eviction.census('a', 'b')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({
      value: 'persisting',
      victims: ['a', 'b', 'a'],
    })
  })

  test('asks one that refused again after everything fitted in between', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b')
    await eviction.refused(busy)
    await eviction.counted('a')
    expect(eviction.value()).toBe('watching')
    eviction.census('a', 'b')
    expect(eviction.victims()).toEqual(['a', 'a'])
  })

  test('where nobody may go is said aloud, and again when it is over', () => {
    const eviction = start({cap: 1})
    eviction.take([candidate('a', {isVisible: true}), candidate('b', {isVisible: true})])
    expect({value: eviction.value(), isBlocked: eviction.actor.getSnapshot().hasTag('blocked')}).toEqual({
      value: 'blocked',
      isBlocked: true,
    })
    eviction.take([candidate('a', {isVisible: true})])
    expect(eviction.value()).toBe('watching')
    expect(eviction.emitted).toEqual([
      {
        type: 'eviction.blocked',
        ranking: [
          {id: 'a', reason: 'visible'},
          {id: 'b', reason: 'visible'},
        ],
      },
      {type: 'eviction.unblocked'},
    ])
  })

  test('releases nobody when it cannot be counted, until the next census', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b', 'c')
    await eviction.left()
    eviction.counts.at(-1)?.reject(busy)
    await settle()
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'watching', victims: ['a']})
    eviction.census('b', 'c')
    expect(eviction.victims()).toEqual(['a', 'b'])
  })
})

describe('a new cap', () => {
  test('counts at once', async () => {
    const eviction = start({cap: 2})
    eviction.census('a', 'b')
    eviction.actor.send({type: 'cap.changed', cap: 1})
    await eviction.counted('a', 'b')
    expect(eviction.victims()).toEqual(['a'])
  })

  test('ends a blockade when it is high enough', async () => {
    const eviction = start({cap: 0})
    eviction.take([candidate('a', {isAttached: true})])
    eviction.actor.send({type: 'cap.changed', cap: 1})
    await settle()
    eviction.counts.at(-1)?.resolve({candidates: [candidate('a', {isAttached: true})]})
    await settle()
    expect(eviction.value()).toBe('watching')
  })

  test('set while one is leaving counts from the next census on', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b', 'c')
    eviction.actor.send({type: 'cap.changed', cap: 2})
    expect(eviction.value()).toBe('persisting')
    await eviction.left()
    await eviction.counted('b', 'c')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'watching', victims: ['a']})
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start({cap}: {readonly cap: number}) {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: departures, logic: persistVictim} = scripted<void, {workspaceId: WorkspaceId}>()
  const {calls: counts, logic: takeCensus} = scripted<
    {readonly candidates: readonly Candidate[]},
    NonReducibleUnknown
  >()
  const actor = createActor(evictionMachine.provide({actors: {persistVictim, takeCensus}}), {
    input: {cap},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: EvictionEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  const take = (candidates: readonly Candidate[]) => actor.send({type: 'census.taken', candidates})
  return {
    actor,
    emitted,
    counts,
    take,
    /** Workspaces in memory, least recently seen first. */
    census: (...ids: readonly string[]) => take(ids.map((id) => candidate(id))),
    value: () => actor.getSnapshot().value,
    victims: () => departures.map(({input}) => input.workspaceId),
    left: async () => {
      departures.at(-1)?.resolve()
      await settle()
    },
    refused: async (error: Error) => {
      departures.at(-1)?.reject(error)
      await settle()
    },
    counted: async (...ids: readonly string[]) => {
      counts.at(-1)?.resolve({candidates: ids.map((id) => candidate(id))})
      await settle()
    },
  }
}

/** Seen in the order of the alphabet. */
function candidate(id: string, facts: Partial<Candidate> = {}): Candidate {
  const lastSeenMs = id.charCodeAt(0)
  return {id: id as WorkspaceId, lastSeenMs, isVisible: false, isAttached: false, isLoading: false, ...facts}
}
