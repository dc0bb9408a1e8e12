import {createActor} from 'xstate'
import type {ActivityRef} from '../machines/activity/activity.machine.ts'
import type {AutosaveRef} from '../machines/autosave/autosave.machine.ts'
import type {EvictionRef} from '../machines/eviction/eviction.machine.ts'
import type {LeaseRef} from '../machines/lease/lease.machine.ts'
import type {MemoryRef} from '../machines/memory/memory.machine.ts'
import {
  ACTIVITY_ACTOR_ID,
  AUTOSAVE_ACTOR_ID,
  EVICTION_ACTOR_ID,
  leaseActorId,
  MEMORY_ACTOR_ID,
  type RootRef,
  SHUTDOWN_ACTOR_ID,
  WRITER_ACTOR_ID,
  workspaceActorId,
} from '../machines/root/root.machine.ts'
import type {ShutdownRef} from '../machines/shutdown/shutdown.machine.ts'
import type {WorkspaceRef} from '../machines/workspace/workspace.machine.ts'
import type {WriterRef} from '../machines/writer/writer.machine.ts'
import type {WorkspaceId} from '../model/ids.ts'
import {rootChart, type SystemServices, serve} from './charts.ts'
import type {ResolvedOptions} from './options.ts'

/** The running charts. */
export type System = {
  readonly root: RootRef
  /** False once everything has ended. */
  readonly isActive: boolean
  /** The last try to write was refused, and nothing landed since. */
  readonly isStorageFailing: boolean
  readonly writer: WriterRef
  readonly eviction: EvictionRef
  readonly activity: ActivityRef
  readonly autosave: AutosaveRef
  readonly shutdown: ShutdownRef
  readonly memory: MemoryRef
  startWorkspace(id: WorkspaceId): WorkspaceRef
  /** Who knows which tab edits a workspace; undefined when it is not in memory. */
  lease(id: WorkspaceId): LeaseRef | undefined
}

/** Gives the charts their services and starts them. The only place where both are known. */
export function createSystem(options: ResolvedOptions, services: SystemServices): System {
  const root = createActor(rootChart, {
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
      pressure: options.pressure,
      autosave: options.autosave,
      page: options.lifecycle.getState?.() ?? {isVisible: true, isFocused: true},
      atMs: options.time.now(),
    },
  })
  serve(root.system, {
    services,
    random: options.random,
    evictionPolicy: options.evictionPolicy,
  })
  options.inspection.watch(root)
  root.start()
  return {
    root,
    writer: root.system.get(WRITER_ACTOR_ID) as WriterRef,
    eviction: root.system.get(EVICTION_ACTOR_ID) as EvictionRef,
    activity: root.system.get(ACTIVITY_ACTOR_ID) as ActivityRef,
    autosave: root.system.get(AUTOSAVE_ACTOR_ID) as AutosaveRef,
    shutdown: root.system.get(SHUTDOWN_ACTOR_ID) as ShutdownRef,
    memory: root.system.get(MEMORY_ACTOR_ID) as MemoryRef,
    get isActive() {
      return root.getSnapshot().status === 'active'
    },
    get isStorageFailing() {
      const writer = (root.system.get(WRITER_ACTOR_ID) as WriterRef).getSnapshot()
      return writer.hasTag('stuck') || writer.context.attempt > 0
    },
    startWorkspace: (id) => {
      root.send({type: 'workspace.opened', workspaceId: id})
      return root.system.get(workspaceActorId(id)) as WorkspaceRef
    },
    lease: (id) => root.system.get(leaseActorId(id)) as LeaseRef | undefined,
  }
}
