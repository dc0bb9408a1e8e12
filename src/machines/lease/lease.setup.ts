import {type AnyEventObject, emit, fromCallback, fromPromise, sendTo, setup} from 'xstate'
import type {WorkspaceId} from '../../model/ids.ts'
import type {LockMode} from '../../model/tab-locks.ts'
import type {LeasePolicy} from './lease.policy.ts'

export type LeaseInput = {
  readonly workspaceId: WorkspaceId
  readonly policy: LeasePolicy
}

/** What the keeper of the lock tells. */
export type LockNews = {type: 'lock.granted'} | {type: 'lock.refused'} | {type: 'lock.failed'} | {type: 'lock.lost'}

export type LeaseEvent =
  | LockNews
  | {type: 'edit.recorded'}
  | {type: 'handover.requested'}
  | {type: 'release.requested'}
  | {type: 'holder.seen'}
  | {type: 'holder.left'}
  | {type: 'fence.passed'}

export type LeaseEmitted =
  /** Another tab has it and is asked for it. */
  | {type: 'lease.wanted'}
  /** This tab edits from now on; its next commit raises the fencing number. */
  | {type: 'lease.taken'}
  /** Given up: others may have it. */
  | {type: 'lease.given'}
  /** Another tab took it. */
  | {type: 'lease.lost'}
  /** Is the tab that edits still there? */
  | {type: 'lease.doubted'}

/** Asks the keeper of the lock for it. */
export type LockRequest = {type: 'lock.requested'; mode: LockMode}

type LeaseContext = LeaseInput

const unprovided = (actor: string) => () => {
  throw new Error(`leaseMachine: provide the \`${actor}\` actor`)
}

/** Everything the chart of a lease can say and do, by name. The chart itself is in `lease.machine.ts`. */
export const leaseSetup = setup({
  types: {
    context: {} as LeaseContext,
    events: {} as LeaseEvent,
    emitted: {} as LeaseEmitted,
    input: {} as LeaseInput,
    tags: {} as 'waiting' | 'here' | 'elsewhere',
    children: {} as {lock: 'lock'},
  },
  actors: {
    lock: fromCallback<LockRequest, {workspaceId: WorkspaceId}>(unprovided('lock')),
    handOver: fromPromise<void, {workspaceId: WorkspaceId}>(unprovided('handOver')),
  },
  delays: {
    askWait: ({context}) => context.policy.askWaitMs,
    stealWait: ({context}) => context.policy.stealWaitMs,
    handOver: ({context}) => context.policy.handOverMs,
    idle: ({context}) => context.policy.idleMs,
    doubt: ({context}) => context.policy.doubtMs,
    answer: ({context}) => context.policy.answerMs,
  },
  actions: {
    requestLock: sendTo('lock', (_: {event: AnyEventObject}, params: {mode: LockMode}) => ({
      type: 'lock.requested' as const,
      mode: params.mode,
    })),
    announceWanted: emit({type: 'lease.wanted' as const}),
    announceTaken: emit({type: 'lease.taken' as const}),
    announceGiven: emit({type: 'lease.given' as const}),
    announceLost: emit({type: 'lease.lost' as const}),
    announceDoubt: emit({type: 'lease.doubted' as const}),
  },
})
