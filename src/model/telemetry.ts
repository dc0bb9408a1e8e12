import type {KeepspaceErrorCode} from './errors.ts'
import type {KeepspaceEventType} from './events.ts'
import type {Undo} from './handles.ts'
import type {ComponentId, EntryId, WorkspaceId} from './ids.ts'

/**
 * What telemetry counts: every event, and `save_joined` once more as `save_skip_in_flight`: a save that was asked for
 * while one was in flight joined the next one.
 */
export type TelemetryName = KeepspaceEventType | 'save_skip_in_flight'

/** One event in the ring: ids, codes, sizes and durations, never content. */
export type TelemetryEntry = {
  readonly type: TelemetryName
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly workspaceId: WorkspaceId | undefined
  readonly componentId: ComponentId | undefined
  readonly entryId: EntryId | undefined
  readonly reason: string | undefined
  readonly isBackground: boolean | undefined
  readonly durationMs: number | undefined
  /** UTF-8. */
  readonly bytes: number | undefined
  readonly code: KeepspaceErrorCode | undefined
}

/** The saves of one workspace since the start. */
export type WorkspaceCounts = {
  /** While it was visible. */
  readonly active: number
  readonly background: number
  readonly failed: number
  readonly bytes: number
}

/** Sessions, and what is saved to a server in the background, since the start. Rates are from 0 to 1. */
export type SessionCounters = {
  readonly saves: number
  /** Without conflicts: there nothing failed, somebody has to choose. */
  readonly failures: number
  readonly conflicts: number
  readonly saveSuccessRate: number | undefined
  /** Reading what is stored and making one content of it. */
  readonly meanReadMs: number | undefined
  readonly meanHashMs: number | undefined
  /** From the wish to the acknowledgement. */
  readonly meanSaveMs: number | undefined
  readonly meanLoadMs: number | undefined
  readonly meanBytes: number | undefined
  readonly largestBytes: number
  readonly sizeRefusals: number
  readonly polls: number
  readonly pollsPerHour: number
  readonly recoverySuccessRate: number | undefined
  readonly backgroundSuccessRate: number | undefined
}

/** What an operator may expect of sessions: means at most, rates at least. */
export const sessionTargets = {
  meanReadMs: 100,
  meanHashMs: 50,
  meanSaveMs: 2_000,
  meanLoadMs: 3_000,
  saveSuccessRate: 0.99,
  recoverySuccessRate: 0.99,
  backgroundSuccessRate: 0.99,
} as const satisfies Partial<Record<keyof SessionCounters, number>>

/** Everything counted since the start. */
export type TelemetryCounters = {
  readonly sinceMs: number
  readonly events: Readonly<Partial<Record<TelemetryName, number>>>
  /** The workspaces saved last, at most 200; the others are in `otherWorkspaces`. */
  readonly workspaces: Readonly<Record<WorkspaceId, WorkspaceCounts>>
  readonly otherWorkspaces: WorkspaceCounts
  /** Of saves that reached storage or should have, from 0 to 1. Undefined before the first. */
  readonly saveFailureRate: number | undefined
  /** Of evictions that got as far as their save. */
  readonly evictionSuccessRate: number | undefined
  readonly meanSaveMs: number | undefined
  /** Of background saves of one workspace. */
  readonly meanAutosaveMs: number | undefined
  readonly sessions: SessionCounters
}

/** What happened in one stretch of time, and how things stood at its end. */
export type TelemetryPoint = {
  readonly atMs: number
  readonly activeSaves: number
  readonly backgroundSaves: number
  readonly failures: number
  readonly saveMs: number
  readonly autosaves: number
  readonly autosaveMs: number
  readonly evictions: number
  readonly refusedEvictions: number
  /** Edits that existed only in memory: the most that was seen. */
  readonly editsAtRisk: number
  readonly runtimes: number
  /** Estimated. */
  readonly memoryBytes: number
}

/** The course of things. Bounded: when it is full, two neighbours become one and each covers twice the time. */
export type TelemetrySeries = {
  readonly stepMs: number
  readonly points: readonly TelemetryPoint[]
}

/** All of it as JSON, for a report. */
export type TelemetryExport = {
  readonly atMs: number
  readonly counters: TelemetryCounters
  readonly recent: readonly TelemetryEntry[]
  readonly series: TelemetrySeries
}

export type TelemetryOptions = {
  /** How many entries the ring keeps. @defaultValue 500 */
  readonly capacity?: number
  /** Of the events of a usual save only every so many-th goes into the ring; failures always do. Counters count all. @defaultValue 1 */
  readonly sampleEvery?: number
}

/** What happened inside, in numbers. Cheap enough to stay on; never holds content. */
export interface Telemetry {
  counters(): TelemetryCounters
  /** The newest entries of the ring, oldest first. */
  recent(limit?: number): readonly TelemetryEntry[]
  series(): TelemetrySeries
  export(): TelemetryExport
  /** Hears every entry that goes into the ring, or every so many-th of them. */
  subscribe(listener: (entry: TelemetryEntry) => void, options?: {readonly sampleEvery?: number}): Undo
}
