import {type ActorRefFrom, assign, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import {retryAfterMsOf, retryMs, type SessionRetryPolicy, type Verdict, verdictOf} from '../session/session.policy.ts'

export type OutboxInput = {
  readonly retry: SessionRetryPolicy
  /** From 0 up to 1, for the spread of retries. */
  readonly jitter: number
  /** How long changes are gathered before they are sent. */
  readonly gatherMs: number
}

export type OutboxEvent =
  | {type: 'work.arrived'}
  | {type: 'flush.requested'}
  | {type: 'network.returned'}
  | {type: 'token.delivered'}
  | {type: 'close.requested'}

export type OutboxOutput = {readonly hasMore: boolean}

export type OutboxRef = ActorRefFrom<typeof outboxMachine>

type OutboxContext = OutboxInput & {
  /** Whether work arrived while a workspace was on its way. */
  readonly isOutdated: boolean
  /** Failed requests since the last success. */
  readonly attempts: number
  readonly retryAfterMs: number
  readonly error: ErrorReport | undefined
}

const unprovided = (actor: string) => () => {
  throw new Error(`outboxMachine: provide the \`${actor}\` actor`)
}

/**
 * The way of workspaces to a server, one after the other in the order of their changes. What waits is not in here: it is
 * whatever differs from what the server acknowledged, and survives every restart.
 */
export const outboxMachine = setup({
  types: {
    context: {} as OutboxContext,
    events: {} as OutboxEvent,
    input: {} as OutboxInput,
    tags: {} as 'busy',
  },
  actors: {
    begin: fromPromise<OutboxOutput>(unprovided('begin')),
    sendNext: fromPromise<OutboxOutput>(unprovided('sendNext')),
  },
  delays: {gather: ({context}) => context.gatherMs, backoff: ({context}) => retryMs(context.retry, context)},
  guards: {
    hasMore: (_, params: OutboxOutput) => params.hasMore,
    isOutdated: ({context}) => context.isOutdated,
    means: (_, params: {error: unknown; verdict: Verdict}) => verdictOf(params.error) === params.verdict,
  },
  actions: {
    noteOutdated: assign({isOutdated: true}),
    noteFresh: assign({isOutdated: false}),
    noteSuccess: assign({attempts: 0, retryAfterMs: 0, error: undefined}),
    noteFailure: assign(({context}, params: {error: unknown}) => ({
      attempts: context.attempts + 1,
      retryAfterMs: retryAfterMsOf(params.error),
      error: KeepspaceError.from(params.error, 'server.offline').report,
    })),
  },
}).createMachine({
  id: 'outbox',
  description: 'The way of workspaces to a server.',
  context: ({input}) => ({...input, isOutdated: false, attempts: 0, retryAfterMs: 0, error: undefined}),
  on: {
    'work.arrived': {description: 'Sent with the rest.', actions: 'noteOutdated'},
    'flush.requested': {description: 'What waits is on its way already.'},
    'network.returned': {description: 'Nothing waits for the network in this state.'},
    'token.delivered': {description: 'Nothing waits for a token in this state.'},
    'close.requested': {
      description: 'What waits stays here until the next start. An answer that nobody hears is asked for then.',
      target: '.closed',
    },
  },
  initial: 'starting',
  states: {
    starting: {
      description: 'What the server has acknowledged is being read, and what has to be decided first is waited for.',
      invoke: {
        src: 'begin',
        onDone: [{guard: {type: 'hasMore', params: ({event}) => event.output}, target: 'sending'}, {target: 'idle'}],
        onError: {
          target: 'backingOff',
          actions: {type: 'noteFailure', params: ({event}) => ({error: event.error})},
        },
      },
    },
    idle: {
      description: 'The server has everything that may be sent.',
      on: {'work.arrived': 'gathering'},
    },
    gathering: {
      description: 'Something changed. What comes in the next moment goes with it.',
      after: {gather: 'sending'},
      on: {'flush.requested': 'sending'},
    },
    sending: {
      description:
        'One workspace is on its way. Only a close leaves this state: anything else would hide whether it arrived.',
      tags: 'busy',
      entry: 'noteFresh',
      invoke: {
        src: 'sendNext',
        onDone: [
          {
            guard: {type: 'hasMore', params: ({event}) => event.output},
            target: 'sending',
            reenter: true,
            actions: 'noteSuccess',
          },
          {guard: 'isOutdated', target: 'gathering', actions: 'noteSuccess'},
          {target: 'idle', actions: 'noteSuccess'},
        ],
        onError: [
          {
            guard: {type: 'means', params: ({event}) => ({error: event.error, verdict: 'unauthorized' as const})},
            target: 'paused',
            actions: {type: 'noteFailure', params: ({event}) => ({error: event.error})},
          },
          {
            target: 'backingOff',
            actions: {type: 'noteFailure', params: ({event}) => ({error: event.error})},
          },
        ],
      },
    },
    backingOff: {
      description: 'The server could not be reached or is busy. Everything stays here, in its order.',
      after: {backoff: 'sending'},
      on: {'network.returned': 'sending', 'flush.requested': 'sending'},
    },
    paused: {
      description: 'Nothing is sent until somebody outside does something.',
      initial: 'unauthorized',
      states: {
        unauthorized: {
          description: 'Nobody is signed in any more. Everything stays here until a new token comes, in its order.',
          on: {'token.delivered': '#outbox.sending'},
        },
      },
    },
    closed: {
      description: 'Nothing is sent any more. What waits is found again at the next start.',
      type: 'final',
    },
  },
})
