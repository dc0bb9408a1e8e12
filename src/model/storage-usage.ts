import type {ErrorReport} from './errors.ts'
import type {WorkspaceId} from './ids.ts'

/**
 * What a stored record is kept for.
 *
 * - `workspaces`: what people made and did not delete
 * - `trash`: workspaces in the trash
 * - `deleted`: components that were deleted, with their content
 * - `history`: versions that lost against another tab
 * - `previous`: what was stored before the last save that was flushed to disk, in case that is damaged one day
 * - `lastWords`: what tabs had not saved when they were left
 * - `quarantine`: copies of records that could not be used
 * - `other`: entries, presets, settings, and notes of Keepspace itself
 */
export type StorageKind =
  | 'workspaces'
  | 'trash'
  | 'deleted'
  | 'history'
  | 'previous'
  | 'lastWords'
  | 'quarantine'
  | 'other'

/** Kinds that can be freed. */
export type FreeableKind = Exclude<StorageKind, 'workspaces' | 'other'>

export type KindUsage = {
  readonly kind: StorageKind
  /** Things a person would count: workspaces, components, copies. */
  readonly count: number
  /** UTF-8 bytes of keys and values as JSON. What a browser needs for them is its own business. */
  readonly bytes: number
  /** Since when the oldest of them is kept, milliseconds since 1970, where that is known. */
  readonly oldestAt: number | undefined
}

export type WorkspaceUsage = {
  readonly id: WorkspaceId
  readonly title: string
  readonly records: number
  readonly bytes: number
  readonly isTrashed: boolean
}

/** What storage holds of this scope. */
export type StorageUsage = {
  readonly kinds: readonly KindUsage[]
  /** Largest first. */
  readonly workspaces: readonly WorkspaceUsage[]
  readonly bytes: number
  /** What the browser says of the whole site. A rough number: browsers round it, and do not promise the rest. */
  readonly estimate: {readonly usageBytes: number; readonly quotaBytes: number} | undefined
}

/** What was freed. */
export type Freed = {
  readonly count: number
  readonly bytes: number
  /** Stores again what was freed, as long as this page lives. Missing where that is not possible. */
  readonly undo: (() => Promise<void>) | undefined
  /** What stopped it in the middle: the rest is still there. Missing when all was freed. */
  readonly error: ErrorReport | undefined
}
