import {afterEach, describe, expect, test} from 'vitest'
import {createActor} from 'xstate'
import {
  type AutosaveEmitted,
  autosaveMachine,
  type SweepOutput,
  type SweepTrigger,
} from '../../src/machines/autosave/autosave.machine.ts'
import {defaultAutosave, isOverdue, waitForSweepMs} from '../../src/machines/autosave/autosave.policy.ts'
import {createSimulatedTime} from '../../src/testing/simulated-time.ts'
import {watchCoverage} from '../support/chart-coverage.ts'
import {watchDropped} from '../support/dropped-events.ts'
import {scripted, settle} from '../support/scripted.ts'

const coverage = watchCoverage(autosaveMachine)
const dropped: string[][] = []

afterEach(() => {
  expect(dropped.splice(0).flat()).toEqual([])
})

describe('the sweep', () => {
  test('comes every thirty seconds, counted from the end of the one before', async () => {
    const autosave = start()
    autosave.time.advance(29_999)
    expect(autosave.triggers()).toEqual([])
    autosave.time.advance(1)
    expect(autosave.triggers()).toEqual(['interval'])
    autosave.time.advance(5_000)
    await autosave.swept({attempted: 3, saved: 2})
    autosave.time.advance(29_999)
    expect(autosave.triggers()).toEqual(['interval'])
    autosave.time.advance(1)
    expect(autosave.triggers()).toEqual(['interval', 'interval'])
    expect(autosave.actor.getSnapshot().context).toMatchObject({sweeps: 1, attempted: 3, saved: 2})
  })

  test('comes at once when the page is hidden or comes back, and the next one counts from there', async () => {
    const autosave = start()
    autosave.time.advance(10_000)
    autosave.ask('hidden')
    expect(autosave.triggers()).toEqual(['hidden'])
    await autosave.swept()
    autosave.time.advance(29_999)
    expect(autosave.triggers()).toEqual(['hidden'])
    autosave.time.advance(1)
    expect(autosave.triggers()).toEqual(['hidden', 'interval'])
  })

  test('asked for during another one follows it, once', async () => {
    const autosave = start()
    autosave.ask('hidden')
    autosave.ask('visible')
    autosave.ask('online')
    expect(autosave.triggers()).toEqual(['hidden'])
    await autosave.swept()
    expect(autosave.triggers()).toEqual(['hidden', 'online'])
    await autosave.swept()
    expect({triggers: autosave.triggers(), value: autosave.value()}).toEqual({
      triggers: ['hidden', 'online'],
      value: 'waiting',
    })
  })

  test('that fails by a fault of our own is said, and the next one comes all the same', async () => {
    const autosave = start()
    for (const next of ['interval', 'asked'] as const) {
      autosave.ask('hidden')
      await autosave.failed()
      expect(autosave.value()).toBe('resting')
      if (next === 'interval') {
        autosave.time.advance(30_000)
      } else {
        autosave.ask('visible')
      }
      await autosave.swept()
    }
    expect(autosave.triggers()).toEqual(['hidden', 'interval', 'hidden', 'visible'])
    expect(autosave.emitted.map(({type, error}) => [type, error.code])).toEqual([
      ['sweep.failed', 'usage'],
      ['sweep.failed', 'usage'],
    ])
  })
})

test('the tests above reach every state and every transition', () => {
  expect(coverage.missing()).toEqual([])
})

describe(isOverdue.name, () => {
  const facts = {isVisible: false, dirtySinceMs: 1_000, isSaving: false, waitsForPerson: false}
  const isTaken = (change: Partial<typeof facts> | {dirtySinceMs: undefined}, nowMs: number) =>
    isOverdue(defaultAutosave, {...facts, ...change}, nowMs)

  test('takes what has been unsaved for ten seconds, whoever edits on', () => {
    expect([isTaken({}, 10_999), isTaken({}, 11_000)]).toEqual([false, true])
  })

  test('leaves what is visible, saved, being saved, or waiting for a person', () => {
    expect([
      isTaken({isVisible: true}, 99_000),
      isTaken({dirtySinceMs: undefined}, 99_000),
      isTaken({isSaving: true}, 99_000),
      isTaken({waitsForPerson: true}, 99_000),
    ]).toEqual([false, false, false, false])
  })

  test('takes what seems to be edited in the future: the clock was set back', () => {
    expect(isTaken({}, 500)).toBe(true)
  })
})

test('the wait for a sweep is never longer than one interval, whatever was done to the clock', () => {
  expect([
    waitForSweepMs(defaultAutosave, 30_000, 0),
    waitForSweepMs(defaultAutosave, 30_000, 40_000),
    waitForSweepMs(defaultAutosave, 30_000, -86_400_000),
  ]).toEqual([30_000, 0, 30_000])
})

function start() {
  const watcher = watchDropped()
  dropped.push(watcher.dropped)
  const time = createSimulatedTime(1_000_000)
  const {calls, logic: sweep} = scripted<SweepOutput, {trigger: SweepTrigger}>()
  const actor = createActor(autosaveMachine.provide({actors: {sweep}}), {
    clock: time,
    input: {policy: defaultAutosave, atMs: time.now()},
    inspect: (inspection) => {
      watcher.inspect(inspection)
      coverage.inspect(inspection)
    },
  })
  const emitted: AutosaveEmitted[] = []
  actor.on('*', (event) => void emitted.push(event))
  actor.start()
  return {
    actor,
    time,
    emitted,
    value: () => actor.getSnapshot().value,
    triggers: () => calls.map(({input}) => input.trigger),
    ask: (trigger: SweepTrigger) => actor.send({type: 'sweep.requested', trigger}),
    swept: async (result: Partial<SweepOutput> = {}) => {
      calls.at(-1)?.resolve({atMs: time.now(), attempted: 0, saved: 0, ...result})
      await settle()
    },
    failed: async () => {
      calls.at(-1)?.reject(new Error('a fault of our own'))
      await settle()
    },
  }
}
