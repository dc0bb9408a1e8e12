import {type ActorRefFrom, assign, fromCallback, fromPromise, setup} from 'xstate'
import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId} from '../../model/ids.ts'
import {verdictOf} from '../session/session.policy.ts'
import {pollMs, type WatchPolicy} from './watch.policy.ts'

export type WatchInput = {
  readonly entryId: EntryId
  readonly policy: WatchPolicy
  readonly isVisible: boolean
}

export type WatchEvent =
  | {type: 'page.shown'}
  | {type: 'page.focused'}
  | {type: 'page.hidden'}
  | {type: 'hint.arrived'}
  | {type: 'stream.opened'}
  | {type: 'stream.closed'}
  | {type: 'token.delivered'}

export type WatchRef = ActorRefFrom<typeof watchMachine>

type WatchContext = WatchInput & {
  /** Whether the server tells of new revisions by itself. */
  readonly isLive: boolean
  /** Whether a hint came while the server was being asked. */
  readonly isOutdated: boolean
  /** Looks that failed since the last one that did not. */
  readonly failures: number
  readonly retryAfterMs: number
}

const unprovided = (actor: string) => () => {
  throw new Error(`watchMachine: provide the \`${actor}\` actor`)
}

/**
 * Looks whether a session has a newer revision on the server: by asking while somebody sees the window, and by
 * listening. Both are hints; only the conditional update decides, and no clock of two machines is compared.
 */
export const watchMachine = setup({
  types: {
    context: {} as WatchContext,
    events: {} as WatchEvent,
    input: {} as WatchInput,
  },
  actors: {
    look: fromPromise<void, {entryId: EntryId}>(unprovided('look')),
    listen: fromCallback<WatchEvent, {entryId: EntryId}>(unprovided('listen')),
  },
  delays: {poll: ({context}) => pollMs(context.policy, context)},
  guards: {
    isVisible: ({context}) => context.isVisible,
    isOutdated: ({context}) => context.isOutdated,
    isUnauthorized: (_, params: {error: unknown}) => verdictOf(params.error) === 'unauthorized',
    isGone: (_, params: {error: unknown}) =>
      KeepspaceError.from(params.error, 'server.offline').code === 'session.gone',
  },
  actions: {
    noteShown: assign({isVisible: true}),
    noteHidden: assign({isVisible: false}),
    noteLive: assign({isLive: true}),
    noteSilent: assign({isLive: false}),
    noteHint: assign({isOutdated: true}),
    noteFresh: assign({isOutdated: false}),
    noteAnswer: assign({failures: 0, retryAfterMs: 0}),
    noteFailure: assign(({context}, params: {error: unknown}) => ({
      failures: context.failures + 1,
      retryAfterMs: params.error instanceof KeepspaceError ? (params.error.retryAfterMs ?? 0) : 0,
    })),
  },
}).createMachine({
  id: 'watch',
  description: 'Whether the server has a newer revision of one session.',
  context: ({input}) => ({...input, isLive: false, isOutdated: false, failures: 0, retryAfterMs: 0}),
  on: {
    'page.shown': {description: 'It is seen already.', actions: 'noteShown'},
    'page.focused': {description: 'The server is being asked right now.', actions: 'noteShown'},
    'page.hidden': {target: '.hidden', actions: 'noteHidden'},
    'hint.arrived': {description: 'Looked at when what runs has ended.', actions: 'noteHint'},
    'stream.opened': {description: 'The server tells by itself now.', actions: 'noteLive'},
    'stream.closed': {description: 'From now on it is asked as often as before.', actions: 'noteSilent'},
    'token.delivered': {description: 'Nothing waits for a token in this state.'},
  },
  initial: 'beginning',
  states: {
    beginning: {
      description: 'Does anybody see the window?',
      always: [{guard: 'isVisible', target: 'seen'}, {target: 'hidden'}],
    },
    hidden: {
      description: 'Nobody sees the window: the server is not asked, and not listened to.',
      entry: 'noteSilent',
      on: {
        'page.shown': {target: 'seen', actions: 'noteShown'},
        'page.focused': {target: 'seen', actions: 'noteShown'},
      },
    },
    seen: {
      description: 'Somebody sees the window: the server is asked now and then, and listened to.',
      invoke: {
        id: 'listen',
        src: 'listen',
        input: ({context}) => ({entryId: context.entryId}),
        onError: {description: 'Who cannot listen asks more often.', actions: 'noteSilent'},
      },
      initial: 'looking',
      states: {
        looking: {
          description: 'The server is asked for the revision it has.',
          entry: 'noteFresh',
          invoke: {
            id: 'look',
            src: 'look',
            input: ({context}) => ({entryId: context.entryId}),
            onDone: [
              {guard: 'isOutdated', target: 'looking', reenter: true, actions: 'noteAnswer'},
              {target: 'waiting', actions: 'noteAnswer'},
            ],
            onError: [
              {
                guard: {type: 'isUnauthorized', params: ({event}) => ({error: event.error})},
                target: '#watch.paused',
              },
              {
                guard: {type: 'isGone', params: ({event}) => ({error: event.error})},
                target: '#watch.gone',
              },
              {target: 'waiting', actions: {type: 'noteFailure', params: ({event}) => ({error: event.error})}},
            ],
          },
        },
        waiting: {
          description: 'The server was asked a moment ago.',
          after: {poll: 'looking'},
          on: {
            'page.focused': {target: 'looking', actions: 'noteShown'},
            'hint.arrived': 'looking',
            'stream.closed': {target: 'waiting', reenter: true, actions: 'noteSilent'},
          },
        },
      },
    },
    paused: {
      description: 'Nobody is signed in any more: the server is asked again with a new token.',
      entry: 'noteSilent',
      on: {'token.delivered': 'beginning'},
    },
    gone: {
      description: 'The server has no such session any more: it is asked again when somebody comes back to the window.',
      entry: 'noteSilent',
      on: {
        'page.focused': {target: 'beginning', actions: 'noteShown'},
        'token.delivered': 'beginning',
      },
    },
  },
})
