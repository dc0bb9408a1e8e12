import {assign, emit, enqueueActions, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import type {
  EvictionCandidate,
  EvictionCause,
  EvictionPolicy,
  EvictionStrength,
  RankedCandidate,
} from '../../model/eviction.ts'
import type {WorkspaceId} from '../../model/ids.ts'
import {
  type Attempt,
  DEGRADED_AFTER,
  nextRetryMs,
  probeDelayMs,
  refusedAt,
  remembered,
  withFailure,
} from './attempt.policy.ts'
import {type Capacity, chooseVictim, excessOf, stronger, type Wish} from './choice.policy.ts'
import {lruPolicy, smartPolicy} from './ranking.policy.ts'

export type EvictionInput = Capacity & {
  /** Whether who goes is decided by tiers and scores, not only by who was seen longest ago. */
  readonly isSmart: boolean
}

/** Who is in memory at one moment. */
export type Census = {readonly candidates: readonly EvictionCandidate[]; readonly atMs: number}

export type EvictionEvent =
  | ({type: 'census.taken'} & Census)
  | {type: 'cap.changed'; cap: number}
  | {type: 'smart.changed'; isSmart: boolean}
  | ({type: 'memory.wanted'} & Wish)
  | {type: 'storage.recovered'}

export type EvictionEmitted =
  | ({type: 'victim.chosen'; workspaceId: WorkspaceId} & Decided)
  | {type: 'victim.released'; workspaceId: WorkspaceId; cause: EvictionCause}
  | {type: 'victim.stayed'; workspaceId: WorkspaceId}
  | {type: 'victim.refused'; workspaceId: WorkspaceId; error: ErrorReport}
  | ({type: 'eviction.blocked'} & Decided)
  | {type: 'eviction.unblocked'}
  | {type: 'eviction.degraded'; error: ErrorReport | undefined}
  | {type: 'eviction.healed'}

type Decided = {
  readonly cause: EvictionCause
  readonly strength: EvictionStrength
  readonly ranking: readonly RankedCandidate[]
}

type EvictionContext = Capacity & {
  readonly isSmart: boolean
  /** Memory that is wanted back besides keeping the cap. */
  readonly wish: Wish | undefined
  readonly victimId: WorkspaceId | undefined
  readonly victimBytes: number
  readonly isOverCap: boolean
  readonly cause: EvictionCause
  readonly strength: EvictionStrength
  /** The last decision, one short row for each workspace in memory. */
  readonly ranking: readonly RankedCandidate[]
  /** Those that would not go, and until when they are left alone. */
  readonly attempts: readonly Attempt[]
  /** Evictions that failed since the last that did not. */
  readonly failures: number
  readonly lastError: ErrorReport | undefined
  /** When the last census was taken, milliseconds since 1970. */
  readonly clockMs: number
  /** People were told that one too many is in memory and none may go. */
  readonly isBlocked: boolean
  /** People were told that evictions fail. */
  readonly isDegraded: boolean
}

const unprovided = (actor: string) => () => {
  throw new Error(`evictionMachine: provide the \`${actor}\` actor`)
}

/** The policy that counts: with smart eviction off the plain one, whatever was given. */
export function policyOf(isSmart: boolean, given?: EvictionPolicy): EvictionPolicy {
  return isSmart ? (given ?? smartPolicy) : lruPolicy
}

/** What one census leads to. */
export function decide(context: EvictionContext, census: Census, policy?: EvictionPolicy): Partial<EvictionContext> {
  const attempts = remembered(context.attempts, census.candidates, census.atMs)
  const choice = chooseVictim(census.candidates, {
    capacity: context,
    wish: context.wish,
    refused: refusedAt(attempts, census.atMs),
    policy: policyOf(context.isSmart, policy),
  })
  return {...choice, attempts, clockMs: census.atMs}
}

/** Everything the chart of the eviction can say and do, by name. The chart itself is in `eviction.machine.ts`. */
export const evictionSetup = setup({
  types: {
    context: {} as EvictionContext,
    events: {} as EvictionEvent,
    emitted: {} as EvictionEmitted,
    input: {} as EvictionInput,
  },
  actors: {
    /** Resolves with whether it left: somebody may have opened it again, which is no failure. */
    persistVictim: fromPromise<{readonly isReleased: boolean}, {workspaceId: WorkspaceId; cause: EvictionCause}>(
      unprovided('persistVictim'),
    ),
    takeCensus: fromPromise<Census>(unprovided('takeCensus')),
  },
  delays: {
    nextRetry: ({context}) => nextRetryMs(context.attempts, context.clockMs) ?? LONG_REST_MS,
    probeDelay: ({context}) => probeDelayMs(context.failures),
  },
  guards: {
    hasVictim: ({context}) => context.victimId !== undefined,
    isOverCap: ({context}) => context.isOverCap,
    isFailing: ({context}) => context.failures >= DEGRADED_AFTER,
    fits: ({context}, params: Census) => excessOf(params.candidates, context) === 0,
    hasLeft: (_, params: {isReleased: boolean}) => params.isReleased,
  },
  actions: {
    choose: assign(({context}, params: Census) => decide(context, params)),
    announceChosen: emit(({context}) => ({
      type: 'victim.chosen' as const,
      workspaceId: context.victimId as WorkspaceId,
      ...decidedOf(context),
    })),
    noteBlocked: enqueueActions(({context, enqueue}) => {
      if (!context.isBlocked) {
        enqueue.assign({isBlocked: true})
        enqueue.emit({type: 'eviction.blocked', ...decidedOf(context)})
      }
    }),
    noteUnblocked: enqueueActions(({context, enqueue}) => {
      if (context.isBlocked) {
        enqueue.assign({isBlocked: false})
        enqueue.emit({type: 'eviction.unblocked'})
      }
    }),
    noteDegraded: enqueueActions(({context, enqueue}) => {
      if (!context.isDegraded) {
        enqueue.assign({isDegraded: true})
        enqueue.emit({type: 'eviction.degraded', error: context.lastError})
      }
    }),
    noteHealed: enqueueActions(({context, enqueue}) => {
      if (context.isDegraded) {
        enqueue.assign({isDegraded: false})
        enqueue.emit({type: 'eviction.healed'})
      }
    }),
    noteCap: assign((_, params: {cap: number}) => ({cap: params.cap})),
    noteSmart: assign((_, params: {isSmart: boolean}) => ({isSmart: params.isSmart})),
    noteWish: assign(({context}, params: Wish) => ({wish: stronger(context.wish, params)})),
    /** A wish ends when nothing more may go for it; a new one may come with the next measurement. */
    dropWish: assign({wish: undefined}),
    noteReleased: assign(({context}) => ({
      wish: context.wish && {...context.wish, bytes: context.wish.bytes - context.victimBytes},
      attempts: context.attempts.filter(({id}) => id !== context.victimId),
      failures: 0,
      lastError: undefined,
    })),
    announceReleased: emit(({context}) => ({
      type: 'victim.released' as const,
      workspaceId: context.victimId as WorkspaceId,
      cause: context.cause,
    })),
    noteStayed: assign(({context}) => ({
      attempts: withFailure(context.attempts, context.victimId as WorkspaceId, context.clockMs),
    })),
    announceStayed: emit(({context}) => ({
      type: 'victim.stayed' as const,
      workspaceId: context.victimId as WorkspaceId,
    })),
    noteFailure: assign(({context}, params: {error: unknown}) => ({
      attempts: withFailure(context.attempts, context.victimId as WorkspaceId, context.clockMs),
      failures: context.failures + 1,
      lastError: KeepspaceError.from(params.error).report,
    })),
    announceRefused: emit(({context}, params: {error: unknown}) => ({
      type: 'victim.refused' as const,
      workspaceId: context.victimId as WorkspaceId,
      error: KeepspaceError.from(params.error).report,
    })),
    forgetAttempts: assign({attempts: [], lastError: undefined}),
    forgetFailures: assign({failures: 0, lastError: undefined}),
  },
})

/** Rest of a blockade in which nobody refused: only a census or a new cap ends it. */
const LONG_REST_MS = 3_600_000

function decidedOf({cause, strength, ranking}: EvictionContext): Decided {
  return {cause, strength, ranking}
}
