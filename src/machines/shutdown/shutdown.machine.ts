import {type ActorRefFrom, assign, emit, fromPromise, setup} from 'xstate'

export type ShutdownEvent =
  | {type: 'shutdown.requested'; timeoutMs: number; closesAnyway: boolean}
  | {type: 'progress.made'; total: number; durable: number}
  | {type: 'cancel.requested'}
  | {type: 'close.confirmed'}

export type ShutdownEmitted =
  | {type: 'shutdown.begun'; timeoutMs: number}
  | {type: 'shutdown.progressed'; total: number; durable: number}
  | {type: 'shutdown.late'}
  | {type: 'shutdown.cancelled'}

export type DrainInput = {readonly timeoutMs: number}

/** What one try to make everything durable achieved. */
export type DrainOutput = {
  /** How many are not durable. */
  readonly late: number
  /** What is left of the bound. */
  readonly remainingMs: number
}

/** How long closing may still take. */
export type ShutdownOutput = {readonly timeoutMs: number}

export type ShutdownRef = ActorRefFrom<typeof shutdownMachine>

type ShutdownContext = {
  readonly timeoutMs: number
  /** Whether to end although something is not durable. */
  readonly closesAnyway: boolean
  readonly total: number
  readonly durable: number
  readonly late: number
  readonly attempts: number
  readonly closeMs: number
}

/** A shutdown shows its progress when it takes longer than this. */
const PROGRESS_MS = 800
/** Room for what closes connections, when a person does not want to wait for anything else. */
const CLOSE_ANYWAY_MS = 250

/**
 * The way to the end: nothing more is accepted, everything is made durable within a bound, and who is late is named. It
 * can be cancelled, tried again, or closed anyway; only a person may decide to lose something.
 */
export const shutdownMachine = setup({
  types: {
    context: {} as ShutdownContext,
    events: {} as ShutdownEvent,
    emitted: {} as ShutdownEmitted,
    output: {} as ShutdownOutput,
    tags: {} as 'accepting' | 'slow',
  },
  actors: {
    drain: fromPromise<DrainOutput, DrainInput>(() => {
      throw new Error('shutdownMachine: provide the `drain` actor')
    }),
  },
  delays: {progress: PROGRESS_MS},
  guards: {
    mayClose: ({context}) => context.late === 0 || context.closesAnyway,
  },
  actions: {
    noteRequest: assign(({context}, params: {timeoutMs: number; closesAnyway: boolean}) => ({
      timeoutMs: params.timeoutMs,
      closesAnyway: params.closesAnyway,
      attempts: context.attempts + 1,
      total: 0,
      durable: 0,
      late: 0,
      closeMs: 0,
    })),
    noteJoined: assign(({context}, params: {closesAnyway: boolean}) => ({
      closesAnyway: context.closesAnyway || params.closesAnyway,
    })),
    noteProgress: assign((_, params: {total: number; durable: number}) => ({
      total: params.total,
      durable: params.durable,
    })),
    noteDrained: assign((_, params: {drained: DrainOutput}) => ({
      late: params.drained.late,
      closeMs: params.drained.remainingMs,
    })),
    noteUnknown: assign({late: 1, closeMs: CLOSE_ANYWAY_MS}),
    noteConfirmed: assign({closeMs: CLOSE_ANYWAY_MS}),
    announceBegun: emit(({context}) => ({type: 'shutdown.begun' as const, timeoutMs: context.timeoutMs})),
    announceProgress: emit(({context: {total, durable}}) => ({type: 'shutdown.progressed' as const, total, durable})),
    announceLate: emit({type: 'shutdown.late' as const}),
    announceCancelled: emit({type: 'shutdown.cancelled' as const}),
  },
}).createMachine({
  id: 'shutdown',
  description: 'The way to the end: everything is made durable within a bound, and who is late is named.',
  context: {timeoutMs: 0, closesAnyway: false, total: 0, durable: 0, late: 0, attempts: 0, closeMs: 0},
  output: ({context}) => ({timeoutMs: context.closeMs}),
  on: {
    'progress.made': {description: 'Of a try that is over.'},
    'cancel.requested': {description: 'There is nothing to cancel in this state.'},
    'close.confirmed': {description: 'There is nothing to confirm in this state.'},
  },
  initial: 'open',
  states: {
    open: {
      description: 'At work. Everything is accepted.',
      tags: 'accepting',
      on: {
        'shutdown.requested': {target: 'draining', actions: {type: 'noteRequest', params: ({event}) => event}},
      },
    },
    draining: {
      description: 'Nothing more is accepted, and everything in memory is made durable. Ends within its bound.',
      entry: 'announceBegun',
      invoke: {
        src: 'drain',
        input: ({context}) => ({timeoutMs: context.timeoutMs}),
        onDone: {target: 'deciding', actions: {type: 'noteDrained', params: ({event}) => ({drained: event.output})}},
        onError: {description: 'Nobody knows what is durable.', target: 'deciding', actions: 'noteUnknown'},
      },
      on: {
        'progress.made': {actions: {type: 'noteProgress', params: ({event}) => event}},
        'shutdown.requested': {
          description: 'Under way already; whoever asks joins it.',
          actions: {type: 'noteJoined', params: ({event}) => event},
        },
        'cancel.requested': {target: 'open', actions: 'announceCancelled'},
        'close.confirmed': {
          description: 'A person does not want to wait.',
          target: 'closing',
          actions: 'noteConfirmed',
        },
      },
      initial: 'quiet',
      states: {
        quiet: {
          description: 'Most are done before anybody has to be told.',
          after: {progress: 'slow'},
        },
        slow: {
          description: 'It takes a moment, and people see how far it is.',
          tags: 'slow',
          entry: 'announceProgress',
          on: {
            'progress.made': {
              actions: [{type: 'noteProgress', params: ({event}) => event}, 'announceProgress'],
            },
          },
        },
      },
    },
    deciding: {
      description: 'Is everything durable?',
      always: [{guard: 'mayClose', target: 'closing'}, {target: 'late'}],
    },
    late: {
      description: 'The bound is over and something exists only in memory. A person chooses; nothing is accepted yet.',
      entry: 'announceLate',
      on: {
        'shutdown.requested': {target: 'draining', actions: {type: 'noteRequest', params: ({event}) => event}},
        'cancel.requested': {target: 'open', actions: 'announceCancelled'},
        'close.confirmed': {target: 'closing', actions: 'noteConfirmed'},
      },
    },
    closing: {
      description: 'No way back: connections are closed, then all ends.',
      type: 'final',
    },
  },
})
