import {assign, createActor, fromCallback, fromPromise} from 'xstate'
import type {ActivityRef} from '../machines/activity/activity.machine.ts'
import {
  type AutosaveRef,
  autosaveMachine,
  type SweepOutput,
  type SweepTrigger,
} from '../machines/autosave/autosave.machine.ts'
import {type EvictionRef, evictionMachine} from '../machines/eviction/eviction.machine.ts'
import {type Census, decide} from '../machines/eviction/eviction.setup.ts'
import {type LeaseRef, leaseMachine} from '../machines/lease/lease.machine.ts'
import type {LockNews, LockRequest} from '../machines/lease/lease.setup.ts'
import {
  ACTIVITY_ACTOR_ID,
  AUTOSAVE_ACTOR_ID,
  EVICTION_ACTOR_ID,
  leaseActorId,
  type RootRef,
  rootMachine,
  SHUTDOWN_ACTOR_ID,
  WRITER_ACTOR_ID,
  workspaceActorId,
} from '../machines/root/root.machine.ts'
import {type DrainOutput, type ShutdownRef, shutdownMachine} from '../machines/shutdown/shutdown.machine.ts'
import {type WorkspaceRef, workspaceMachine} from '../machines/workspace/workspace.machine.ts'
import type {SaveInput, SaveOutput} from '../machines/workspace/workspace.setup.ts'
import {type CommitOutput, type WriterRef, writerMachine} from '../machines/writer/writer.machine.ts'
import {backoffMs, withJitter} from '../machines/writer/writer.policy.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {SaveReason} from '../model/save.ts'
import {cautious} from './eviction-policy.ts'
import type {LockKeeper} from './lock-keeper.ts'
import type {ResolvedOptions} from './options.ts'

/** What the charts ask of the outside world. Each is a promise; charts themselves do nothing. */
export type SystemServices = {
  openStorage(): Promise<void>
  drain(timeoutMs: number): Promise<DrainOutput>
  closeAll(timeoutMs: number): Promise<void>
  commit(): Promise<CommitOutput>
  load(id: WorkspaceId): Promise<void>
  save(input: SaveInput): Promise<SaveOutput>
  prepareRelease(id: WorkspaceId, reason: SaveReason): Promise<void>
  release(id: WorkspaceId, reason: SaveReason): Promise<void>
  /** Keeps the lock of one workspace; what happens to it is told. */
  keepLock(id: WorkspaceId, tell: (news: LockNews) => void): LockKeeper
  handOver(id: WorkspaceId): Promise<void>
  persistVictim(id: WorkspaceId): Promise<{readonly isReleased: boolean}>
  takeCensus(): Census
  sweep(trigger: SweepTrigger): Promise<SweepOutput>
}

/** The running charts. */
export type System = {
  readonly root: RootRef
  /** False once everything has ended. */
  readonly isActive: boolean
  readonly writer: WriterRef
  readonly eviction: EvictionRef
  readonly activity: ActivityRef
  readonly autosave: AutosaveRef
  readonly shutdown: ShutdownRef
  startWorkspace(id: WorkspaceId): WorkspaceRef
  /** Who knows which tab edits a workspace; undefined when it is not in memory. */
  lease(id: WorkspaceId): LeaseRef | undefined
}

/** Gives the charts their services and starts them. The only place where both are known. */
export function createSystem(options: ResolvedOptions, services: SystemServices): System {
  const workspace = workspaceMachine.provide({
    actors: {
      load: fromPromise(({input}) => services.load(input.workspaceId)),
      save: fromPromise(({input}) => services.save(input)),
      prepareRelease: fromPromise(({input}) => services.prepareRelease(input.workspaceId, input.reason)),
      release: fromPromise(({input}) => services.release(input.workspaceId, input.reason)),
    },
  })
  const writer = writerMachine.provide({
    actors: {commit: fromPromise(() => services.commit())},
    delays: {
      backoff: ({context}) => withJitter(backoffMs(context.policy, context.attempt), options.random()),
    },
  })
  const policy = options.evictionPolicy && cautious(options.evictionPolicy)
  const eviction = evictionMachine.provide({
    actors: {
      persistVictim: fromPromise(({input}) => services.persistVictim(input.workspaceId)),
      takeCensus: fromPromise(async () => services.takeCensus()),
    },
    ...(policy && {
      actions: {choose: assign(({context}, census: Census) => decide(context, census, policy))},
    }),
  })
  const lease = leaseMachine.provide({
    actors: {
      lock: fromCallback<LockRequest, {workspaceId: WorkspaceId}>(({input, receive, sendBack}) => {
        const keeper = services.keepLock(input.workspaceId, sendBack)
        receive(({mode}) => keeper.request(mode))
        return keeper.end
      }),
      handOver: fromPromise(({input}) => services.handOver(input.workspaceId)),
    },
  })
  const autosave = autosaveMachine.provide({
    actors: {sweep: fromPromise(({input}) => services.sweep(input.trigger))},
  })
  const shutdown = shutdownMachine.provide({
    actors: {drain: fromPromise(({input}) => services.drain(input.timeoutMs))},
  })
  const root = createActor(
    rootMachine.provide({
      actors: {
        openStorage: fromPromise(() => services.openStorage()),
        closeAll: fromPromise(({input}) => services.closeAll(input.timeoutMs)),
        workspace,
        lease,
        writer,
        eviction,
        autosave,
        shutdown,
      },
    }),
    {
      systemId: 'keepspace',
      clock: options.time as never,
      ...(options.inspect && {inspect: options.inspect}),
      input: {
        pacing: options.pacing,
        writer: options.writer,
        lease: options.lease,
        cap: options.cap,
        absoluteCap: options.absoluteCap,
        isSmart: options.flags.smartEviction,
        autosave: options.autosave,
        page: options.lifecycle.getState?.() ?? {isVisible: true, isFocused: true},
        atMs: options.time.now(),
      },
    },
  )
  root.start()
  return {
    root,
    writer: root.system.get(WRITER_ACTOR_ID) as WriterRef,
    eviction: root.system.get(EVICTION_ACTOR_ID) as EvictionRef,
    activity: root.system.get(ACTIVITY_ACTOR_ID) as ActivityRef,
    autosave: root.system.get(AUTOSAVE_ACTOR_ID) as AutosaveRef,
    shutdown: root.system.get(SHUTDOWN_ACTOR_ID) as ShutdownRef,
    get isActive() {
      return root.getSnapshot().status === 'active'
    },
    startWorkspace: (id) => {
      root.send({type: 'workspace.opened', workspaceId: id})
      return root.system.get(workspaceActorId(id)) as WorkspaceRef
    },
    lease: (id) => root.system.get(leaseActorId(id)) as LeaseRef | undefined,
  }
}
