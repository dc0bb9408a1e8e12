import {type ActorRefFrom, assign, emit, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import {type Candidate, chooseVictim, type Ranked} from './lru.policy.ts'

export type EvictionInput = {
  /** How many workspaces may be in memory at once. */
  readonly cap: number
}

export type EvictionEvent =
  | {type: 'census.taken'; candidates: readonly Candidate[]}
  | {type: 'cap.changed'; cap: number}

export type EvictionEmitted =
  | {type: 'victim.chosen'; workspaceId: WorkspaceId; ranking: readonly Ranked[]}
  | {type: 'eviction.blocked'; ranking: readonly Ranked[]}
  | {type: 'eviction.unblocked'}
  | {type: 'victim.refused'; workspaceId: WorkspaceId; error: ErrorReport}

export type EvictionRef = ActorRefFrom<typeof evictionMachine>

type EvictionContext = {
  readonly cap: number
  readonly victimId: WorkspaceId | undefined
  readonly isOverCap: boolean
  /** The last decision, one short row for each workspace in memory. */
  readonly ranking: readonly Ranked[]
  /** Those that would not go since the last time somebody left or came. */
  readonly refused: readonly WorkspaceId[]
}

type Census = {readonly candidates: readonly Candidate[]}

/** Keeps the number of workspaces in memory under the cap. Who goes is decided in `lru.policy.ts`. */
export const evictionMachine = setup({
  types: {
    context: {} as EvictionContext,
    events: {} as EvictionEvent,
    emitted: {} as EvictionEmitted,
    input: {} as EvictionInput,
    tags: {} as 'blocked',
  },
  actors: {
    persistVictim: fromPromise<void, {workspaceId: WorkspaceId}>(() => {
      throw new Error('evictionMachine: provide the `persistVictim` actor')
    }),
    takeCensus: fromPromise<Census>(() => {
      throw new Error('evictionMachine: provide the `takeCensus` actor')
    }),
  },
  guards: {
    hasVictim: ({context}) => context.victimId !== undefined,
    isOverCap: ({context}) => context.isOverCap,
  },
  actions: {
    choose: assign(({context}, params: Census) => chooseVictim(params.candidates, context.cap, context.refused)),
    announceChosen: emit(({context}) => ({
      type: 'victim.chosen' as const,
      workspaceId: context.victimId as WorkspaceId,
      ranking: context.ranking,
    })),
    announceBlocked: emit(({context}) => ({type: 'eviction.blocked' as const, ranking: context.ranking})),
    noteCap: assign((_, params: {cap: number}) => ({cap: params.cap})),
    noteRefused: assign(({context}) => ({
      refused: context.victimId === undefined ? context.refused : [...context.refused, context.victimId],
    })),
    announceRefused: emit(({context}, params: {error: unknown}) => ({
      type: 'victim.refused' as const,
      workspaceId: context.victimId as WorkspaceId,
      error: KeepspaceError.from(params.error).report,
    })),
    forgetRefused: assign({refused: []}),
    announceUnblocked: emit({type: 'eviction.unblocked' as const}),
  },
}).createMachine({
  id: 'eviction',
  description: 'Keeps the number of workspaces in memory under the cap.',
  context: ({input}) => ({cap: input.cap, victimId: undefined, isOverCap: false, ranking: [], refused: []}),
  on: {
    'census.taken': {
      description: 'Stale by the time this state ends; a fresh census follows, and whoever refused is asked again.',
      actions: 'forgetRefused',
    },
    'cap.changed': {
      description: 'Counts from the next census on.',
      actions: {type: 'noteCap', params: ({event}) => event},
    },
  },
  initial: 'watching',
  states: {
    watching: {
      description: 'Memory holds no more than the cap allows.',
      on: {
        'census.taken': {
          target: 'choosing',
          actions: ['forgetRefused', {type: 'choose', params: ({event}) => event}],
        },
        'cap.changed': {
          target: 'releasing',
          actions: {type: 'noteCap', params: ({event}) => event},
        },
      },
    },
    choosing: {
      description: 'Is there one too many, and may one of them go?',
      always: [
        {guard: 'hasVictim', target: 'persisting'},
        {guard: 'isOverCap', target: 'blocked'},
        {target: 'watching'},
      ],
    },
    persisting: {
      description: 'The chosen workspace is made durable and leaves by itself, or says why not.',
      entry: 'announceChosen',
      invoke: {
        src: 'persistVictim',
        input: ({context}) => ({workspaceId: context.victimId as WorkspaceId}),
        onDone: 'releasing',
        onError: {
          target: 'releasing',
          actions: ['noteRefused', {type: 'announceRefused', params: ({event}) => ({error: event.error})}],
        },
      },
    },
    releasing: {
      description: 'One has left or refused. Who is in memory now?',
      invoke: {
        src: 'takeCensus',
        onDone: {target: 'choosing', actions: {type: 'choose', params: ({event}) => event.output}},
        onError: {description: 'Without a census nothing is released; the next one decides.', target: 'watching'},
      },
    },
    blocked: {
      description: 'One too many is in memory and none may go. Nothing is lost for it; people are told.',
      tags: 'blocked',
      entry: 'announceBlocked',
      exit: 'announceUnblocked',
      on: {
        'census.taken': {
          target: 'choosing',
          actions: ['forgetRefused', {type: 'choose', params: ({event}) => event}],
        },
        'cap.changed': {
          target: 'releasing',
          actions: {type: 'noteCap', params: ({event}) => event},
        },
      },
    },
  },
})
