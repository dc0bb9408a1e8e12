import {type ActorRefFrom, enqueueActions, fromPromise, setup} from 'xstate'
import type {MemoryReading, PressureLevel} from '../../model/memory.ts'
import {levelOf, type PressurePolicy} from './pressure.policy.ts'

export type MemoryInput = {readonly policy: PressurePolicy}

export type MemoryEvent = {type: 'monitor.switched'; isOn: boolean} | {type: 'measure.requested'}

export type MemoryEmitted =
  | {type: 'pressure.changed'; from: PressureLevel; to: PressureLevel; reading: MemoryReading | undefined}
  | {type: 'memory.measured'; level: PressureLevel; reading: MemoryReading}

export type MemoryRef = ActorRefFrom<typeof memoryMachine>

type MemoryContext = {
  readonly policy: PressurePolicy
  readonly level: PressureLevel
  readonly reading: MemoryReading | undefined
}

/** Measures memory again and again, and says how much of it is taken. What a level means is in `pressure.policy.ts`. */
export const memoryMachine = setup({
  types: {
    context: {} as MemoryContext,
    events: {} as MemoryEvent,
    emitted: {} as MemoryEmitted,
    input: {} as MemoryInput,
    tags: {} as 'on',
  },
  actors: {
    measure: fromPromise<MemoryReading>(() => {
      throw new Error('memoryMachine: provide the `measure` actor')
    }),
  },
  delays: {
    poll: ({context}) => context.policy.pollMs,
  },
  guards: {
    isSwitchedOn: (_, params: {isOn: boolean}) => params.isOn,
  },
  actions: {
    noteReading: enqueueActions(({context, enqueue}, params: {reading: MemoryReading}) => {
      const {reading} = params
      const level = levelOf(reading, context.level, context.policy)
      enqueue.assign({reading, level})
      if (level !== context.level) {
        enqueue.emit({type: 'pressure.changed', from: context.level, to: level, reading})
      }
      enqueue.emit({type: 'memory.measured', level, reading})
    }),
    forgetReading: enqueueActions(({context, enqueue}) => {
      if (context.level !== 'low') {
        enqueue.emit({type: 'pressure.changed', from: context.level, to: 'low', reading: undefined})
      }
      enqueue.assign({reading: undefined, level: 'low'})
    }),
  },
}).createMachine({
  id: 'memory',
  description: 'Watches how much memory is taken.',
  context: ({input}) => ({policy: input.policy, level: 'low', reading: undefined}),
  initial: 'off',
  states: {
    off: {
      description: 'Memory is not measured; only the cap limits what is in it.',
      entry: 'forgetReading',
      on: {
        'monitor.switched': [
          {guard: {type: 'isSwitchedOn', params: ({event}) => event}, target: 'measuring'},
          {description: 'It is off already.'},
        ],
        'measure.requested': {description: 'Nothing is measured while it is off.'},
      },
    },
    resting: {
      description: 'Measured not long ago.',
      tags: 'on',
      after: {poll: 'measuring'},
      on: {
        'monitor.switched': [
          {guard: {type: 'isSwitchedOn', params: ({event}) => event}, description: 'It is on already.'},
          {target: 'off'},
        ],
        'measure.requested': 'measuring',
      },
    },
    measuring: {
      description: 'A source is being asked, which may take a while.',
      tags: 'on',
      invoke: {
        src: 'measure',
        onDone: {target: 'resting', actions: {type: 'noteReading', params: ({event}) => ({reading: event.output})}},
        onError: {description: 'No source answered. What was measured last still counts.', target: 'resting'},
      },
      on: {
        'monitor.switched': [
          {guard: {type: 'isSwitchedOn', params: ({event}) => event}, description: 'It is on already.'},
          {target: 'off'},
        ],
        'measure.requested': {description: 'An answer is on its way.'},
      },
    },
  },
})
