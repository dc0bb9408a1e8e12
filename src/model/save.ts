import type {ErrorReport} from './errors.ts'
import type {ComponentId, Revision, Version, WorkspaceId} from './ids.ts'
import type {Durability} from './storage-port.ts'

/** Why a save was asked for. `app:…` is for reasons of the host application. */
export type SaveReason =
  | 'edit'
  | 'immediate'
  | 'explicit'
  | 'switch'
  | 'hide'
  | 'evict'
  | 'unload'
  | 'autosave'
  | 'catalogue'
  | 'retry'
  | 'shutdown'
  | 'alarm'
  | `app:${string}`

/**
 * How safe the newest version of a workspace is. One vocabulary everywhere.
 *
 * - `unsaved`: only in memory
 * - `onDevice`: stored on this device; survives a killed tab or browser
 * - `flushed`: reported flushed to disk; survives a power cut as far as disk and system keep their word
 * - `onServer`: a server has it; survives the loss of this device. Nothing on this device alone ever claims it
 */
export type SafetyLevel = 'unsaved' | 'onDevice' | 'flushed' | 'onServer'

/** The words for each level, the same everywhere: one to five of them, and a sentence. */
export const safetyWords: Readonly<Record<SafetyLevel, {readonly label: string; readonly sentence: string}>> = {
  unsaved: {label: 'Unsaved changes', sentence: 'Your last changes are saved in a moment.'},
  onDevice: {label: 'Saved on this device', sentence: 'Everything is stored on this device.'},
  flushed: {label: 'Saved and flushed to disk', sentence: 'Everything is stored on this device and flushed to disk.'},
  onServer: {label: 'Saved on the server', sentence: 'Everything is stored on the server.'},
}

/** A component that could not be saved or read, while its siblings were. */
export type ComponentProblem = {
  readonly componentId: ComponentId
  readonly type: string
  /**
   * - `setAside`: its newest value cannot be saved; the last durable value is kept
   * - `placeholder`: it cannot be read; the stored bytes are left as they are
   * - `readOnly`: a newer version of the app wrote it
   */
  readonly kind: 'setAside' | 'placeholder' | 'readOnly'
  readonly error: ErrorReport
}

/** What happened to the wait for components that were not ready to be captured. */
export type ReadinessResult = 'ready' | 'waited' | 'timedOut' | 'skipped'

/** What kind of thing a write was for. */
export type TargetKind =
  | 'workspace'
  | 'entry'
  | 'preset'
  | 'setting'
  | 'alarm'
  | 'session'
  | 'outbox'
  | 'deletion'
  | 'account'

/** The result of one write, whatever its target. */
export type WriteResult = {
  readonly targetKind: TargetKind
  readonly target: string
  readonly reason: SaveReason
  readonly revision: Revision
  readonly durability: Durability
  readonly bytes: number
  readonly durationMs: number
}

/**
 * What became of a request to make a workspace durable. Never a bare boolean.
 *
 * - `saved`: everything up to `version` is durable, except what `problems` names
 * - `unchanged`: nothing differed from what is stored, nothing was written
 * - `failed`: nothing was written; the work is still in memory and is tried again
 * - `conflict`: another tab committed first; nothing was overwritten
 * - `refused`: the workspace is not loaded or may only be read, so nothing may be written
 */
export type SaveOutcome = {
  readonly status: 'saved' | 'unchanged' | 'failed' | 'conflict' | 'refused'
  readonly targetKind: 'workspace'
  readonly target: WorkspaceId
  readonly reason: SaveReason
  readonly isBackground: boolean
  readonly version: Version
  readonly revision: Revision
  readonly durability: Durability
  readonly bytes: number
  readonly durationMs: number
  readonly readiness: ReadinessResult
  /** Whether edits newer than `version` wait for the next save. */
  readonly hasNewerPending: boolean
  readonly problems: readonly ComponentProblem[]
  readonly error: ErrorReport | undefined
}

/** What became of a wish to release a workspace from memory. */
export type UnloadOutcome =
  | {readonly status: 'released'}
  | {readonly status: 'notInMemory'}
  /** The newest version is not durable, or the workspace was opened again meanwhile. It stays in memory. */
  | {readonly status: 'refused'; readonly error: ErrorReport | undefined}

/** What `flush()` over several workspaces achieved: every one that is not durable is named. */
export type FlushReport = {
  readonly outcomes: readonly SaveOutcome[]
  readonly unsaved: readonly WorkspaceId[]
}
