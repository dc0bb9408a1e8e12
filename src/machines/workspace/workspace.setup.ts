import {assign, emit, enqueueActions, fromPromise, setup} from 'xstate'
import {type ErrorReport, KeepspaceError} from '../../model/errors.ts'
import type {Version, WorkspaceId} from '../../model/ids.ts'
import type {SaveReason} from '../../model/save.ts'
import type {Durability} from '../../model/storage-port.ts'
import {debounceMs, nextSaveCostMs, type PacingPolicy, remainingWaitMs, stillNoisyMs} from './pacing.policy.ts'

export type WorkspaceInput = {
  readonly workspaceId: WorkspaceId
  readonly pacing: PacingPolicy
}

export type WorkspaceEvent =
  | {type: 'open.requested'}
  | {type: 'reload.requested'}
  | {type: 'readOnly.requested'}
  | {type: 'edit.recorded'; version: Version; atMs: number; isUrgent: boolean}
  | {type: 'save.requested'; reason: SaveReason; durability: Durability}
  | {type: 'retry.due'}
  | {type: 'live.switched'; isLive: boolean}
  | {type: 'release.requested'; reason: SaveReason}
  | {type: 'release.withdrawn'}
  | {type: 'mine.requested'}
  /** Dropped is a workspace that was deleted in another place: nothing of it is unsaved any more. */
  | {type: 'theirs.requested'; isDropped?: boolean}

export type WorkspaceEmitted =
  | {type: 'save.joined'; reason: SaveReason}
  | {type: 'save.cooling'; reason: SaveReason; waitMs: number}
  | {type: 'save.failed'; error: ErrorReport}
  | {type: 'release.refused'; error: ErrorReport | undefined}
  | {type: 'workspace.flushed'; reason: SaveReason}

/** Asks for everything accepted so far to be made durable. */
export type SaveInput = {
  readonly workspaceId: WorkspaceId
  readonly reason: SaveReason
  readonly durability: Durability
}

/** What a save achieved: the version it carried, never "now". */
export type SaveOutput = {
  readonly version: Version
  readonly atMs: number
  readonly durationMs: number
  /** Components whose newest value could not be saved. */
  readonly setAsideCount: number
}

type WorkspaceContext = {
  readonly workspaceId: WorkspaceId
  readonly pacing: PacingPolicy
  readonly acceptedVersion: Version
  readonly durableVersion: Version
  /** When the first edit was made that is not durable. */
  readonly dirtySinceMs: number | undefined
  /** When the first edit was made that came after the running save began. */
  readonly editedDuringSaveMs: number | undefined
  /** The time of the newest event that carried one. */
  readonly clockMs: number
  /** How long the running wait for a quiet moment was set to. */
  readonly quietWaitMs: number
  /** When the running wait for a quiet moment ends. */
  readonly quietUntilMs: number
  readonly saveCostMs: number
  readonly setAsideCount: number
  /** Whether the next save must not wait. */
  readonly isUrgent: boolean
  readonly reason: SaveReason
  readonly durability: Durability
  /** Whether it saves itself; otherwise only what is asked for is saved. */
  readonly isLive: boolean
  readonly wantsRelease: boolean
  readonly releaseReason: SaveReason
  /** How often an edit at the last moment put the running release off. */
  readonly releaseDelays: number
  readonly error: ErrorReport | undefined
}

/** Somebody who goes on editing keeps the workspace: a release is put off this often, then refused. */
const MAX_RELEASE_DELAYS = 3

const unprovided = (actor: string) => () => {
  throw new Error(`workspaceMachine: provide the \`${actor}\` actor`)
}

