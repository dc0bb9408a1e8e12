import type {KeepspaceErrorCode} from './errors.ts'
import type {ComponentId, WorkspaceId} from './ids.ts'
import type {Stamp} from './records.ts'

/** Something stored that this version of the app could not read. */
export type AuditFinding = {
  readonly workspaceId: WorkspaceId
  /** Missing when the workspace itself cannot be read. */
  readonly componentId: ComponentId | undefined
  readonly type: string | undefined
  readonly code: KeepspaceErrorCode
  readonly detail: string | undefined
}

/** What came of reading everything stored through this version of the app. Nothing of it was changed. */
export type AuditReport = {
  /** Every component type of the app with its version. */
  readonly definitions: string
  /** The definitions that the storage was last audited with; undefined for the first time. */
  readonly previousDefinitions: string | undefined
  readonly startedAt: number
  readonly durationMs: number
  readonly workspaces: number
  readonly components: number
  readonly findings: readonly AuditFinding[]
}

/** What is stored of the last audit. */
export type AuditRecord = Stamp & {
  readonly formatVersion: number
  readonly definitions: string
  readonly auditedAt: number
  readonly findings: number
}

/**
 * Where the audit of an upgrade is.
 *
 * - `notNeeded`: the definitions are the ones of the last audit, or nothing is stored yet
 * - `waiting`, `running`: it has not looked at everything yet
 * - `passed`: everything could be read
 * - `failed`: something could not be read, or the audit itself could not end
 */
export type AuditPhase = 'unknown' | 'notNeeded' | 'waiting' | 'running' | 'passed' | 'failed'

export type AuditStatus = {
  readonly phase: AuditPhase
  readonly done: number
  readonly total: number
  /** Nothing may be written before the audit has passed, or the app has decided. */
  readonly isHoldingWrites: boolean
  readonly report: AuditReport | undefined
}
