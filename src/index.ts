/**
 * Keeps every workspace of an app alive and durable: memory is a cache, the database is the truth.
 *
 * @packageDocumentation
 */
export {DEFAULT_CAP, deviceCap, type KeepspaceOptions, TABLET_CAP} from './host/options.ts'
export {createKeepspace} from './keepspace.ts'
export {activityMachine} from './machines/activity/activity.machine.ts'
export {autosaveMachine} from './machines/autosave/autosave.machine.ts'
export {type AutosavePolicy, defaultAutosave} from './machines/autosave/autosave.policy.ts'
export {ABSOLUTE_CAP} from './machines/eviction/choice.policy.ts'
export {evictionMachine} from './machines/eviction/eviction.machine.ts'
export {lruPolicy, smartPolicy} from './machines/eviction/ranking.policy.ts'
export {leaseMachine} from './machines/lease/lease.machine.ts'
export {defaultLease, type LeasePolicy} from './machines/lease/lease.policy.ts'
export {memoryMachine} from './machines/memory/memory.machine.ts'
export {defaultPressure, type PressurePolicy} from './machines/memory/pressure.policy.ts'
export {rootMachine} from './machines/root/root.machine.ts'
export {shutdownMachine} from './machines/shutdown/shutdown.machine.ts'
export {defaultPacing, type PacingPolicy} from './machines/workspace/pacing.policy.ts'
export {workspaceMachine} from './machines/workspace/workspace.machine.ts'
export {writerMachine} from './machines/writer/writer.machine.ts'
export {defaultWriterPolicy, type WriterPolicy} from './machines/writer/writer.policy.ts'
export type {Activity, ActivitySnapshot, WindowActivity} from './model/activity.ts'
export type {Alarm, Alarms} from './model/alarms.ts'
export type {AuditFinding, AuditPhase, AuditReport, AuditStatus} from './model/audit.ts'
export {
  type AnyComponentDefinition,
  type ComponentDefinition,
  type ComponentOptions,
  defineComponent,
  type RunContext,
  type StateOf,
} from './model/component-definition.ts'
export type {
  ComponentConflict,
  ConflictOutcome,
  ConflictResolution,
  ConflictSide,
  ConflictSideName,
  ConflictView,
} from './model/conflict.ts'
export type {ComponentContent, EntryContent, ExportFile, LeftOut, WorkspaceContent} from './model/content.ts'
export {type ErrorReport, KeepspaceError, type KeepspaceErrorCode, sentenceOf} from './model/errors.ts'
export type {KeepspaceEvent, KeepspaceEventType} from './model/events.ts'
export type {
  EvictionCandidate,
  EvictionCause,
  EvictionDecision,
  EvictionExplanation,
  EvictionPolicy,
  EvictionProtection,
  EvictionRequest,
  EvictionScore,
  EvictionStrength,
  EvictionTier,
  RankedCandidate,
  RunningOperations,
} from './model/eviction.ts'
export type {ExportSelection, Files} from './model/files.ts'
export type {FeatureFlags} from './model/flags.ts'
export type {
  AddOptions,
  AttachOptions,
  Catalogue,
  Change,
  ComponentHandle,
  ComponentInfo,
  Keepspace,
  OpenOptions,
  PersistOptions,
  SetOptions,
  Settings,
  StorageControl,
  Undo,
  WorkspaceHandle,
} from './model/handles.ts'
export {
  adviceFor,
  type Health,
  type HealthIssue,
  type HealthState,
  type LastWrite,
  type ServerAnswer,
  type ServerHealth,
  type ServerLink,
} from './model/health.ts'
export type {
  History,
  HistoryItem,
  HistoryPart,
  HistoryReason,
  HistoryVersion,
  Restored,
} from './model/history.ts'
export type {Idle} from './model/idle.ts'
export {
  type CommitId,
  type ComponentId,
  type EntryId,
  entryId,
  type IdSource,
  type Revision,
  type Version,
  type WorkspaceId,
  workspaceId,
} from './model/ids.ts'
export type {Json, JsonObject} from './model/json.ts'
export type {
  MemoryDecision,
  MemoryMeasure,
  MemoryProbe,
  MemoryReading,
  MemorySource,
  MemoryStatus,
  PressureLevel,
} from './model/memory.ts'
export {
  type EntrySwitch,
  type OperationInfo,
  type OperationRules,
  type ResumedWork,
  type ResumeRule,
  remainingUntil,
  type StartOptions,
} from './model/operations.ts'
export type {PageEvent, PageLifecycle, PageState} from './model/page-lifecycle.ts'
export type {PresetInfo, Presets} from './model/presets.ts'
export type {DamageReason, Quarantine, QuarantineItem} from './model/quarantine.ts'
export type {Layout} from './model/records.ts'
export type {
  ComponentProblem,
  FlushReport,
  ReadinessResult,
  SafetyLevel,
  SaveOutcome,
  SaveReason,
  TargetKind,
  UnloadOutcome,
  WriteResult,
} from './model/save.ts'
export type {
  LateReason,
  LateTarget,
  ShutdownOptions,
  ShutdownReport,
  ShutdownSnapshot,
} from './model/shutdown.ts'
export type {HydrateOrigin, Source, SourceRecords} from './model/source.ts'
export type {
  CatalogueSnapshot,
  EditingPlace,
  EntryInfo,
  KeepspaceSnapshot,
  RestoreStatus,
  SavePhase,
  StorageReturn,
  StorageStatus,
  WorkAtRisk,
  WorkspaceInfo,
  WorkspacePhase,
  WorkspaceStatus,
} from './model/status.ts'
export type {
  CommitGroup,
  Durability,
  Expectation,
  GroupResult,
  Selector,
  StoragePort,
  StorageTarget,
  StoredRecord,
} from './model/storage-port.ts'
export type {FreeableKind, Freed, KindUsage, StorageKind, StorageUsage, WorkspaceUsage} from './model/storage-usage.ts'
export type {LeaseWord, TabBus, TabMessage} from './model/tab-bus.ts'
export type {LockMode, TabLock, TabLocks} from './model/tab-locks.ts'
export {
  type SessionCounters,
  sessionTargets,
  type Telemetry,
  type TelemetryCounters,
  type TelemetryEntry,
  type TelemetryExport,
  type TelemetryName,
  type TelemetryOptions,
  type TelemetryPoint,
  type TelemetrySeries,
  type WorkspaceCounts,
} from './model/telemetry.ts'
export type {Time} from './model/time.ts'
export type {Testimony, Witness} from './model/witness.ts'
export {defaultRetention, type RetentionPolicy} from './services/growth/retention.policy.ts'
export type {MemoryEstimate} from './services/memory-probe/memory-probe.ts'
export {deviceKey, forgetDeviceKey} from './services/storage/device-key.ts'
export {type EncryptionOptions, encryptedStorage} from './services/storage/encrypted-storage.ts'
export {type MemoryStorageOptions, memoryStorage} from './services/storage/memory-storage.ts'
