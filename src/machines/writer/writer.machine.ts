import {type ActorRefFrom, assign, emit, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import {backoffMs, remedyFor, type WriterPolicy} from './writer.policy.ts'

export type WriterInput = {
  readonly policy: WriterPolicy
}

export type WriterEvent =
  | {type: 'work.arrived'; isUrgent: boolean}
  | {type: 'retry.requested'}
  | {type: 'close.requested'}

export type WriterEmitted =
  | {type: 'writer.recovered'}
  | {type: 'retry.due'}
  | {type: 'writer.failed'; error: ErrorReport}

/** What one group commit left behind. */
export type CommitOutput = {
  /** Requests that arrived too late for it. */
  readonly remainingCount: number
}

export type WriterRef = ActorRefFrom<typeof writerMachine>

type WriterContext = {
  readonly policy: WriterPolicy
  readonly hasWork: boolean
  readonly isClosing: boolean
  /** Failed commits since the last success. */
  readonly attempt: number
  readonly error: ErrorReport | undefined
}

/**
 * Makes the requests for one storage target durable: gathered, in one transaction at a time. The requests themselves
 * wait in a queue beside it; whoever made one is answered by that queue. This chart owns the health of the target.
 */
export const writerMachine = setup({
  types: {
    context: {} as WriterContext,
    events: {} as WriterEvent,
    emitted: {} as WriterEmitted,
    input: {} as WriterInput,
    tags: {} as 'backingOff' | 'stuck' | 'closed',
  },
  actors: {
    commit: fromPromise<CommitOutput>(() => {
      throw new Error('writerMachine: provide the `commit` actor')
    }),
  },
  delays: {
    collectWindow: ({context}) => context.policy.collectWindowMs,
    backoff: ({context}) => backoffMs(context.policy, context.attempt),
    probe: ({context}) => context.policy.probeMs,
  },
  guards: {
    hasWork: ({context}) => context.hasWork,
    isClosing: ({context}) => context.isClosing,
    isUrgent: (_, params: {isUrgent: boolean}) => params.isUrgent,
    needsRoom: ({context}) => context.error !== undefined && remedyFor(context.error.code) === 'room',
    mayRetry: ({context}) => context.error !== undefined && remedyFor(context.error.code) === 'retry',
  },
  actions: {
    noteWork: assign({hasWork: true}),
    noteCommitStarted: assign({hasWork: false}),
    noteCommitted: assign(({context}, params: {output: CommitOutput}) => ({
      attempt: 0,
      error: undefined,
      hasWork: context.hasWork || params.output.remainingCount > 0,
    })),
    noteFailure: assign(({context}, params: {error: unknown}) => ({
      attempt: context.attempt + 1,
      error: KeepspaceError.from(params.error).report,
    })),
    noteClosing: assign({isClosing: true}),
    announceRecovered: emit({type: 'writer.recovered' as const}),
    announceFailed: emit((_, params: {error: unknown}) => ({
      type: 'writer.failed' as const,
      error: KeepspaceError.from(params.error).report,
    })),
    announceRetryDue: emit({type: 'retry.due' as const}),
  },
}).createMachine({
  id: 'writer',
  description: 'One storage target: gathers requests, commits them together, and knows how the target fares.',
  context: ({input}) => ({
    policy: input.policy,
    hasWork: false,
    isClosing: false,
    attempt: 0,
    error: undefined,
  }),
  on: {
    'work.arrived': {
      description: 'Noted in every state; the request itself waits in the queue.',
      actions: 'noteWork',
    },
    'retry.requested': {description: 'Nothing failed in this state.'},
    'close.requested': {
      description: 'What was asked before is still committed.',
      actions: 'noteClosing',
    },
  },
  initial: 'idle',
  states: {
    idle: {
      description: 'Nothing is asked for, or not for long: is there more?',
      always: [
        {guard: 'isClosing', target: 'draining'},
        {
          description: 'Also what arrived while storage was failing, and may have nobody who asks for it again.',
          guard: 'hasWork',
          target: 'collecting',
        },
      ],
      on: {
        'work.arrived': {
          guard: {type: 'isUrgent', params: ({event}) => event},
          target: 'committing',
          actions: 'noteWork',
        },
      },
    },
    collecting: {
      description: 'Waiting a moment, so that workspaces saved together share one transaction.',
      always: {guard: 'isClosing', target: 'draining'},
      after: {collectWindow: 'committing'},
      on: {
        'work.arrived': {
          description: 'Takes the others along.',
          guard: {type: 'isUrgent', params: ({event}) => event},
          target: 'committing',
          actions: 'noteWork',
        },
      },
    },
    committing: {
      description:
        'One transaction is with storage. No outside event leaves this state: that would hide whether it landed.',
      entry: 'noteCommitStarted',
      invoke: {
        src: 'commit',
        onDone: {
          target: 'idle',
          actions: [{type: 'noteCommitted', params: ({event}) => ({output: event.output})}, 'announceRecovered'],
        },
        onError: {
          target: 'diagnosing',
          actions: [
            {type: 'noteFailure', params: ({event}) => ({error: event.error})},
            {type: 'announceFailed', params: ({event}) => ({error: event.error})},
          ],
        },
      },
    },
    diagnosing: {
      description: 'A transaction failed and everybody in it was told. Can waiting help?',
      always: [
        {guard: 'isClosing', target: 'closed'},
        {guard: 'needsRoom', target: 'stuck.quota'},
        {guard: 'mayRetry', target: 'backingOff'},
        {target: 'stuck.unavailable'},
      ],
    },
    backingOff: {
      description: 'Storage is unwell. What failed is asked for again after a while; an explicit save tries at once.',
      tags: 'backingOff',
      always: {guard: 'isClosing', target: 'draining'},
      after: {backoff: {target: 'idle', actions: 'announceRetryDue'}},
      on: {
        'work.arrived': {
          description: 'Takes what waits for the next try along.',
          guard: {type: 'isUrgent', params: ({event}) => event},
          target: 'committing',
          actions: 'noteWork',
        },
        'retry.requested': {target: 'idle', actions: 'announceRetryDue'},
      },
    },
    stuck: {
      description: 'Waiting alone does not help. Work stays in memory; storage is tried again now and then.',
      tags: 'stuck',
      always: {guard: 'isClosing', target: 'draining'},
      after: {probe: {target: 'idle', actions: 'announceRetryDue'}},
      on: {
        'work.arrived': {
          description: 'Somebody asks anew, perhaps after making room.',
          target: 'committing',
          actions: 'noteWork',
        },
        'retry.requested': {target: 'idle', actions: 'announceRetryDue'},
      },
      initial: 'unavailable',
      states: {
        quota: {description: 'This device has no room left for the app.'},
        unavailable: {description: 'Storage refuses what is asked of it.'},
      },
    },
    draining: {
      description: 'Closing: what was asked before is committed first.',
      always: [{guard: 'hasWork', target: 'committing'}, {target: 'closed'}],
    },
    closed: {
      description: 'Nothing is written any more. What could not be written was reported.',
      tags: 'closed',
    },
  },
})
