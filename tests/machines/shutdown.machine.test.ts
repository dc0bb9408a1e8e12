import {afterEach, describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {
  type DrainInput,
  type DrainOutput,
  type ShutdownEmitted,
  shutdownMachine,
} from '../../src/machines/shutdown/shutdown.machine.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const coverage = watchCoverage(shutdownMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('a shutdown', () => {
  test('ends when everything is durable, with what is left of the bound for closing', async () => {
    const shutdown = start()
    expect(shutdown.accepts()).toBe(true)
    shutdown.ask({timeoutMs: 2_000})
    expect({accepts: shutdown.accepts(), tries: shutdown.tries()}).toEqual({accepts: false, tries: [2_000]})
    await shutdown.drained({late: 0, remainingMs: 1_500})
    expect({status: shutdown.actor.getSnapshot().status, output: shutdown.actor.getSnapshot().output}).toEqual({
      status: 'done',
      output: {timeoutMs: 1_500},
    })
  })

  test('that is quick shows no progress; one that takes 800 ms does, from then on', async () => {
    const shutdown = start()
    shutdown.ask()
    shutdown.actor.send({type: 'progress.made', total: 3, durable: 1})
    shutdown.time.advance(799)
    expect(shutdown.said()).toEqual(['shutdown.begun'])
    shutdown.time.advance(1)
    shutdown.actor.send({type: 'progress.made', total: 3, durable: 2})
    expect(shutdown.emitted.slice(1)).toEqual([
      {type: 'shutdown.progressed', total: 3, durable: 1},
      {type: 'shutdown.progressed', total: 3, durable: 2},
    ])
    expect(shutdown.actor.getSnapshot().hasTag('slow')).toBe(true)
  })

  test('with something late waits for a person, who may try again', async () => {
    const shutdown = start()
    shutdown.ask()
    await shutdown.drained({late: 2})
    expect({value: shutdown.value(), accepts: shutdown.accepts()}).toEqual({value: 'late', accepts: false})
    shutdown.actor.send({type: 'progress.made', total: 9, durable: 9})
    expect(shutdown.actor.getSnapshot().context.total).toBe(0)
    shutdown.ask({timeoutMs: 5_000})
    await shutdown.drained({late: 0})
    expect({tries: shutdown.tries(), status: shutdown.actor.getSnapshot().status}).toEqual({
      tries: [3_000, 5_000],
      status: 'done',
    })
  })

  test('can be cancelled while it is under way and when it is late; a late answer changes nothing then', async () => {
    const shutdown = start()
    shutdown.ask()
    shutdown.actor.send({type: 'cancel.requested'})
    expect(shutdown.accepts()).toBe(true)
    await shutdown.drained({late: 0})
    shutdown.actor.send({type: 'cancel.requested'})
    shutdown.actor.send({type: 'close.confirmed'})
    expect(shutdown.value()).toBe('open')
    shutdown.ask()
    await shutdown.drained({late: 1})
    shutdown.actor.send({type: 'cancel.requested'})
    expect({value: shutdown.value(), said: shutdown.said()}).toEqual({
      value: 'open',
      said: ['shutdown.begun', 'shutdown.cancelled', 'shutdown.begun', 'shutdown.late', 'shutdown.cancelled'],
    })
  })

  test.each(['draining', 'late'])('is closed anyway by a person while %s', async (when) => {
    const shutdown = start()
    shutdown.ask()
    if (when === 'late') {
      await shutdown.drained({late: 1})
    }
    shutdown.actor.send({type: 'close.confirmed'})
    expect(shutdown.actor.getSnapshot()).toMatchObject({status: 'done', output: {timeoutMs: 250}})
  })

  test('that nobody watches closes whatever is late, also when it joined one with a person', async () => {
    for (const isJoined of [false, true]) {
      const shutdown = start()
      shutdown.ask({closesAnyway: !isJoined})
      shutdown.ask({closesAnyway: isJoined})
      await shutdown.drained({late: 1, remainingMs: 0})
      expect({tries: shutdown.tries(), output: shutdown.actor.getSnapshot().output}).toEqual({
        tries: [3_000],
        output: {timeoutMs: 0},
      })
    }
  })

  test('whose try fails by a fault of our own claims nothing', async () => {
    const shutdown = start()
    shutdown.ask()
    await shutdown.failed()
    expect(shutdown.value()).toBe('late')
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start() {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const time = createSimulatedTime()
  const {calls, logic: drain} = scripted<DrainOutput, DrainInput>()
  const actor = createActor(shutdownMachine.provide({actors: {drain}}), {
    clock: time,
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: ShutdownEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    actor,
    time,
    emitted,
    said: () => emitted.map(({type}) => type),
    value: () => actor.getSnapshot().value,
    accepts: () => actor.getSnapshot().hasTag('accepting'),
    tries: () => calls.map(({input}) => input.timeoutMs),
    ask: ({timeoutMs = 3_000, closesAnyway = false} = {}) =>
      actor.send({type: 'shutdown.requested', timeoutMs, closesAnyway}),
    drained: async (output: Partial<DrainOutput>) => {
      calls.at(-1)?.resolve({late: 0, remainingMs: 100, ...output})
      await settle()
    },
    failed: async () => {
      calls.at(-1)?.reject(new Error('a fault of our own'))
      await settle()
    },
  }
}
