import {type ActorRefFrom, assign, emit, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import {type AutosavePolicy, waitForSweepMs} from './autosave.policy.ts'

/** What made a sweep begin. */
export type SweepTrigger = 'interval' | 'hidden' | 'visible' | 'resumed' | 'online'

export type AutosaveInput = {
  readonly policy: AutosavePolicy
  /** Now, milliseconds since 1970. */
  readonly atMs: number
}

export type AutosaveEvent = {type: 'sweep.requested'; trigger: SweepTrigger}

export type AutosaveEmitted = {type: 'sweep.failed'; error: ErrorReport}

/** What one sweep achieved. */
export type SweepOutput = {
  /** When it ended, milliseconds since 1970. */
  readonly atMs: number
  readonly attempted: number
  readonly saved: number
}

export type AutosaveRef = ActorRefFrom<typeof autosaveMachine>

type AutosaveContext = {
  readonly policy: AutosavePolicy
  /** When the present wait began, and when it ends: absolute, because timers of hidden pages come late or never. */
  readonly clockMs: number
  readonly dueAtMs: number
  readonly trigger: SweepTrigger
  /** A sweep was asked for while one was running. */
  readonly isAsked: boolean
  readonly sweeps: number
  readonly attempted: number
  readonly saved: number
}

/**
 * The safety net under the debounce of each workspace: what has been unsaved for too long is saved, whatever its own
 * timers did. Runs at intervals, and at once when the page is hidden or comes back, since timers of hidden pages cannot
 * be relied on.
 */
export const autosaveMachine = setup({
  types: {
    context: {} as AutosaveContext,
    events: {} as AutosaveEvent,
    emitted: {} as AutosaveEmitted,
    input: {} as AutosaveInput,
  },
  actors: {
    sweep: fromPromise<SweepOutput, {trigger: SweepTrigger}>(() => {
      throw new Error('autosaveMachine: provide the `sweep` actor')
    }),
  },
  delays: {
    untilDue: ({context}) => waitForSweepMs(context.policy, context.dueAtMs, context.clockMs),
    interval: ({context}) => context.policy.sweepMs,
  },
  guards: {
    isAsked: ({context}) => context.isAsked,
  },
  actions: {
    noteTrigger: assign((_, params: {trigger: SweepTrigger}) => ({trigger: params.trigger})),
    noteInterval: assign({trigger: 'interval'}),
    noteAsked: assign((_, params: {trigger: SweepTrigger}) => ({isAsked: true, trigger: params.trigger})),
    noteBegun: assign({isAsked: false}),
    noteSwept: assign(({context}, params: {swept: SweepOutput}) => ({
      clockMs: params.swept.atMs,
      dueAtMs: params.swept.atMs + context.policy.sweepMs,
      sweeps: context.sweeps + 1,
      attempted: context.attempted + params.swept.attempted,
      saved: context.saved + params.swept.saved,
    })),
    announceFailed: emit((_, params: {error: unknown}) => ({
      type: 'sweep.failed' as const,
      error: KeepspaceError.from(params.error, 'usage').report,
    })),
  },
}).createMachine({
  id: 'autosave',
  description: 'Saves in the background what has been unsaved for too long.',
  context: ({input: {policy, atMs}}) => ({
    policy,
    clockMs: atMs,
    dueAtMs: atMs + policy.sweepMs,
    trigger: 'interval',
    isAsked: false,
    sweeps: 0,
    attempted: 0,
    saved: 0,
  }),
  initial: 'waiting',
  states: {
    waiting: {
      description: 'Until the next sweep is due, or the page says that its timers cannot be relied on.',
      after: {untilDue: {target: 'sweeping', actions: 'noteInterval'}},
      on: {
        'sweep.requested': {target: 'sweeping', actions: {type: 'noteTrigger', params: ({event}) => event}},
      },
    },
    sweeping: {
      description: 'Looks at every workspace in memory and saves those that have been unsaved for too long.',
      entry: 'noteBegun',
      invoke: {
        src: 'sweep',
        input: ({context}) => ({trigger: context.trigger}),
        onDone: {target: 'deciding', actions: {type: 'noteSwept', params: ({event}) => ({swept: event.output})}},
        onError: {target: 'resting', actions: {type: 'announceFailed', params: ({event}) => ({error: event.error})}},
      },
      on: {
        'sweep.requested': {
          description: 'Another one follows this one: the page changed meanwhile.',
          actions: {type: 'noteAsked', params: ({event}) => event},
        },
      },
    },
    deciding: {
      description: 'Was another sweep asked for?',
      always: [{guard: 'isAsked', target: 'sweeping'}, {target: 'waiting'}],
    },
    resting: {
      description: 'A sweep failed by a fault of our own. The next one comes after the usual time.',
      after: {interval: {target: 'sweeping', actions: 'noteInterval'}},
      on: {
        'sweep.requested': {target: 'sweeping', actions: {type: 'noteTrigger', params: ({event}) => event}},
      },
    },
  },
})