/** Everything the chart of a workspace can say and do, by name. The chart itself is in `workspace.machine.ts`. */
export const workspaceSetup = setup({
  types: {
    context: {} as WorkspaceContext,
    events: {} as WorkspaceEvent,
    emitted: {} as WorkspaceEmitted,
    input: {} as WorkspaceInput,
    tags: {} as 'loading' | 'readable' | 'savable' | 'saving' | 'releasing',
  },
  actors: {
    load: fromPromise<void, {workspaceId: WorkspaceId}>(unprovided('load')),
    save: fromPromise<SaveOutput, SaveInput>(unprovided('save')),
    prepareRelease: fromPromise<void, {workspaceId: WorkspaceId; reason: SaveReason}>(unprovided('prepareRelease')),
    release: fromPromise<void, {workspaceId: WorkspaceId; reason: SaveReason}>(unprovided('release')),
  },
  delays: {
    quiet: ({context}) => context.quietWaitMs,
    maxWait: ({context}) => remainingWaitMs(context.pacing, context),
    slowLoad: ({context}) => context.pacing.slowLoadMs,
  },
  guards: {
    hasUnsaved: ({context}) => context.acceptedVersion > context.durableVersion,
    hasSetAside: ({context}) => context.setAsideCount > 0,
    wasQuiet: ({context}) => stillNoisyMs(context.pacing, context) === 0,
    isUrgent: ({context}) => context.isUrgent,
    isLive: ({context}) => context.isLive,
    savesOnDemand: ({context}) => !context.isLive,
    wantsRelease: ({context}) => context.wantsRelease,
    mayDelayRelease: ({context}) => context.releaseDelays < MAX_RELEASE_DELAYS,
    isConflict: (_, params: {error: unknown}) =>
      params.error instanceof KeepspaceError && params.error.code === 'revision.conflict',
  },
  actions: {
    noteAccepted: assign(({context}, params: {version: Version; atMs: number; isUrgent: boolean}) => ({
      acceptedVersion: Math.max(context.acceptedVersion, params.version),
      dirtySinceMs: context.dirtySinceMs ?? params.atMs,
      editedDuringSaveMs: context.editedDuringSaveMs ?? params.atMs,
      clockMs: params.atMs,
      isUrgent: context.isUrgent || (params.isUrgent && context.isLive),
      reason: params.isUrgent && context.isLive ? ('immediate' as const) : context.reason,
    })),
    noteQuietAwaited: assign(({context}) => {
      const quietWaitMs = debounceMs(context.pacing, context.saveCostMs)
      return {quietWaitMs, quietUntilMs: context.clockMs + quietWaitMs}
    }),
    noteQuietAwaitedAgain: assign(({context}) => {
      const quietWaitMs = stillNoisyMs(context.pacing, context)
      return {quietWaitMs, quietUntilMs: context.quietUntilMs + quietWaitMs}
    }),
    noteSaveRequest: assign(({context}, params: {reason: SaveReason; durability: Durability}) => ({
      isUrgent: true,
      reason: params.reason,
      durability: context.durability === 'strict' ? context.durability : params.durability,
    })),
    noteLive: assign((_, params: {isLive: boolean}) => ({isLive: params.isLive})),
    noteRetryDue: assign({reason: 'retry' as const}),
    noteReleaseSave: assign(({context}) => ({reason: context.releaseReason, durability: 'strict' as const})),
    noteSaveStarted: assign({isUrgent: false, editedDuringSaveMs: undefined}),
    noteSaved: assign(({context}, params: {saved: SaveOutput}) => ({
      durableVersion: Math.max(context.durableVersion, params.saved.version),
      dirtySinceMs: context.acceptedVersion > params.saved.version ? context.editedDuringSaveMs : undefined,
      clockMs: params.saved.atMs,
      saveCostMs: nextSaveCostMs(context.saveCostMs, params.saved.durationMs),
      setAsideCount: params.saved.setAsideCount,
      error: undefined,
      reason: context.isUrgent ? context.reason : ('edit' as const),
      durability: context.isUrgent ? context.durability : ('relaxed' as const),
    })),
    noteError: assign((_, params: {error: unknown}) => ({error: KeepspaceError.from(params.error).report})),
    noteTheirs: assign(({context}, params: {isDropped: boolean}) =>
      params.isDropped ? {durableVersion: context.acceptedVersion, dirtySinceMs: undefined} : {},
    ),
    noteLoaded: assign({error: undefined}),
    noteReleaseWanted: assign((_, params: {reason: SaveReason}) => ({
      wantsRelease: true,
      releaseReason: params.reason,
    })),
    noteReleaseBegun: assign({releaseDelays: 0}),
    noteReleaseDelayed: assign(({context}) => ({releaseDelays: context.releaseDelays + 1})),
    noteReleaseDropped: assign({wantsRelease: false}),
    announceCooling: enqueueActions(({context, enqueue}) => {
      const {isLive, isUrgent, wantsRelease, quietWaitMs, pacing, reason} = context
      if (isLive && !isUrgent && !wantsRelease && quietWaitMs > pacing.debounceMs) {
        enqueue.emit({type: 'save.cooling', reason, waitMs: quietWaitMs})
      }
    }),
    announceJoined: emit((_, params: {reason: SaveReason}) => ({type: 'save.joined' as const, reason: params.reason})),
    announceFailed: emit((_, params: {error: unknown}) => ({
      type: 'save.failed' as const,
      error: KeepspaceError.from(params.error).report,
    })),
    announceRefused: emit(({context}) => ({type: 'release.refused' as const, error: context.error})),
    announceFlushed: emit(({context}) => ({type: 'workspace.flushed' as const, reason: context.releaseReason})),
  },
})
