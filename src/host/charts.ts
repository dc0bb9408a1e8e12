import {type AnyActorRef, assign, fromCallback, fromPromise} from 'xstate'
import {autosaveMachine, type SweepOutput, type SweepTrigger} from '../machines/autosave/autosave.machine.ts'
import {evictionMachine} from '../machines/eviction/eviction.machine.ts'
import {type Census, decide} from '../machines/eviction/eviction.setup.ts'
import {leaseMachine} from '../machines/lease/lease.machine.ts'
import type {LockNews, LockRequest} from '../machines/lease/lease.setup.ts'
import {memoryMachine} from '../machines/memory/memory.machine.ts'
import {rootMachine} from '../machines/root/root.machine.ts'
import {type DrainOutput, shutdownMachine} from '../machines/shutdown/shutdown.machine.ts'
import {workspaceMachine} from '../machines/workspace/workspace.machine.ts'
import type {SaveInput, SaveOutput} from '../machines/workspace/workspace.setup.ts'
import {type CommitOutput, writerMachine} from '../machines/writer/writer.machine.ts'
import {backoffMs} from '../machines/writer/writer.policy.ts'
import {withJitter} from '../model/backoff.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {EvictionPolicy} from '../model/eviction.ts'
import type {WorkspaceId} from '../model/ids.ts'
import type {MemoryReading} from '../model/memory.ts'
import type {SaveReason} from '../model/save.ts'
import type {LockKeeper} from './lock-keeper.ts'

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
  measure(): Promise<MemoryReading>
  sweep(trigger: SweepTrigger): Promise<SweepOutput>
}

/** Everything that one running system of charts is served with. */
export type Served = {
  readonly services: SystemServices
  /** A number from 0 up to 1. */
  readonly random: () => number
  /** Decides who is evicted instead of the built-in policies. */
  readonly evictionPolicy: EvictionPolicy | undefined
}

/** One running system of charts, as XState names it. */
type ActorSystem = AnyActorRef['system']

const servedBySystem = new WeakMap<ActorSystem, Served>()

/** From now on the charts of this system work with `served`. To be called before they are started. */
export function serve(system: ActorSystem, served: Served): void {
  servedBySystem.set(system, served)
}

function servedOf(system: ActorSystem): Served {
  const served = servedBySystem.get(system)
  if (served === undefined) {
    throw new KeepspaceError('usage', 'the charts were started without services')
  }
  return served
}

const servicesOf = (system: ActorSystem): SystemServices => servedOf(system).services

const workspace = workspaceMachine.provide({
  actors: {
    load: fromPromise(({input, system}) => servicesOf(system).load(input.workspaceId)),
    save: fromPromise(({input, system}) => servicesOf(system).save(input)),
    prepareRelease: fromPromise(({input, system}) =>
      servicesOf(system).prepareRelease(input.workspaceId, input.reason),
    ),
    release: fromPromise(({input, system}) => servicesOf(system).release(input.workspaceId, input.reason)),
  },
})

const writer = writerMachine.provide({
  actors: {commit: fromPromise(({system}) => servicesOf(system).commit())},
  delays: {
    backoff: ({context, system}) => withJitter(backoffMs(context.policy, context.attempt), servedOf(system).random()),
  },
})

const eviction = evictionMachine.provide({
  actors: {
    persistVictim: fromPromise(({input, system}) => servicesOf(system).persistVictim(input.workspaceId)),
    takeCensus: fromPromise(async ({system}) => servicesOf(system).takeCensus()),
  },
  actions: {
    choose: assign(({context, system}, census: Census) => decide(context, census, servedOf(system).evictionPolicy)),
  },
})

const lease = leaseMachine.provide({
  actors: {
    lock: fromCallback<LockRequest, {workspaceId: WorkspaceId}>(({input, receive, sendBack, system}) => {
      const keeper = servicesOf(system).keepLock(input.workspaceId, sendBack)
      receive(({mode}) => keeper.request(mode))
      return keeper.end
    }),
    handOver: fromPromise(({input, system}) => servicesOf(system).handOver(input.workspaceId)),
  },
})

const autosave = autosaveMachine.provide({
  actors: {sweep: fromPromise(({input, system}) => servicesOf(system).sweep(input.trigger))},
})

const memory = memoryMachine.provide({
  actors: {measure: fromPromise(({system}) => servicesOf(system).measure())},
})

const shutdown = shutdownMachine.provide({
  actors: {drain: fromPromise(({input, system}) => servicesOf(system).drain(input.timeoutMs))},
})

/**
 * The charts with their services, which each system names with {@link serve}. Provided once: XState works out the
 * transitions of a chart anew for every `provide`, a millisecond that each Keepspace would pay at its start.
 */
export const rootChart = rootMachine.provide({
  actors: {
    openStorage: fromPromise(({system}) => servicesOf(system).openStorage()),
    closeAll: fromPromise(({input, system}) => servicesOf(system).closeAll(input.timeoutMs)),
    workspace,
    lease,
    writer,
    eviction,
    autosave,
    shutdown,
    memory,
  },
})
