import type {ActorRefFrom} from 'xstate'
import {evictionSetup} from './eviction.setup.ts'

export type EvictionRef = ActorRefFrom<typeof evictionMachine>

/** Keeps what is in memory within its bounds. Who goes is decided in `ranking.policy.ts` and `choice.policy.ts`. */
export const evictionMachine = evictionSetup.createMachine({
  id: 'eviction',
  description: 'Keeps the number of workspaces in memory under the cap, and gives memory back when it is wanted.',
  context: ({input}) => ({
    cap: input.cap,
    absoluteCap: input.absoluteCap,
    isSmart: input.isSmart,
    wish: undefined,
    victimId: undefined,
    victimBytes: 0,
    isOverCap: false,
    cause: 'capacity',
    strength: 'urgent',
    ranking: [],
    attempts: [],
    failures: 0,
    lastError: undefined,
    clockMs: 0,
    isBlocked: false,
    isDegraded: false,
  }),
  on: {
    'census.taken': {description: 'Stale by the time this state ends; a fresh census follows.'},
    'cap.changed': {
      description: 'Counts from the next census on.',
      actions: {type: 'noteCap', params: ({event}) => event},
    },
    'smart.changed': {
      description: 'Counts from the next decision on.',
      actions: {type: 'noteSmart', params: ({event}) => event},
    },
    'memory.wanted': {
      description: 'Remembered until the next decision.',
      actions: {type: 'noteWish', params: ({event}) => event},
    },
    'storage.recovered': {
      description: 'Whoever refused may be asked again.',
      actions: 'forgetAttempts',
    },
  },
  initial: 'watching',
  states: {
    watching: {
      description: 'Memory holds no more than it may, and nobody wants any back.',
      entry: ['noteUnblocked', 'noteHealed', 'forgetFailures', 'dropWish'],
      on: {
        'census.taken': {target: 'choosing', actions: {type: 'choose', params: ({event}) => event}},
        'cap.changed': {target: 'counting', actions: {type: 'noteCap', params: ({event}) => event}},
        'memory.wanted': {target: 'counting', actions: {type: 'noteWish', params: ({event}) => event}},
      },
    },
    choosing: {
      description: 'Is there one too many, or is memory wanted back, and may one of them go?',
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
        input: ({context}) => ({workspaceId: context.victimId as never, cause: context.cause}),
        onDone: [
          {
            guard: {type: 'hasLeft', params: ({event}) => event.output},
            target: 'releasing',
          },
          {
            description: 'Somebody opened it again. That is no failure; another one is looked for.',
            target: 'counting',
            actions: ['noteStayed', 'announceStayed'],
          },
        ],
        onError: {
          target: 'counting',
          actions: [
            {type: 'noteFailure', params: ({event}) => ({error: event.error})},
            {type: 'announceRefused', params: ({event}) => ({error: event.error})},
          ],
        },
      },
    },
    releasing: {
      description: 'It was durable and has left. Whatever failed before works again.',
      entry: ['noteReleased', 'announceReleased', 'noteUnblocked', 'noteHealed'],
      always: 'counting',
    },
    counting: {
      description: 'Who is in memory now?',
      invoke: {
        src: 'takeCensus',
        onDone: [
          {
            guard: 'isFailing',
            target: 'degraded',
            actions: {type: 'choose', params: ({event}) => event.output},
          },
          {target: 'choosing', actions: {type: 'choose', params: ({event}) => event.output}},
        ],
        onError: {description: 'Without a census nothing is released; the next one decides.', target: 'watching'},
      },
    },
    blocked: {
      description: 'One too many is in memory and none may go. Nothing is lost for it; people are asked.',
      entry: 'noteBlocked',
      after: {nextRetry: 'counting'},
      on: {
        'census.taken': {target: 'choosing', actions: {type: 'choose', params: ({event}) => event}},
        'cap.changed': {target: 'counting', actions: {type: 'noteCap', params: ({event}) => event}},
        'storage.recovered': {target: 'counting', actions: 'forgetAttempts'},
      },
    },
    degraded: {
      description:
        'Evictions failed again and again. Nothing leaves memory, people are told, and one is tried now and then.',
      entry: 'noteDegraded',
      after: {probeDelay: 'probing'},
      on: {
        'census.taken': {
          description: 'It fits without an eviction; otherwise the next try is waited for.',
          guard: {type: 'fits', params: ({event}) => event},
          target: 'watching',
        },
        'cap.changed': {target: 'probing', actions: {type: 'noteCap', params: ({event}) => event}},
        'storage.recovered': {target: 'probing', actions: 'forgetAttempts'},
      },
    },
    probing: {
      description: 'Evictions failed so far. Who is in memory now, and may one of them be tried?',
      entry: 'forgetAttempts',
      invoke: {
        src: 'takeCensus',
        onDone: {target: 'choosing', actions: {type: 'choose', params: ({event}) => event.output}},
        onError: {description: 'The next probe decides.', target: 'degraded'},
      },
    },
  },
})
