import {type ActorRefFrom, assign, emit, enqueueActions, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import type {PageState} from '../../model/page-lifecycle.ts'
import {activityMachine} from '../activity/activity.machine.ts'
import {autosaveMachine} from '../autosave/autosave.machine.ts'
import type {AutosavePolicy} from '../autosave/autosave.policy.ts'
import {evictionMachine} from '../eviction/eviction.machine.ts'
import {leaseMachine} from '../lease/lease.machine.ts'
import type {LeasePolicy} from '../lease/lease.policy.ts'
import {memoryMachine} from '../memory/memory.machine.ts'
import type {PressurePolicy} from '../memory/pressure.policy.ts'
import {shutdownMachine} from '../shutdown/shutdown.machine.ts'
import type {PacingPolicy} from '../workspace/pacing.policy.ts'
import {workspaceMachine} from '../workspace/workspace.machine.ts'
import {writerMachine} from '../writer/writer.machine.ts'
import type {WriterPolicy} from '../writer/writer.policy.ts'

export type RootInput = {
  readonly pacing: PacingPolicy
  readonly writer: WriterPolicy
  readonly lease: LeasePolicy
  readonly cap: number
  readonly absoluteCap: number
  readonly isSmart: boolean
  readonly autosave: AutosavePolicy
  /** The page as it is at first. */
  readonly page: PageState
  /** Now, milliseconds since 1970. */
  readonly atMs: number
  readonly pressure: PressurePolicy
}

export type RootEvent =
  | {type: 'workspace.opened'; workspaceId: WorkspaceId}
  | {type: `xstate.done.actor.${string}`; actorId: string}
  | {type: `xstate.error.actor.${string}`; error: unknown; actorId: string}

export type RootEmitted =
  | {type: 'storage.opened'}
  | {type: 'storage.missing'; error: ErrorReport}
  | {type: 'actor.failed'; error: ErrorReport}

export type RootRef = ActorRefFrom<typeof rootMachine>

type RootContext = RootInput & {
  readonly error: ErrorReport | undefined
  /** How long closing may take, milliseconds. */
  readonly shutdownMs: number
}

/** Id and system id of the actor of one workspace. */
export const workspaceActorId = (id: WorkspaceId): string => `keepspace.ws.${id}`
/** The same of the actor that knows which tab edits it. */
export const leaseActorId = (id: WorkspaceId): string => leaseOf(workspaceActorId(id))
const leaseOf = (actorId: string): string => `${actorId}.lease`
export const WRITER_ACTOR_ID = 'keepspace.writer'
export const EVICTION_ACTOR_ID = 'keepspace.eviction'
export const ACTIVITY_ACTOR_ID = 'keepspace.activity'
export const AUTOSAVE_ACTOR_ID = 'keepspace.autosave'
export const SHUTDOWN_ACTOR_ID = 'keepspace.shutdown'
export const MEMORY_ACTOR_ID = 'keepspace.memory'

const unprovided = (actor: string) => () => {
  throw new Error(`rootMachine: provide the \`${actor}\` actor`)
}

/** Supervises everything: opens storage, starts and stops the actors of each workspace in memory, closes in order. */
export const rootMachine = setup({
  types: {
    context: {} as RootContext,
    events: {} as RootEvent,
    emitted: {} as RootEmitted,
    input: {} as RootInput,
    tags: {} as 'open',
    children: {} as {
      [WRITER_ACTOR_ID]: 'writer'
      [EVICTION_ACTOR_ID]: 'eviction'
      [ACTIVITY_ACTOR_ID]: 'activity'
      [AUTOSAVE_ACTOR_ID]: 'autosave'
      [SHUTDOWN_ACTOR_ID]: 'shutdown'
      [MEMORY_ACTOR_ID]: 'memory'
    },
  },
  actors: {
    openStorage: fromPromise<void>(unprovided('openStorage')),
    closeAll: fromPromise<void, {timeoutMs: number}>(unprovided('closeAll')),
    workspace: workspaceMachine,
    lease: leaseMachine,
    writer: writerMachine,
    eviction: evictionMachine,
    activity: activityMachine,
    autosave: autosaveMachine,
    shutdown: shutdownMachine,
    memory: memoryMachine,
  },
  actions: {
    startWorkspace: enqueueActions(({context, enqueue}, params: {workspaceId: WorkspaceId}) => {
      const id = workspaceActorId(params.workspaceId)
      const input = {workspaceId: params.workspaceId, pacing: context.pacing}
      enqueue.spawnChild('workspace', {id, systemId: id, input})
      const leaseId = leaseActorId(params.workspaceId)
      const leaseInput = {workspaceId: params.workspaceId, policy: context.lease}
      enqueue.spawnChild('lease', {id: leaseId, systemId: leaseId, input: leaseInput})
    }),
    forgetActor: enqueueActions(({enqueue}, params: {actorId: string}) => {
      enqueue.stopChild(params.actorId)
      enqueue.stopChild(leaseOf(params.actorId))
    }),
    noteError: assign((_, params: {error: unknown}) => ({error: KeepspaceError.from(params.error).report})),
    noteShutdownBound: assign((_, params: {timeoutMs: number}) => ({shutdownMs: params.timeoutMs})),
    announceOpened: emit({type: 'storage.opened' as const}),
    announceMissing: emit((_, params: {error: unknown}) => ({
      type: 'storage.missing' as const,
      error: KeepspaceError.from(params.error).report,
    })),
    announceActorFailed: emit((_, params: {error: unknown}) => ({
      type: 'actor.failed' as const,
      error: KeepspaceError.from(params.error, 'usage').report,
    })),
  },
}).createMachine({
  id: 'root',
  description: 'The whole system: storage, the writer, eviction, and one actor for each workspace in memory.',
  context: ({input}) => ({...input, error: undefined, shutdownMs: 0}),
  invoke: [
    {
      src: 'writer',
      id: WRITER_ACTOR_ID,
      systemId: WRITER_ACTOR_ID,
      input: ({context}) => ({policy: context.writer}),
      onError: {
        description: 'Cannot happen while its actions do not throw; announced rather than hidden.',
        actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
      },
    },
    {
      src: 'eviction',
      id: EVICTION_ACTOR_ID,
      systemId: EVICTION_ACTOR_ID,
      input: ({context: {cap, absoluteCap, isSmart}}) => ({cap, absoluteCap, isSmart}),
      onError: {
        description: 'Cannot happen while its actions do not throw; announced rather than hidden.',
        actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
      },
    },
    {
      src: 'activity',
      id: ACTIVITY_ACTOR_ID,
      systemId: ACTIVITY_ACTOR_ID,
      input: ({context}) => ({...context.page, atMs: context.atMs}),
      onError: {
        description: 'Cannot happen while its actions do not throw; announced rather than hidden.',
        actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
      },
    },
    {
      src: 'autosave',
      id: AUTOSAVE_ACTOR_ID,
      systemId: AUTOSAVE_ACTOR_ID,
      input: ({context}) => ({policy: context.autosave, atMs: context.atMs}),
      onError: {
        description: 'Cannot happen while its actions do not throw; announced rather than hidden.',
        actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
      },
    },
    {
      src: 'shutdown',
      id: SHUTDOWN_ACTOR_ID,
      systemId: SHUTDOWN_ACTOR_ID,
      onDone: {target: '.closing', actions: {type: 'noteShutdownBound', params: ({event}) => event.output}},
      onError: {
        description: 'Cannot happen while its actions do not throw; announced rather than hidden.',
        actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
      },
    },
    {
      src: 'memory',
      id: MEMORY_ACTOR_ID,
      systemId: MEMORY_ACTOR_ID,
      input: ({context}) => ({policy: context.pressure}),
      onError: {
        description: 'Cannot happen while its actions do not throw; announced rather than hidden.',
        actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
      },
    },
  ],
  on: {
    'workspace.opened': {
      description: 'Somebody wants a workspace in memory.',
      actions: {type: 'startWorkspace', params: ({event}) => event},
    },
    'xstate.done.actor.keepspace.ws.*': {
      description: 'A workspace was flushed and released; its actor is done.',
      actions: {type: 'forgetActor', params: ({event}) => event},
    },
    'xstate.error.actor.keepspace.ws.*': {
      description: 'An actor of a workspace ended by a fault of our own. The workspace stays as it is stored.',
      actions: {type: 'announceActorFailed', params: ({event}) => ({error: event.error})},
    },
  },
  initial: 'opening',
  states: {
    opening: {
      description: 'Storage is being opened. Workspaces may be asked for already.',
      invoke: {
        src: 'openStorage',
        onDone: {target: 'ready.persistent', actions: 'announceOpened'},
        onError: {
          target: 'ready.memoryOnly',
          actions: [
            {type: 'noteError', params: ({event}) => ({error: event.error})},
            {type: 'announceMissing', params: ({event}) => ({error: event.error})},
          ],
        },
      },
    },
    ready: {
      description: 'At work.',
      tags: 'open',
      initial: 'persistent',
      states: {
        persistent: {description: 'What is saved stays on this device.'},
        memoryOnly: {description: 'No storage could be opened. Everything is gone with the page, and people are told.'},
      },
    },
    closing: {
      description: 'What could be made durable is; connections are closed.',
      invoke: {
        src: 'closeAll',
        input: ({context}) => ({timeoutMs: context.shutdownMs}),
        onDone: 'closed',
        onError: {target: 'closed', actions: {type: 'noteError', params: ({event}) => ({error: event.error})}},
      },
    },
    closed: {
      description: 'Nothing is accepted any more.',
      type: 'final',
    },
  },
})
