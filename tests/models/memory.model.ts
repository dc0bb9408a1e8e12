import type {SnapshotFrom} from 'xstate'
import {memoryMachine} from '../../src/machines/memory/memory.machine.ts'
import {decisionOf, defaultPressure} from '../../src/machines/memory/pressure.policy.ts'
import {MEMORY_ACTOR_ID} from '../../src/machines/root/root.machine.ts'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {MemoryMeasure, MemoryReading, PressureLevel} from '../../src/model/memory.ts'
import type {ChartModel} from '../../src/testing/chart-model.ts'
import {assertSame} from './same.ts'
import {assertHealthy, type RealSystem, startSystem, type World} from './start-system.ts'

type Snapshot = SnapshotFrom<typeof memoryMachine>

type Notebook = {
  /** Answers the measurement under way. */
  readonly asked: ((measure: MemoryMeasure) => void)[]
  /** How many measurements have ended, or were given up. */
  ended: number
  readonly levels: PressureLevel[]
}

type MemorySystem = RealSystem & {readonly notebook: Notebook}

const LIMIT_BYTES = 100

/** The watch over memory is switched on and off; a source answers that little or much of it is taken. */
export const memoryModel = (world: World): ChartModel<typeof memoryMachine, MemorySystem> => ({
  machine: memoryMachine,
  input: {policy: defaultPressure},
  place: ({context: {level, reading}}) => [level, reading?.usedBytes],
  start: async ({inspect}) => {
    const notebook: Notebook = {asked: [], ended: 0, levels: ['low']}
    const measure = () => new Promise<MemoryMeasure>((resolve) => void notebook.asked.push(resolve))
    const system = await startSystem(world, {
      inspect,
      waits: () => false,
      memoryProbes: [{source: 'heap', measure}],
    })
    return {...system, notebook}
  },
  stop: (system) => system.stop(),
  time: ({time}) => time,
  settle: (system) => system.settle(),
  events: {
    'monitor.switched': {
      cases: () => [{isOn: true}, {isOn: false}],
      perform: ({keepspace, notebook}, {isOn}, {before}) => {
        notebook.ended += before.matches('measuring') && !isOn ? 1 : 0
        return keepspace.setFlags({memoryAwareEviction: isOn})
      },
    },
    'measure.requested': ({keepspace}) => keepspace.measureMemory(),
  },
  done: {
    measure: {
      cases: () => [readingOf(10), readingOf(70)],
      perform: ({notebook}, output) => {
        const {usedBytes = 0} = output as MemoryReading
        notebook.asked.at(-1)?.({usedBytes, limitBytes: LIMIT_BYTES})
        notebook.ended += 1
      },
    },
  },
  failed: {
    measure: {
      cases: () => [new KeepspaceError('usage')],
      // A source that fails is passed over; only a fault of our own ends a measurement.
      perform: ({actor, notebook}, error) => {
        actor(MEMORY_ACTOR_ID).send({type: 'xstate.error.actor.0.memory.measuring', error})
        notebook.ended += 1
      },
    },
  },
  states: {
    '': (system, snapshot) => {
      assertHealthy(system)
      const {keepspace, events, notebook} = system
      const {isOn, level, decision, reading} = keepspace.getMemory()
      const {context} = snapshot
      assertSame(
        'what is told of memory',
        {isOn, level, decision, usedBytes: reading?.usedBytes},
        {
          isOn: !snapshot.matches('off'),
          level: context.level,
          decision: decisionOf(context.level),
          usedBytes: context.reading?.usedBytes,
        },
      )
      notebook.levels.push(...(notebook.levels.at(-1) === context.level ? [] : [context.level]))
      const changes = events.flatMap((event) => (event.type === 'memory_pressure_changed' ? [event.to] : []))
      assertSame('levels that were told', changes, notebook.levels.slice(1))
      const running = notebook.asked.length - notebook.ended
      assertSame('measurements under way', running, isMeasuring(snapshot) ? 1 : 0)
    },
  },
})

function isMeasuring(snapshot: Snapshot): boolean {
  return snapshot.matches('measuring')
}

function readingOf(usedBytes: number): MemoryReading {
  return {
    source: 'heap',
    usedBytes,
    limitBytes: LIMIT_BYTES,
    runtimeCount: 0,
    componentCount: 0,
    ownBytes: 0,
    atMs: 0,
  }
}
