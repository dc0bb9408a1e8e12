import {afterEach, describe, expect, test} from 'vitest'
import {createActor, type NonReducibleUnknown} from 'xstate'
import {evictionMachine} from '../../src/machines/eviction/eviction.machine.ts'
import type {Census, EvictionEmitted} from '../../src/machines/eviction/eviction.setup.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EvictionCandidate, EvictionCause} from '../../src/model/eviction.ts'
import type {WorkspaceId} from '../../src/model/ids.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {candidate} from '../support/eviction-candidate.ts'
import {scripted, settle} from '../support/scripted.ts'

const full = new KeepspaceError('storage.quota', 'full')

const coverage = watchCoverage(evictionMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('memory within its cap', () => {
  test('is left alone', () => {
    const eviction = start({cap: 2})
    eviction.census('a', 'b')
    expect({value: eviction.value(), victims: eviction.victims(), told: eviction.told()}).toEqual({
      value: 'watching',
      victims: [],
      told: [],
    })
  })
})

describe('memory over its cap', () => {
  test('lets the one go that would be missed least, then counts again', async () => {
    const eviction = start({cap: 2})
    eviction.census('a', 'b', 'c')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'persisting', victims: ['a']})
    expect(eviction.emitted).toMatchObject([
      {
        type: 'victim.chosen',
        workspaceId: 'a',
        cause: 'capacity',
        strength: 'urgent',
        ranking: [
          {id: 'a', reason: 'chosen'},
          {id: 'b', reason: 'mayGo'},
          {id: 'c', reason: 'mayGo'},
        ],
      },
    ])
    await eviction.left()
    await eviction.counted('b', 'c')
    expect({value: eviction.value(), told: eviction.told()}).toEqual({
      value: 'watching',
      told: ['victim.chosen a', 'victim.released a'],
    })
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

  test('tries another one when the chosen one fails, and leaves that one alone for a while', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b')
    await eviction.refused(full)
    await eviction.counted('a', 'b')
    expect(eviction.victims()).toEqual(['a', 'b'])
    expect(eviction.emitted[1]).toEqual({type: 'victim.refused', workspaceId: 'a', error: full.report})

    await eviction.refused(new Error('not one of ours'))
    await eviction.counted('a', 'b')
    eviction.census('a', 'b')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'blocked', victims: ['a', 'b']})

    await eviction.passed(1_000)
    await eviction.counted('a', 'b')
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({
      value: 'persisting',
      victims: ['a', 'b', 'a'],
    })
    await eviction.left()
    await eviction.counted('b')
    expect(eviction.value()).toBe('watching')
  })

  test('tries another one when the chosen one was opened again, which counts as no failure', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b', 'c', 'd', 'e')
    for (const id of ['a', 'b', 'c', 'd']) {
      expect(eviction.victims().at(-1)).toBe(id)
      await eviction.stayed()
      await eviction.counted('a', 'b', 'c', 'd', 'e')
    }
    expect({value: eviction.value(), failures: eviction.context().failures}).toEqual({value: 'persisting', failures: 0})
  })

  test('where nobody may go is said once, however often it is counted, and again when it is over', () => {
    const eviction = start({cap: 1})
    const both = [candidate('a', {isVisible: true}), candidate('b', {isVisible: true})]
    eviction.take(both)
    eviction.take(both)
    eviction.take(both)
    expect({value: eviction.value(), isBlocked: eviction.context().isBlocked, told: eviction.told()}).toEqual({
      value: 'blocked',
      isBlocked: true,
      told: ['eviction.blocked'],
    })
    eviction.take([candidate('a', {isVisible: true})])
    expect({value: eviction.value(), told: eviction.told()}).toEqual({
      value: 'watching',
      told: ['eviction.blocked', 'eviction.unblocked'],
    })
  })

  test('stays blocked in the eyes of people until one has left', async () => {
    const eviction = start({cap: 1})
    eviction.take([
      candidate('a', {isVisible: true}),
      candidate('b', {isPinned: true}),
      candidate('c', {isVisible: true}),
    ])
    eviction.take([candidate('a', {isVisible: true}), candidate('c')])
    expect({value: eviction.value(), isBlocked: eviction.context().isBlocked}).toEqual({
      value: 'persisting',
      isBlocked: true,
    })
    await eviction.left()
    expect(eviction.told()).toEqual(['eviction.blocked', 'victim.chosen c', 'victim.released c', 'eviction.unblocked'])
  })

  test('releases nobody when it cannot be counted, until the next census', async () => {
    const eviction = start({cap: 1})
    eviction.census('a', 'b', 'c')
    await eviction.left()
    eviction.counts.at(-1)?.reject(full)
    await settle()
    expect({value: eviction.value(), victims: eviction.victims()}).toEqual({value: 'watching', victims: ['a']})
    eviction.census('b', 'c')
    expect(eviction.victims()).toEqual(['a', 'b'])
  })
})

