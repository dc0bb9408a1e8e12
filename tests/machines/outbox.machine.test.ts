import {afterEach, describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {type OutboxEvent, type OutboxOutput, outboxMachine} from '../../src/machines/outbox/outbox.machine.ts'
import {defaultSessionRetry} from '../../src/machines/session/session.policy.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const coverage = watchCoverage(outboxMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('the start', () => {
  test('sends nothing before what the server acknowledged is read', async () => {
    const outbox = start()
    outbox.send('work.arrived', 'flush.requested')
    outbox.time.advance(60_000)
    expect([outbox.value(), outbox.sends.length]).toEqual(['starting', 0])
    await outbox.begun(true)
    expect([outbox.value(), outbox.sends.length]).toEqual(['sending', 1])
  })

  test('that cannot read is followed by another try', async () => {
    const outbox = start()
    outbox.begins.at(-1)?.reject(new KeepspaceError('storage.timeout'))
    await settle()
    expect(outbox.value()).toBe('backingOff')
    outbox.time.advance(500)
    expect(outbox.value()).toBe('sending')
  })
})

describe('work', () => {
  test('is gathered for two seconds, and sent at once when it is asked for', async () => {
    const outbox = await startIdle()
    outbox.send('work.arrived')
    outbox.time.advance(1_999)
    outbox.send('work.arrived')
    expect(outbox.value()).toBe('gathering')
    outbox.time.advance(1)
    expect(outbox.value()).toBe('sending')
    await outbox.sent(false)
    outbox.send('work.arrived', 'flush.requested')
    expect([outbox.value(), outbox.sends.length]).toEqual(['sending', 2])
  })

  test('goes one after the other until nothing is left', async () => {
    const outbox = await startSending()
    await outbox.sent(true)
    expect([outbox.value(), outbox.sends.length]).toEqual(['sending', 2])
    await outbox.sent(false)
    expect(outbox.value()).toBe('idle')
  })

  test('that arrives while something is on its way goes next', async () => {
    const outbox = await startSending()
    outbox.send('work.arrived')
    await outbox.sent(false)
    expect(outbox.value()).toBe('gathering')
  })

  test('on its way is left by no outside event', async () => {
    const outbox = await startSending()
    outbox.send('work.arrived', 'flush.requested', 'network.returned', 'token.delivered')
    outbox.time.advance(600_000)
    expect([outbox.value(), outbox.sends.length]).toEqual(['sending', 1])
  })
})

describe('a server that cannot be reached', () => {
  test('is tried again, each time later, and never sooner than it asks for', async () => {
    const outbox = await startFailed(new KeepspaceError('server.offline'))
    outbox.time.advance(499)
    expect(outbox.value()).toBe('backingOff')
    outbox.time.advance(1)
    await outbox.failed(new KeepspaceError('server.busy', undefined, {retryAfterMs: 90_000}))
    outbox.time.advance(89_999)
    expect([outbox.value(), outbox.context().attempts]).toEqual(['backingOff', 2])
    outbox.time.advance(1)
    await outbox.sent(false)
    expect(outbox.context()).toMatchObject({attempts: 0, retryAfterMs: 0, error: undefined})
  })

  test.each(['network.returned', 'flush.requested'] as const)('is tried at once with %s', async (type) => {
    const outbox = await startFailed(new KeepspaceError('server.offline'))
    outbox.send(type)
    expect(outbox.value()).toBe('sending')
  })
})

test('without a valid token everything waits for a new one', async () => {
  const outbox = await startFailed(new KeepspaceError('server.unauthorized'))
  outbox.time.advance(600_000)
  outbox.send('work.arrived', 'flush.requested', 'network.returned')
  expect(outbox.value()).toEqual({paused: 'unauthorized'})
  outbox.send('token.delivered')
  expect(outbox.value()).toBe('sending')
})

test.each([startIdle, startSending])('it can be closed at any time', async (begin) => {
  const outbox = await begin()
  outbox.send('close.requested')
  expect(outbox.value()).toBe('closed')
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start() {
  const time = createSimulatedTime()
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const {calls: begins, logic: begin} = scripted<OutboxOutput, undefined>()
  const {calls: sends, logic: sendNext} = scripted<OutboxOutput, undefined>()
  const actor = createActor(outboxMachine.provide({actors: {begin: begin as never, sendNext: sendNext as never}}), {
    clock: time,
    input: {retry: defaultSessionRetry, jitter: 0, gatherMs: 2_000},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  actor.start()
  return {
    time,
    begins,
    sends,
    value: () => actor.getSnapshot().value,
    context: () => actor.getSnapshot().context,
    send: (...types: readonly OutboxEvent['type'][]) => {
      for (const type of types) {
        actor.send({type})
      }
    },
    begun: async (hasMore: boolean) => {
      begins.at(-1)?.resolve({hasMore})
      await settle()
    },
    sent: async (hasMore: boolean) => {
      sends.at(-1)?.resolve({hasMore})
      await settle()
    },
    failed: async (error: KeepspaceError) => {
      sends.at(-1)?.reject(error)
      await settle()
    },
  }
}

async function startIdle() {
  const outbox = start()
  await outbox.begun(false)
  return outbox
}

async function startSending() {
  const outbox = start()
  await outbox.begun(true)
  return outbox
}

async function startFailed(error: KeepspaceError) {
  const outbox = await startSending()
  await outbox.failed(error)
  return outbox
}
