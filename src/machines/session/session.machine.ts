import {type ActorRefFrom, assign, emit, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import type {EntryId, Revision} from '../../model/ids.ts'
import {retryAfterMsOf, retryMs, type SessionRetryPolicy, type Verdict, verdictOf} from './session.policy.ts'

export type SessionInput = {
  readonly entryId: EntryId
  /** The revision of the server that this device has last seen. */
  readonly baseRevision: Revision
  readonly retry: SessionRetryPolicy
  /** From 0 up to 1, for the spread of retries. */
  readonly jitter: number
}

/** Whose version a session goes on with. */
export type SessionChoice = 'mine' | 'theirs' | 'both' | 'merge'

export type SessionEvent =
  | {type: 'content.changed'}
  | {type: 'save.requested'}
  | {type: 'remote.seen'; revision: Revision}
  | {type: 'remote.gone'}
  | {type: 'network.returned'}
  | {type: 'token.delivered'}
  | {type: 'choice.made'; choice: SessionChoice}
  | {type: 'discard.requested'}

export type SessionEmitted =
  | {
      type: 'save.ended'
      error: ErrorReport | undefined
      /** The how manieth save that was: what was asked for after it began, it does not answer. */
      save: number
    }
  | {type: 'choice.ended'}

export type CompareOutput = {
  readonly isChanged: boolean
  /** Whether it is known that the server has no such session any more. */
  readonly isGone: boolean
}
export type SaveSessionOutput = {readonly revision: Revision}
export type ResolveOutput = {readonly revision: Revision; readonly needsSave: boolean}

export type SessionRef = ActorRefFrom<typeof sessionMachine>

type SessionContext = SessionInput & {
  /** The newest revision of the server that anybody has told of. */
  readonly remoteRevision: Revision
  /** Whether the content was found to differ from what the server acknowledged. Stays while it is looked at again. */
  readonly isChanged: boolean
  /** Whether something changed since the running comparison or save began. */
  readonly isOutdated: boolean
  /** Whether a save was asked for that has not begun. */
  readonly wantsSave: boolean
  /** Saves that have begun so far. */
  readonly saves: number
  /** Failed requests since the last success. */
  readonly attempts: number
  readonly retryAfterMs: number
  readonly error: ErrorReport | undefined
}

/** Comparing reads and hashes a whole entry: while somebody goes on editing, not more often than this. */
const SETTLE_MS = 2_000

const unprovided = (actor: string) => () => {
  throw new Error(`sessionMachine: provide the \`${actor}\` actor`)
}

/**
 * One session of the server and the entry that holds its content here. It says whether they differ, saves on request,
 * and never writes over a revision it has not seen.
 */
export const sessionMachine = setup({
  types: {
    context: {} as SessionContext,
    events: {} as SessionEvent,
    emitted: {} as SessionEmitted,
    input: {} as SessionInput,
    tags: {} as 'busy',
  },
  actors: {
    compare: fromPromise<CompareOutput, {entryId: EntryId}>(unprovided('compare')),
    save: fromPromise<SaveSessionOutput, {entryId: EntryId}>(unprovided('save')),
    resolve: fromPromise<ResolveOutput, {entryId: EntryId; choice: SessionChoice}>(unprovided('resolve')),
  },
  delays: {settle: SETTLE_MS, backoff: ({context}) => retryMs(context.retry, context)},
  guards: {
    isChanged: (_, params: CompareOutput) => params.isChanged,
    isGone: (_, params: CompareOutput) => params.isGone,
    isOutdated: ({context}) => context.isOutdated,
    wantsSave: ({context}) => context.wantsSave,
    isBehind: ({context}) => context.remoteRevision > context.baseRevision,
    needsSave: (_, params: {needsSave: boolean}) => params.needsSave,
    means: (_, params: {error: unknown; verdict: Verdict}) => verdictOf(params.error) === params.verdict,
  },
  actions: {
    noteOutdated: assign({isOutdated: true}),
    noteFresh: assign({isOutdated: false}),
    noteWish: assign({wantsSave: true}),
    noteSaveBegun: assign(({context}) => ({wantsSave: false, isOutdated: false, saves: context.saves + 1})),
    noteRemote: assign(({context}, params: {revision: Revision}) => ({
      remoteRevision: Math.max(context.remoteRevision, params.revision),
    })),
    noteBase: assign(({context}, params: {revision: Revision}) => ({
      baseRevision: params.revision,
      remoteRevision: Math.max(context.remoteRevision, params.revision),
      attempts: 0,
      retryAfterMs: 0,
      error: undefined,
    })),
    noteChosen: assign((_, params: {revision: Revision}) => ({
      baseRevision: params.revision,
      remoteRevision: params.revision,
      attempts: 0,
      retryAfterMs: 0,
      error: undefined,
    })),
    noteChanged: assign({isChanged: true}),
    noteUnchanged: assign({isChanged: false}),
    noteGone: assign({isChanged: true, error: new KeepspaceError('session.gone').report}),
    noteThere: assign({error: undefined}),
    noteStranger: assign(({context}) => ({
      isChanged: true,
      remoteRevision: Math.max(context.remoteRevision, context.baseRevision + 1),
    })),
    noteFailure: assign(({context}, params: {error: unknown}) => ({
      attempts: context.attempts + 1,
      retryAfterMs: retryAfterMsOf(params.error),
      error: KeepspaceError.from(params.error, 'server.offline').report,
    })),
    announceSaved: emit(({context}) => ({type: 'save.ended' as const, error: undefined, save: context.saves})),
    announceFailed: emit(({context}) => ({type: 'save.ended' as const, error: context.error, save: context.saves})),
    announceChosen: emit({type: 'choice.ended' as const}),
  },
}).createMachine({
  id: 'session',
  description: 'One session of the server and the entry that holds its content on this device.',
  context: ({input}) => ({
    ...input,
    remoteRevision: input.baseRevision,
    isChanged: false,
    isOutdated: false,
    wantsSave: false,
    saves: 0,
    attempts: 0,
    retryAfterMs: 0,
    error: undefined,
  }),
  on: {
    'content.changed': {description: 'Looked at when what runs has ended.', actions: 'noteOutdated'},
    'save.requested': {description: 'Remembered until what runs has ended.', actions: 'noteWish'},
    'remote.seen': {
      description: 'A hint; only the server can say which revision it has.',
      actions: {type: 'noteRemote', params: ({event}) => event},
    },
    'remote.gone': {description: 'The answer to what runs will say so too.'},
    'network.returned': {description: 'Nothing waits for the network in this state.'},
    'token.delivered': {description: 'Nothing waits for a token in this state.'},
    'choice.made': {description: 'There is nothing to choose in this state.'},
    'discard.requested': {description: 'Whoever asks waits until what runs has ended.'},
  },
  initial: 'comparing',
  states: {
    comparing: {
      description: 'Does the content here differ from what the server acknowledged?',
      entry: 'noteFresh',
      always: {guard: 'wantsSave', target: 'saving'},
      invoke: {
        src: 'compare',
        input: ({context}) => ({entryId: context.entryId}),
        onDone: [
          {guard: 'isOutdated', target: 'comparing', reenter: true},
          {guard: {type: 'isGone', params: ({event}) => event.output}, target: 'gone'},
          {guard: {type: 'isChanged', params: ({event}) => event.output}, target: 'changed'},
          {target: 'clean', actions: 'noteUnchanged'},
        ],
        onError: {
          description: 'What cannot be compared counts as changed.',
          target: 'changed',
        },
      },
      on: {'remote.gone': 'gone'},
    },
    clean: {
      description: 'The server has what is here.',
      on: {
        'remote.gone': 'gone',
        'discard.requested': 'resolving',
        'content.changed': 'comparing',
        'save.requested': 'saving',
        'choice.made': {guard: 'isBehind', target: 'resolving'},
      },
    },
    changed: {
      description: 'The content here differs from what the server acknowledged. It is safe on this device.',
      entry: 'noteChanged',
      on: {
        'remote.gone': 'gone',
        'discard.requested': 'resolving',
        'content.changed': 'settling',
        'save.requested': 'saving',
        'choice.made': {guard: 'isBehind', target: 'resolving'},
      },
    },
    settling: {
      description: 'It differs and goes on changing. Whether it was changed back is looked at in a moment.',
      after: {settle: 'comparing'},
      on: {
        'remote.gone': 'gone',
        'content.changed': {description: 'Looked at with the rest.'},
        'discard.requested': 'resolving',
        'save.requested': 'saving',
        'choice.made': {guard: 'isBehind', target: 'resolving'},
      },
    },
    saving: {
      description: 'The content is on its way. No outside event leaves this state: that would hide whether it arrived.',
      tags: 'busy',
      entry: 'noteSaveBegun',
      invoke: {
        src: 'save',
        input: ({context}) => ({entryId: context.entryId}),
        onDone: {
          target: 'comparing',
          actions: [{type: 'noteBase', params: ({event}) => event.output}, 'announceSaved'],
        },
        onError: [
          {
            guard: {type: 'means', params: ({event}) => ({error: event.error, verdict: 'conflict' as const})},
            target: 'conflicted',
            actions: [
              'noteStranger',
              {type: 'noteFailure', params: ({event}) => ({error: event.error})},
              'announceFailed',
            ],
          },
          {
            guard: {type: 'means', params: ({event}) => ({error: event.error, verdict: 'gone' as const})},
            target: 'gone',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceFailed'],
          },
          {
            guard: {type: 'means', params: ({event}) => ({error: event.error, verdict: 'unauthorized' as const})},
            target: 'paused',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceFailed'],
          },
          {
            guard: {type: 'means', params: ({event}) => ({error: event.error, verdict: 'later' as const})},
            target: 'backingOff',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceFailed'],
          },
          {
            target: 'refused',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceFailed'],
          },
        ],
      },
    },
    backingOff: {
      description: 'The server could not be reached or is busy. Everything stays here and is sent again later.',
      after: {backoff: 'saving'},
      on: {
        'remote.gone': 'gone',
        'save.requested': 'saving',
        'network.returned': 'saving',
        'discard.requested': 'resolving',
      },
    },
    paused: {
      description: 'Nobody is signed in any more. Everything stays here until a new token comes.',
      on: {
        'remote.gone': 'gone',
        'save.requested': 'saving',
        'token.delivered': 'saving',
        'discard.requested': 'resolving',
      },
    },
    refused: {
      description:
        'The server refused the content for good, e.g. because it is too large. Sending it again would not help.',
      on: {
        'remote.gone': 'gone',
        'content.changed': 'comparing',
        'save.requested': 'saving',
        'discard.requested': 'resolving',
      },
    },
    conflicted: {
      description: 'The server has a revision that this device has not seen. Nothing is sent until a person chooses.',
      on: {
        'remote.gone': 'gone',
        'choice.made': 'resolving',
        'discard.requested': 'resolving',
        'save.requested': {description: 'A save would write over somebody’s work.', actions: 'announceFailed'},
      },
    },
    gone: {
      description:
        'The server has no such session any more. Everything stays here; a person saves it as a new one or lets it be.',
      entry: 'noteGone',
      on: {
        'remote.seen': {
          description: 'It is there again, or somebody else is signed in.',
          target: 'comparing',
          actions: ['noteThere', {type: 'noteRemote', params: ({event}) => event}],
        },
        'save.requested': {description: 'Only a person has it asked for again.', target: 'saving'},
        'discard.requested': {description: 'There is nothing to go back to.', actions: 'announceChosen'},
      },
    },
    resolving: {
      description: 'A choice is being carried out. What is replaced is kept.',
      tags: 'busy',
      invoke: {
        src: 'resolve',
        input: ({context, event}) => ({
          entryId: context.entryId,
          choice: event.type === 'choice.made' ? event.choice : 'theirs',
        }),
        onDone: [
          {
            guard: {type: 'needsSave', params: ({event}) => event.output},
            target: 'saving',
            actions: [{type: 'noteChosen', params: ({event}) => event.output}, 'announceChosen'],
          },
          {
            target: 'comparing',
            actions: [{type: 'noteChosen', params: ({event}) => event.output}, 'announceChosen'],
          },
        ],
        onError: [
          {
            guard: {type: 'means', params: ({event}) => ({error: event.error, verdict: 'gone' as const})},
            target: 'gone',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceChosen'],
          },
          {
            description: 'Nothing was given up; the choice can be made again.',
            guard: 'isBehind',
            target: 'conflicted',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceChosen'],
          },
          {
            description: 'Nothing was discarded; it can be asked for again.',
            target: 'comparing',
            actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceChosen'],
          },
        ],
      },
    },
  },
})