describe('evictions that fail three times in a row', () => {
  test('are degraded: people are told once, nothing is tried, until a probe succeeds and all heals by itself', async () => {
    const eviction = await startDegraded()
    expect({value: eviction.value(), isDegraded: eviction.context().isDegraded, told: eviction.told()}).toEqual({
      value: 'degraded',
      isDegraded: true,
      told: [...['a', 'b', 'c'].flatMap((id) => [`victim.chosen ${id}`, `victim.refused ${id}`]), 'eviction.degraded'],
    })
    eviction.census('a', 'b', 'c', 'd')
    expect(eviction.victims()).toHaveLength(3)

    await eviction.passed(4_999)
    expect(eviction.value()).toBe('degraded')
    await eviction.passed(1)
    await eviction.counted('a', 'b', 'c', 'd')
    expect({value: eviction.value(), victims: eviction.victims().slice(3)}).toEqual({
      value: 'persisting',
      victims: ['a'],
    })
    await eviction.refused(full)
    await eviction.counted('a', 'b', 'c', 'd')
    expect(eviction.value()).toBe('degraded')

    await eviction.passed(9_999)
    expect(eviction.value()).toBe('degraded')
    await eviction.passed(1)
    await eviction.counted('a', 'b', 'c', 'd')
    await eviction.left()
    expect({isDegraded: eviction.context().isDegraded, told: eviction.told().slice(-2)}).toEqual({
      isDegraded: false,
      told: ['victim.released a', 'eviction.healed'],
    })
    await eviction.counted('b', 'c', 'd')
    expect(eviction.victims().at(-1)).toBe('b')
  })

  test('are tried at once when storage recovers, and when the cap changes', async () => {
    for (const event of [{type: 'storage.recovered'}, {type: 'cap.changed', cap: 2}] as const) {
      const eviction = await startDegraded()
      eviction.actor.send(event)
      await eviction.counted('a', 'b', 'c', 'd')
      expect(eviction.value()).toBe('persisting')
    }
  })

  test('are forgotten when everything fits without one', async () => {
    const eviction = await startDegraded()
    eviction.census('a')
    expect({value: eviction.value(), told: eviction.told().at(-1), failures: eviction.context().failures}).toEqual({
      value: 'watching',
      told: 'eviction.healed',
      failures: 0,
    })
  })

  test('wait for the next probe when memory cannot be counted', async () => {
    const eviction = await startDegraded()
    await eviction.passed(5_000)
    expect(eviction.value()).toBe('probing')
    eviction.counts.at(-1)?.reject(full)
    await settle()
    expect(eviction.value()).toBe('degraded')
  })
})

describe('a blockade by workspaces that failed', () => {
  test('ends at once when storage recovers', async () => {
    const eviction = start({cap: 0})
    eviction.census('a')
    await eviction.refused(full)
    await eviction.counted('a')
    expect(eviction.value()).toBe('blocked')
    eviction.actor.send({type: 'storage.recovered'})
    await eviction.counted('a')
    expect(eviction.victims()).toEqual(['a', 'a'])
  })
})

