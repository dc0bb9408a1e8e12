import {afterEach, describe, expect, test} from 'vitest'
import {createActor, fromCallback} from 'xstate'
import {type WatchEvent, watchMachine} from '../../src/machines/watch/watch.machine.ts'
import {defaultWatch, pollMs} from '../../src/machines/watch/watch.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {EntryId} from '../../src/model/ids.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const entryId = 'e1' as EntryId
const coverage = watchCoverage(watchMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('a window that is seen', () => {
  test('asks at once, and then every ten seconds', async () => {
    const watch = start()
    expect(watch.looks).toHaveLength(1)
    await watch.answered()
    watch.time.advance(9_999)
    expect(watch.looks).toHaveLength(1)
    watch.time.advance(1)
    expect(watch.looks).toHaveLength(2)
  })

  test('asks at once when it is focused, and not twice at the same time', async () => {
    const watch = start()
    await watch.answered()
    watch.send({type: 'page.focused'})
    watch.send({type: 'page.focused'})
    watch.send({type: 'page.shown'})
    expect(watch.looks).toHaveLength(2)
  })

  test('asks once more after a hint that came meanwhile, and at once after one that comes later', async () => {
    const watch = start()
    watch.send({type: 'hint.arrived'})
    await watch.answered()
    expect(watch.looks).toHaveLength(2)
    await watch.answered()
    watch.send({type: 'hint.arrived'})
    expect(watch.looks).toHaveLength(3)
  })
})

describe('a window that nobody sees', () => {
  test('neither asks nor listens until it is seen again', async () => {
    const watch = start()
    await watch.answered()
    watch.send({type: 'page.hidden'})
    watch.time.advance(600_000)
    expect([watch.looks.length, watch.listeners()]).toEqual([1, 0])
    watch.send({type: 'page.shown'})
    expect([watch.looks.length, watch.listeners()]).toEqual([2, 1])
  })

  test.each(['page.shown', 'page.focused'] as const)('from the start asks with %s', (type) => {
    const watch = start({isVisible: false})
    expect([watch.value(), watch.looks.length]).toEqual(['hidden', 0])
    watch.send({type})
    expect(watch.looks).toHaveLength(1)
  })
})

describe('a server that tells by itself', () => {
  test('is asked once a minute only, and as often as before when its stream ends', async () => {
    const watch = start()
    watch.tell({type: 'stream.opened'})
    await watch.answered()
    watch.time.advance(59_999)
    expect(watch.looks).toHaveLength(1)
    watch.tell({type: 'stream.closed'})
    watch.time.advance(9_999)
    expect(watch.looks).toHaveLength(1)
    watch.time.advance(1)
    watch.tell({type: 'stream.closed'})
    expect(watch.looks).toHaveLength(2)
  })

  test('that cannot be listened to is asked', async () => {
    const watch = start({listenFails: true})
    await watch.answered()
    watch.time.advance(10_000)
    expect(watch.looks).toHaveLength(2)
  })
})

describe('a server that does not answer', () => {
  test('is asked ever more rarely, and never sooner than it wants', async () => {
    const watch = start()
    await watch.failed(new KeepspaceError('server.offline'))
    watch.time.advance(19_999)
    expect(watch.looks).toHaveLength(1)
    watch.time.advance(1)
    await watch.failed(new KeepspaceError('server.busy', undefined, {retryAfterMs: 300_000}))
    watch.time.advance(299_999)
    expect(watch.looks).toHaveLength(2)
    watch.time.advance(1)
    expect(watch.looks).toHaveLength(3)
  })

  test('is never left alone for longer than two minutes', () => {
    expect(pollMs(defaultWatch, {isLive: true, failures: 30, retryAfterMs: 0})).toBe(120_000)
  })

  test('is not asked without a valid token', async () => {
    const watch = start()
    watch.send({type: 'token.delivered'})
    await watch.failed(new KeepspaceError('server.unauthorized'))
    watch.time.advance(600_000)
    expect([watch.value(), watch.looks.length]).toEqual(['paused', 1])
    watch.send({type: 'token.delivered'})
    expect(watch.looks).toHaveLength(2)
  })
})

describe('a session that the server does not have any more', () => {
  test.each([{type: 'page.focused'}, {type: 'token.delivered'}] as const)(
    'is asked for again with $type only',
    async (event) => {
      const watch = start()
      await watch.failed(new KeepspaceError('session.gone'))
      watch.send({type: 'hint.arrived'})
      watch.time.advance(600_000)
      expect([watch.value(), watch.looks.length, watch.listeners()]).toEqual(['gone', 1, 0])
      watch.send(event)
      expect([watch.looks.length, watch.listeners()]).toEqual([2, 1])
    },
  )
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start({isVisible = true, listenFails = false} = {}) {
  const time = createSimulatedTime()
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: looks, logic: look} = scripted<void, {entryId: EntryId}>()
  const told = new Set<(event: WatchEvent) => void>()
  const listen = fromCallback<WatchEvent, {entryId: EntryId}>(({sendBack}) => {
    if (listenFails) {
      throw new Error('no streams here')
    }
    told.add(sendBack)
    return () => void told.delete(sendBack)
  })
  const actor = createActor(watchMachine.provide({actors: {look, listen}}), {
    clock: time,
    input: {entryId, policy: defaultWatch, isVisible},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  actor.start()
  return {
    time,
    looks,
    listeners: () => told.size,
    value: () => actor.getSnapshot().value,
    send: (event: WatchEvent) => actor.send(event),
    tell: (event: WatchEvent) => {
      for (const tell of told) {
        tell(event)
      }
    },
    answered: async () => {
      looks.at(-1)?.resolve()
      await settle()
    },
    failed: async (error: KeepspaceError) => {
      looks.at(-1)?.reject(error)
      await settle()
    },
  }
}
