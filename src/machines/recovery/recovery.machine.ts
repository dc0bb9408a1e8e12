import {type ActorRefFrom, assign, emit, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import type {EntryId} from '../../model/ids.ts'

/** What a person wants to be done with work that the server has not acknowledged. */
export type RecoveryDecision = 'recover' | 'discard'

export type RecoveryEvent =
  | {type: 'look.requested'}
  | {type: 'decision.made'; entryId: EntryId; decision: RecoveryDecision}

export type RecoveryEmitted = {type: 'look.ended'} | {type: 'decision.ended'; error: ErrorReport | undefined}

export type LookOutput = {readonly undecided: number}
export type DecideInput = {readonly entryId: EntryId; readonly decision: RecoveryDecision}

export type RecoveryRef = ActorRefFrom<typeof recoveryMachine>

type RecoveryContext = {
  /** Sessions with unsent work that nobody has decided about. */
  readonly undecided: number
  /** Whether somebody asked for another look since the running one began. */
  readonly isOutdated: boolean
  readonly error: ErrorReport | undefined
}

const unprovided = (actor: string) => () => {
  throw new Error(`recoveryMachine: provide the \`${actor}\` actor`)
}

/**
 * Work of an earlier visit that the server has not acknowledged. It is found from what is stored on this device before
 * anything is opened, and nothing of it is given up before somebody decides.
 */
export const recoveryMachine = setup({
  types: {
    context: {} as RecoveryContext,
    events: {} as RecoveryEvent,
    emitted: {} as RecoveryEmitted,
    tags: {} as 'busy',
  },
  actors: {
    look: fromPromise<LookOutput>(unprovided('look')),
    decide: fromPromise<void, DecideInput>(unprovided('decide')),
  },
  guards: {
    isOutdated: ({context}) => context.isOutdated,
    foundSome: (_, params: LookOutput) => params.undecided > 0,
  },
  actions: {
    noteOutdated: assign({isOutdated: true}),
    noteFresh: assign({isOutdated: false}),
    noteFound: assign((_, params: LookOutput) => ({undecided: params.undecided, error: undefined})),
    noteFailure: assign((_, params: {error: unknown}) => ({
      error: KeepspaceError.from(params.error, 'storage.unavailable').report,
    })),
    announceLook: emit({type: 'look.ended' as const}),
    announceDecided: emit({type: 'decision.ended' as const, error: undefined}),
    announceUndecided: emit(({context}) => ({type: 'decision.ended' as const, error: context.error})),
  },
}).createMachine({
  id: 'recovery',
  description: 'Work on this device that the server has not acknowledged, and what is to become of it.',
  context: {undecided: 0, isOutdated: false, error: undefined},
  on: {
    'look.requested': {description: 'Looked at once more when what runs has ended.', actions: 'noteOutdated'},
    'decision.made': {
      description: 'Nothing is offered in this state; whoever decided is told.',
      actions: 'announceUndecided',
    },
  },
  initial: 'looking',
  states: {
    looking: {
      description: 'What is here is compared with what the server acknowledged. Only this device is asked.',
      tags: 'busy',
      entry: 'noteFresh',
      invoke: {
        src: 'look',
        onDone: [
          {guard: 'isOutdated', target: 'looking', reenter: true},
          {
            guard: {type: 'foundSome', params: ({event}) => event.output},
            target: 'offering',
            actions: [{type: 'noteFound', params: ({event}) => event.output}, 'announceLook'],
          },
          {
            target: 'settled',
            actions: [{type: 'noteFound', params: ({event}) => event.output}, 'announceLook'],
          },
        ],
        onError: {
          target: 'failed',
          actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceLook'],
        },
      },
    },
    failed: {
      description: 'What is here could not be read. Nothing was given up.',
      on: {'look.requested': 'looking'},
    },
    offering: {
      description: 'There is work that the server has not acknowledged. It stays as it is until somebody decides.',
      on: {'look.requested': 'looking', 'decision.made': 'deciding'},
    },
    deciding: {
      description: 'A decision is being carried out. What is discarded goes into the trash of this device first.',
      tags: 'busy',
      on: {
        'decision.made': {description: 'Decisions come one after the other.'},
      },
      invoke: {
        src: 'decide',
        input: ({event}) =>
          event.type === 'decision.made'
            ? {entryId: event.entryId, decision: event.decision}
            : {entryId: '' as EntryId, decision: 'recover'},
        onDone: {target: 'looking', actions: 'announceDecided'},
        onError: {
          description: 'Nothing was given up; the decision can be made again.',
          target: 'offering',
          actions: [{type: 'noteFailure', params: ({event}) => ({error: event.error})}, 'announceUndecided'],
        },
      },
    },
    settled: {
      description: 'Nothing is left to be decided.',
      on: {'look.requested': 'looking'},
    },
  },
})