describe('memory that is wanted back', () => {
  test('is given back until the bytes are freed', async () => {
    const eviction = start({cap: 9})
    eviction.actor.send({type: 'memory.wanted', cause: 'memoryPressure', strength: 'proactive', bytes: 1_500})
    await eviction.counted('a', 'b', 'c')
    expect(eviction.calls()).toEqual([{workspaceId: 'a', cause: 'memoryPressure'}])
    await eviction.left()
    await eviction.counted('b', 'c')
    await eviction.left()
    await eviction.counted('c')
    expect({value: eviction.value(), victims: eviction.victims(), wish: eviction.context().wish}).toEqual({
      value: 'watching',
      victims: ['a', 'b'],
      wish: undefined,
    })
  })

  test('is given up when nothing may go for it, without a blockade', async () => {
    const eviction = start({cap: 9})
    eviction.actor.send({type: 'memory.wanted', cause: 'request', strength: 'suggested', bytes: 1})
    eviction.counts.at(-1)?.resolve({candidates: [candidate('a', {unseenMs: 0})], atMs: 0})
    await settle()
    expect({value: eviction.value(), told: eviction.told(), wish: eviction.context().wish}).toEqual({
      value: 'watching',
      told: [],
      wish: undefined,
    })
  })

  test('while one is leaving is remembered', async () => {
    const eviction = start({cap: 2})
    eviction.census('a', 'b', 'c')
    eviction.actor.send({type: 'memory.wanted', cause: 'memoryPressure', strength: 'urgent', bytes: 1_500})
    await eviction.left()
    await eviction.counted('b', 'c')
    expect(eviction.calls().at(-1)).toEqual({workspaceId: 'b', cause: 'memoryPressure'})
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
    eviction.take([candidate('a', {isShared: true})])
    eviction.actor.send({type: 'cap.changed', cap: 1})
    eviction.counts.at(-1)?.resolve({candidates: [candidate('a', {isShared: true})], atMs: 0})
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

test('smart eviction switched off lets the one go that was seen longest ago, whatever it does', () => {
  const eviction = start({cap: 1})
  eviction.actor.send({type: 'smart.changed', isSmart: false})
  eviction.actor.send({type: 'storage.recovered'})
  eviction.take([
    candidate('a', {componentCount: 0, unseenMs: 1}),
    candidate('b', {runningOperations: {resumable: 1, unresumable: 0}, unseenMs: 2}),
  ])
  expect(eviction.victims()).toEqual(['b'])
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

/** Three evictions have failed. */
async function startDegraded() {
  const eviction = start({cap: 1})
  eviction.census('a', 'b', 'c', 'd')
  for (let failure = 0; failure < 3; failure += 1) {
    await eviction.refused(full)
    await eviction.counted('a', 'b', 'c', 'd')
  }
  return eviction
}

function start({cap}: {readonly cap: number}) {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const time = createSimulatedTime()
  const departures = scripted<{readonly isReleased: boolean}, {workspaceId: WorkspaceId; cause: EvictionCause}>()
  const {calls: counts, logic: takeCensus} = scripted<Census, NonReducibleUnknown>()
  const actor = createActor(evictionMachine.provide({actors: {persistVictim: departures.logic, takeCensus}}), {
    input: {cap, absoluteCap: 25, isSmart: true},
    clock: time as never,
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: EvictionEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  const take = (candidates: readonly EvictionCandidate[]) =>
    actor.send({type: 'census.taken', candidates, atMs: time.now()})
  const answer = async (how: (call: (typeof departures.calls)[number] | undefined) => void) => {
    how(departures.calls.at(-1))
    await settle()
  }
  return {
    actor,
    emitted,
    counts,
    take,
    /** Workspaces in memory that nothing tells apart but their ids. */
    census: (...ids: readonly string[]) => take(ids.map((id) => candidate(id))),
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    calls: () => departures.calls.map(({input}) => input),
    victims: () => departures.calls.map(({input}) => input.workspaceId),
    told: () => emitted.map((event) => ('workspaceId' in event ? `${event.type} ${event.workspaceId}` : event.type)),
    left: () => answer((call) => call?.resolve({isReleased: true})),
    stayed: () => answer((call) => call?.resolve({isReleased: false})),
    refused: (error: Error) => answer((call) => call?.reject(error)),
    counted: async (...ids: readonly string[]) => {
      counts.at(-1)?.resolve({candidates: ids.map((id) => candidate(id)), atMs: time.now()})
      await settle()
    },
    passed: (ms: number) => time.advanceAsync(ms),
  }
}
