import type {AuditReport} from './audit.ts'
import type {ErrorReport} from './errors.ts'
import type {EvictionCause, EvictionStrength, RankedCandidate} from './eviction.ts'
import type {FeatureFlags} from './flags.ts'
import type {ComponentId, EntryId, WorkspaceId} from './ids.ts'
import type {MemorySource, PressureLevel} from './memory.ts'
import type {ReadinessResult, SaveOutcome, SaveReason, TargetKind} from './save.ts'
import type {LateTarget} from './shutdown.ts'
import type {StorageKind} from './storage-usage.ts'

type SaveFacts = {
  readonly workspaceId: WorkspaceId
  readonly reason: SaveReason
  /** Whether the workspace was not the visible one. */
  readonly isBackground: boolean
}

/**
 * What happens inside, for telemetry, logs and tests. Carries ids, sizes, revisions and durations, never content.
 * Durations are milliseconds, sizes UTF-8 bytes.
 */
export type KeepspaceEvent =
  | ({readonly type: 'save_schedule'} & SaveFacts)
  | ({readonly type: 'save_joined'} & SaveFacts)
  | ({readonly type: 'save_attempt'} & SaveFacts)
  | ({
      readonly type: 'save_success'
      readonly revision: number
      readonly bytes: number
      readonly records: number
      readonly durationMs: number
    } & SaveFacts)
  | ({readonly type: 'save_skip_unchanged'} & SaveFacts)
  | ({
      /** Saves of this workspace are dear: the quiet moment that its next one waits for is longer than usual. */
      readonly type: 'save_skip_cooldown'
      /** How long instead. */
      readonly durationMs: number
    } & SaveFacts)
  | ({readonly type: 'save_skip_not_ready'; readonly readiness: ReadinessResult} & SaveFacts)
  | ({readonly type: 'save_failure'; readonly error: ErrorReport; readonly durationMs: number} & SaveFacts)
  | {readonly type: 'workspace_opened'; readonly workspaceId: WorkspaceId}
  | {
      readonly type: 'workspace_loaded'
      readonly workspaceId: WorkspaceId
      readonly records: number
      readonly durationMs: number
    }
  | {readonly type: 'workspace_load_failed'; readonly workspaceId: WorkspaceId; readonly error: ErrorReport}
  | {readonly type: 'workspace_runtime_evicted'; readonly workspaceId: WorkspaceId; readonly reason: SaveReason}
  | {
      readonly type: 'eviction_refused'
      readonly workspaceId: WorkspaceId
      readonly error: ErrorReport | undefined
    }
  | {readonly type: 'pre_eviction_persist_start'; readonly workspaceId: WorkspaceId}
  | {
      readonly type: 'pre_eviction_persist_complete'
      readonly workspaceId: WorkspaceId
      readonly durationMs: number
      readonly isSaved: boolean
    }
  | {
      readonly type: 'eviction_candidate_selected'
      readonly workspaceId: WorkspaceId
      readonly cause: EvictionCause
      readonly strength: EvictionStrength
      readonly ranking: readonly RankedCandidate[]
    }
  | {
      readonly type: 'no_eviction_candidates'
      readonly cause: EvictionCause
      readonly strength: EvictionStrength
      readonly ranking: readonly RankedCandidate[]
    }
  | {
      /** How a decision about memory was weighed, the next to go first. */
      readonly type: 'eviction_score_calculated'
      readonly cause: EvictionCause
      readonly strength: EvictionStrength
      readonly ranking: readonly RankedCandidate[]
    }
  | {readonly type: 'eviction_skipped_pinned'; readonly workspaceId: WorkspaceId}
  | {
      readonly type: 'runtime_evicted_for_capacity' | 'runtime_evicted_memory_pressure'
      readonly workspaceId: WorkspaceId
      readonly cause: EvictionCause
    }
  | {
      /** A workspace was not let into memory. */
      readonly type: 'runtime_creation_blocked'
      readonly workspaceId: WorkspaceId
      readonly cause: EvictionCause
    }
  | {
      /** Evictions failed several times in a row; one is tried now and then until it works. */
      readonly type: 'eviction_degraded'
      readonly error: ErrorReport | undefined
    }
  | {readonly type: 'eviction_healed'}
  | {
      readonly type: 'memory_pressure_changed'
      readonly from: PressureLevel
      readonly to: PressureLevel
      readonly source: MemorySource | undefined
    }
  | {readonly type: 'flags_changed'; readonly flags: FeatureFlags}
  | {
      /** More saves failed than a careful roll-out may bear. */
      readonly type: 'rollout_guard_tripped'
      readonly failures: number
      readonly saves: number
      readonly share: number
    }
  | {
      readonly type: 'component_set_aside' | 'component_unreadable'
      readonly workspaceId: WorkspaceId
      readonly componentId: ComponentId
      readonly error: ErrorReport
    }
  | {
      readonly type: 'component_state_throttled_persist' | 'component_state_immediate_persist'
      readonly workspaceId: WorkspaceId
      readonly componentId: ComponentId
    }
  | {
      readonly type: 'component_active_state_changed'
      readonly workspaceId: WorkspaceId
      readonly componentId: ComponentId
      readonly isActive: boolean
    }
  | {readonly type: 'workspace_entry_updated'; readonly workspaceId: WorkspaceId; readonly entryId: EntryId}
  | {
      /** Its entry was left; it is pinned and goes on, or it was let go. */
      readonly type: 'entry_deactivated_skip_pinned' | 'entry_deactivated_evicted'
      readonly entryId: EntryId
      readonly workspaceId: WorkspaceId
    }
  | {
      /** Something rang, so much later than it was to: nothing was running at that moment, or storage took so long to answer. */
      readonly type: 'alarm_fired'
      readonly workspaceId: WorkspaceId
      readonly componentId: ComponentId
      readonly lateMs: number
    }
  | {
      /** Everything that was remembered of a workspace in memory went with it. */
      readonly type: 'workspace_tracking_cleaned'
      readonly workspaceId: WorkspaceId
    }
  | {
      readonly type: 'write_completed'
      readonly targetKind: TargetKind
      readonly target: string
      readonly reason: SaveReason
      readonly durationMs: number
      readonly bytes: number
      readonly error: ErrorReport | undefined
      readonly hasNewerPending: boolean
    }
  | {
      /** An edit that waited for a load, or a source, did not fit what was loaded. */
      readonly type: 'edit_dropped'
      readonly workspaceId: WorkspaceId
      readonly error: ErrorReport
    }
  | {
      /** What a tab had not saved when it was left is part of the workspace now. */
      readonly type: 'last_words_replayed'
      readonly workspaceId: WorkspaceId
    }
  | {
      /** What a tab had not saved when it was left is shown as unsaved edits: storage does not take it now, or another
       * tab changed the same since (`revision.conflict`) and one of both is to be chosen. */
      readonly type: 'last_words_held'
      readonly workspaceId: WorkspaceId
      readonly error: ErrorReport
    }
  | {
      /** A newer version of the app stored these components and does not let this one edit them. What was unsaved of
       * them here is in the history. */
      readonly type: 'newer_version_met'
      readonly workspaceId: WorkspaceId
      readonly componentIds: readonly ComponentId[]
    }
  | {
      /** The page was hidden or left; the unsaved edits of so many workspaces were written at once. */
      readonly type: 'last_words_written'
      readonly workspaceIds: readonly WorkspaceId[]
    }
  | {
      /** The background sweep found workspaces that have been unsaved for too long. */
      readonly type: 'background_autosave_start'
      readonly trigger: string
      readonly workspaces: number
    }
  | {
      readonly type: 'background_autosave_workspace'
      readonly workspaceId: WorkspaceId
      readonly status: SaveOutcome['status']
      readonly durationMs: number
      readonly error: ErrorReport | undefined
    }
  | {
      readonly type: 'background_autosave_complete'
      readonly trigger: string
      readonly attempted: number
      readonly saved: number
      readonly durationMs: number
    }
  | {
      /** A shutdown began, or was tried again: nothing more is accepted. */
      readonly type: 'shutdown_started'
      readonly timeoutMs: number
    }
  | {readonly type: 'shutdown_progress'; readonly total: number; readonly durable: number}
  | {
      /** The bound is over and these exist only in memory. */
      readonly type: 'shutdown_late'
      readonly late: readonly LateTarget[]
    }
  | {readonly type: 'shutdown_cancelled'}
  | {readonly type: 'shutdown_complete'; readonly late: readonly LateTarget[]; readonly durationMs: number}
  | {
      /** A chart ended by a fault of our own. Please report it. */
      readonly type: 'actor_failed'
      readonly error: ErrorReport
    }
  | {
      /** Stored records that cannot be used were copied, as they were found. Keys hold ids, no content. */
      readonly type: 'records_quarantined'
      readonly keys: readonly string[]
    }
  | ({
      /** After an upgrade, or when it was asked for: everything stored was read through this version, and nothing written. */
      readonly type: 'audit.completed'
    } & AuditReport)
  | {
      /** Something that has outlived its time was removed. */
      readonly type: 'storage_collected'
      readonly kind: StorageKind
      readonly count: number
      readonly bytes: number
    }
  | {readonly type: 'storage_collect_failed'; readonly error: ErrorReport}
  | {
      /** Workspaces that were stored here are gone although nobody deleted them. Said once per page. */
      readonly type: 'restore.emptied'
      readonly workspaceIds: readonly WorkspaceId[]
      /** Storage holds nothing at all; then `workspaceIds` may be incomplete. */
      readonly isEverythingGone: boolean
    }
  | {
      /** Storage holds an older revision of a workspace than a second place knows of. */
      readonly type: 'restore.regressed'
      readonly workspaceId: WorkspaceId
      readonly foundRevision: number
      readonly knownRevision: number
    }
  | {
      /** What storage lost while this page was open is stored again, from memory. */
      readonly type: 'restore.resaved'
      readonly workspaceIds: readonly WorkspaceId[]
    }
  | {
      /** The content of an entry was read as it is stored and hashed, to be sent to a server. */
      readonly type: 'session_prepared'
      readonly entryId: EntryId
      /** UTF-8. */
      readonly bytes: number
      readonly readMs: number
      readonly hashMs: number
    }
  | {readonly type: 'session_saved'; readonly entryId: EntryId; readonly durationMs: number}
  | {
      readonly type: 'session_save_failed'
      readonly entryId: EntryId
      readonly durationMs: number
      readonly error: ErrorReport
    }
  | {
      /** A session of the server was read and became an entry. */
      readonly type: 'session_loaded'
      readonly entryId: EntryId
      readonly durationMs: number
    }
  /** The server was asked which revision a session has. */
  | {readonly type: 'session_polled'; readonly entryId: EntryId}
  | {
      /** Work of an earlier visit was recovered or discarded, or could not be. */
      readonly type: 'session_recovery_ended'
      readonly entryId: EntryId
      readonly error: ErrorReport | undefined
    }
  | {
      /** A workspace was sent to a server in the background, or could not be. */
      readonly type: 'server_save_ended'
      readonly workspaceId: WorkspaceId
      readonly durationMs: number
      readonly error: ErrorReport | undefined
    }
  /** Another tab signed out and deleted everything of this scope. This one has ended, and nothing of it was written. */
  | {readonly type: 'purged_elsewhere'}
  /** Storage that could not be opened at the start could be opened now. What is only in memory is kept in it. */
  | {readonly type: 'storage_returned'}
  /** These workspaces, made without storage, are stored in it now as they are here. */
  | {readonly type: 'storage_kept'; readonly workspaceIds: readonly WorkspaceId[]}
  | {readonly type: 'storage_changed'; readonly phase: string; readonly error: ErrorReport | undefined}

export type KeepspaceEventType = KeepspaceEvent['type']
