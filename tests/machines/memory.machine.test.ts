import {afterEach, describe, expect, test} from 'vitest'
import {createActor, type NonReducibleUnknown} from 'xstate'
import {type MemoryEmitted, memoryMachine} from '../../src/machines/memory/memory.machine.ts'
import {defaultPressure} from '../../src/machines/memory/pressure.policy.ts'
import type {MemoryReading} from '../../src/model/memory.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const coverage = watchCoverage(memoryMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('the memory monitor', () => {
  test('measures nothing until it is switched on', async () => {
    const monitor = start()
    monitor.actor.send({type: 'measure.requested'})
    monitor.switched(false)
    await monitor.time.advanceAsync(60_000)
    expect({value: monitor.value(), measured: monitor.calls.length, emitted: monitor.emitted}).toEqual({
      value: 'off',
      measured: 0,
      emitted: [],
    })
  })

  test('measures at once when it is switched on, then again and again, never twice at a time', async () => {
    const monitor = start()
    monitor.switched(true)
    monitor.switched(true)
    monitor.actor.send({type: 'measure.requested'})
    expect(monitor.calls).toHaveLength(1)
    await monitor.measured(10)
    monitor.switched(true)
    await monitor.time.advanceAsync(9_999)
    expect(monitor.calls).toHaveLength(1)
    await monitor.time.advanceAsync(1)
    expect(monitor.calls).toHaveLength(2)
    await monitor.measured(10)
    monitor.actor.send({type: 'measure.requested'})
    expect(monitor.calls).toHaveLength(3)
  })

  test('says when the level changes, and only then', async () => {
    const monitor = start()
    monitor.switched(true)
    for (const percent of [10, 66, 70, 90, 20]) {
      await monitor.measured(percent)
      monitor.actor.send({type: 'measure.requested'})
    }
    expect(monitor.changes()).toEqual(['low to elevated', 'elevated to critical', 'critical to low'])
  })

  test('keeps the level when no source answers', async () => {
    const monitor = start()
    monitor.switched(true)
    await monitor.measured(90)
    monitor.actor.send({type: 'measure.requested'})
    monitor.calls.at(-1)?.reject(new Error('no answer'))
    await settle()
    expect({value: monitor.value(), level: monitor.actor.getSnapshot().context.level}).toEqual({
      value: 'resting',
      level: 'critical',
    })
  })

  test('forgets what it measured when it is switched off, also while it measures', async () => {
    for (const isMeasuring of [false, true]) {
      const monitor = start()
      monitor.switched(true)
      await monitor.measured(90)
      if (isMeasuring) {
        monitor.actor.send({type: 'measure.requested'})
      }
      monitor.switched(false)
      expect({value: monitor.value(), context: monitor.actor.getSnapshot().context}).toMatchObject({
        value: 'off',
        context: {level: 'low', reading: undefined},
      })
      expect(monitor.changes()).toEqual(['low to critical', 'critical to low'])
    }
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

function start() {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const time = createSimulatedTime()
  const {calls, logic: measure} = scripted<MemoryReading, NonReducibleUnknown>()
  const actor = createActor(memoryMachine.provide({actors: {measure}}), {
    input: {policy: defaultPressure},
    clock: time as never,
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: MemoryEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    actor,
    time,
    calls,
    emitted,
    value: () => actor.getSnapshot().value,
    switched: (isOn: boolean) => actor.send({type: 'monitor.switched', isOn}),
    changes: () =>
      emitted.flatMap((event) => (event.type === 'pressure.changed' ? `${event.from} to ${event.to}` : [])),
    measured: async (percent: number) => {
      calls.at(-1)?.resolve({
        source: 'heap',
        usedBytes: percent,
        limitBytes: 100,
        runtimeCount: 1,
        componentCount: 0,
        ownBytes: 0,
        atMs: time.now(),
      })
      await settle()
    },
  }
}
