import {describe, expect, test} from 'vitest'
import {assign, fromPromise, setup} from 'xstate'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {testPaths} from '../../src/testing/path-runner.ts'
import {createSimulatedTime, type SimulatedTime} from '../../src/testing/simulated-time.ts'

/** A door that closes by itself, and a lock that may fail. */
const doorMachine = setup({
  types: {
    context: {} as {readonly openings: number},
    events: {} as {type: 'push.happened'; force: number} | {type: 'lock.requested'},
  },
  actors: {turnLock: fromPromise<void>(() => Promise.reject(new Error('provide it')))},
  delays: {closing: 5_000},
  guards: {isStrong: (_, params: {force: number}) => params.force > 1},
  actions: {noteOpened: assign({openings: ({context}) => context.openings + 1})},
}).createMachine({
  id: 'door',
  context: {openings: 0},
  initial: 'closed',
  states: {
    closed: {
      on: {
        'push.happened': {
          guard: {type: 'isStrong', params: ({event}) => event},
          target: 'open',
          actions: 'noteOpened',
        },
        'lock.requested': 'locking',
      },
    },
    open: {after: {closing: 'closed'}},
    locking: {invoke: {src: 'turnLock', onDone: 'locked', onError: 'jammed'}},
    locked: {type: 'final'},
    jammed: {on: {'push.happened': 'open'}},
  },
})

/** The real thing, written without a chart. */
class Door {
  readonly time: SimulatedTime = createSimulatedTime()
  shown = 'closed'
  closesAfterMs = 5_000
  answerLock: (isTurned: boolean) => void = () => undefined

  push(force: number) {
    if (this.shown === 'jammed' || (this.shown === 'closed' && force > 1)) {
      this.shown = 'open'
      this.time.setTimeout(() => {
        this.shown = 'closed'
      }, this.closesAfterMs)
    }
  }

  lock() {
    this.shown = 'locking'
    this.answerLock = (isTurned) => {
      this.shown = isTurned ? 'locked' : 'jammed'
    }
  }
}

const shows = (expected: string) => (door: Door) => expect(door.shown).toBe(expected)

type DoorModel = ChartModel<typeof doorMachine, Door>

const doorModel: DoorModel = {
  machine: doorMachine,
  place: () => undefined,
  start: () => new Door(),
  time: (door) => door.time,
  events: {
    'push.happened': {cases: () => [{force: 1}, {force: 2}], perform: (door, {force}) => door.push(force)},
    'lock.requested': (door) => door.lock(),
  },
  done: {turnLock: (door) => door.answerLock(true)},
  failed: {turnLock: (door) => door.answerLock(false)},
  states: {
    closed: shows('closed'),
    open: shows('open'),
    locking: shows('locking'),
    locked: shows('locked'),
    jammed: shows('jammed'),
  },
}

describe('testPaths', () => {
  test('walks every state and transition of a chart that waits and invokes, on the real system', async () => {
    const report = await testPaths(doorModel)
    expect(report).toMatchObject({
      chart: 'door',
      states: {total: 6, covered: 6, missing: []},
      transitions: {total: 6, covered: 6, missing: []},
      failures: [],
      seen: undefined,
    })
    expect(Object.values(report.guards.isStrong ?? {}).every((count) => count > 0)).toBe(true)
  })

  test('goes every simple way when asked to', async () => {
    const {paths, failures} = await testPaths(doorModel, {kind: 'simple'})
    expect({paths, failures}).toEqual({paths: 4, failures: []})
  })

  test('takes fewer paths through the same transitions when they are to be short', async () => {
    const all = await testPaths(doorModel)
    const short = await testPaths(doorModel, {isShort: true})
    expect(short.transitions).toEqual(all.transitions)
    expect(short.paths).toBeLessThan(all.paths)
  })

  test('finds a real system that does something else, and names the steps that lead there', async () => {
    const start = () => {
      const door = new Door()
      door.lock = () => {
        door.shown = 'locking'
      }
      return door
    }
    const {failures} = await testPaths({...doorModel, start})
    expect(failures.map(({steps, state}) => ({steps, state}))).toEqual([
      {steps: ['lock.requested', 'done turnLock'], state: '"locked"'},
      {steps: ['lock.requested', 'failed turnLock'], state: '"jammed"'},
      {steps: ['lock.requested', 'failed turnLock'], state: '"jammed"'},
    ])
    expect(failures[0]?.reason).toContain("locked: expected 'locking' to be 'locked'")
  })

  test.each([
    ['early', 4_999],
    ['late', 5_001],
  ])('finds a deadline that comes %s', async (_, closesAfterMs) => {
    const start = () => Object.assign(new Door(), {closesAfterMs})
    const {failures} = await testPaths({...doorModel, start})
    expect(failures.length).toBeGreaterThan(0)
    expect(failures.every(({steps}) => steps.includes('after closing'))).toBe(true)
  })

  test('refuses a model with holes, by their names', async () => {
    const {jammed: _, ...states} = doorModel.states
    const model = {...doorModel, done: {}, after: {opening: () => undefined}, states: {...states, ajar: shows('ajar')}}
    await expect(testPaths(model)).rejects.toThrow(
      [
        'The model of the chart door is not complete:',
        'the chart has no state "ajar"',
        'the chart has no delay "opening"',
        'nothing is said about "done turnLock"',
        'the state "jammed" has no check',
      ].join('\n'),
    )
  })

  test('a missing act for an event is found by the compiler, and without it', async () => {
    const {'lock.requested': _, ...events} = doorModel.events
    // @ts-expect-error an event of the chart has no act
    const model: DoorModel = {...doorModel, events}
    await expect(testPaths(model)).rejects.toThrow('nothing is said about "lock.requested"')
  })
})
