import type {AuditStatus} from './audit.ts'
import type {ErrorReport} from './errors.ts'
import type {EntryId, Revision, WorkspaceId} from './ids.ts'
import type {OperationInfo} from './operations.ts'
import type {ComponentProblem, SafetyLevel} from './save.ts'

/** Where a workspace is. `cold` is on disk only, `hot` in memory. */
export type WorkspacePhase = 'cold' | 'loading' | 'loadFailed' | 'readOnly' | 'hot' | 'evicting'

/** What its newest version is doing. */
export type SavePhase = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict'

/**
 * Which tab of this browser edits a workspace, as far as this one knows. It only says whose turn it is: editing in another
 * tab takes over, and nothing is lost either way.
 */
export type EditingPlace = 'here' | 'elsewhere' | 'nobody'

/** Everything a view needs to say about one workspace. A new object only when something in it changed. */
export type WorkspaceStatus = {
  readonly id: WorkspaceId
  readonly phase: WorkspacePhase
  /** Loading takes longer than usual. */
  readonly isSlow: boolean
  readonly save: SavePhase
  readonly level: SafetyLevel
  /** False when storage is gone with the page. */
  readonly isPersistent: boolean
  readonly isVisible: boolean
  readonly editing: EditingPlace
  readonly revision: Revision
  /** When the first unsaved edit was made, milliseconds since 1970. */
  readonly unsavedSince: number | undefined
  readonly lastSavedAt: number | undefined
  readonly componentCount: number
  readonly runningCount: number
  /** The work behind that count. */
  readonly operations: readonly OperationInfo[]
  /** What the app started and did not stop, and nobody does here. */
  readonly waitingOperations: readonly OperationInfo[]
  /** Pinned itself, or by its entry. */
  readonly isPinned: boolean
  readonly problems: readonly ComponentProblem[]
  readonly error: ErrorReport | undefined
}

/** How what was found in storage compares with what a second place remembers of it. */
export type RestoreStatus = {
  /** Workspaces that were stored here and are gone, until a person or the app decides. */
  readonly emptied: readonly WorkspaceId[]
  /** Storage holds nothing although it did. Which workspaces there were may not be known. */
  readonly isEverythingGone: boolean
  /** How many workspaces were found gone, and how many older than known, since this page was opened. */
  readonly emptiedCount: number
  readonly regressedCount: number
}

/** State of the storage target. */
export type StorageStatus = {
  readonly name: string
  readonly phase: 'opening' | 'ready' | 'backingOff' | 'stuck' | 'memoryOnly' | 'closed'
  readonly isPersistent: boolean
  /** Whether the browser promised not to clear it by itself. Undefined while it was not asked, or cannot be. */
  readonly isKept: boolean | undefined
  readonly restore: RestoreStatus
  /** What is kept of a page that began without storage; undefined as long as that has not come back. */
  readonly returned: StorageReturn | undefined
  readonly error: ErrorReport | undefined
}

/** What became of the workspaces of a page that began without storage, since that could be opened after all. */
export type StorageReturn = {
  /** Stored as they are in memory, under their own id or as a copy. */
  readonly kept: readonly WorkspaceId[]
  /** Stored beside another version that was stored before. */
  readonly copies: readonly {readonly id: WorkspaceId; readonly copyId: WorkspaceId}[]
  /** Not stored so far. It is tried again. */
  readonly missing: readonly WorkspaceId[]
}

/** The whole system at a glance. */
export type KeepspaceSnapshot = {
  readonly storage: StorageStatus
  /** Whether this version of the app can read everything stored. */
  readonly audit: AuditStatus
  /** Workspaces in memory: visible ones first, then most recently seen. */
  readonly hot: readonly WorkspaceId[]
  readonly current: WorkspaceId | undefined
  /** The entry a person is in, once one was activated. */
  readonly currentEntry: EntryId | undefined
  /** More workspaces are in memory than the cap allows, because none of them may be released. */
  readonly isOverCap: boolean
  readonly cap: number
}

/** Work that exists only in memory, in the whole app: all of it where storage itself is gone with the page. */
export type WorkAtRisk = {
  /** Workspaces with unsaved edits, and with parts that cannot be saved. */
  readonly workspaces: number
  /** Edits that are not durable. A part that cannot be saved counts as one. */
  readonly edits: number
  /** When the oldest of them was made, milliseconds since 1970. */
  readonly since: number | undefined
}

/** One row of a list of workspaces, from its head alone. */
export type WorkspaceInfo = {
  readonly id: WorkspaceId
  readonly entryId: EntryId
  readonly title: string
  readonly isDefault: boolean
  readonly createdAt: number
  readonly updatedAt: number
  readonly trashedAt: number | undefined
  readonly componentCount: number
  readonly bytes: number
  /** Pinned itself; an entry that is pinned pins all its workspaces. */
  readonly isPinned: boolean
  /** When something in it rings next, milliseconds since 1970. */
  readonly nextDeadlineMs: number | undefined
}

/** One row of a list of entries. */
export type EntryInfo = {
  readonly id: EntryId
  readonly title: string
  readonly createdAt: number
  readonly trashedAt: number | undefined
  readonly defaultWorkspaceId: WorkspaceId | undefined
  readonly workspaceCount: number
  readonly isPinned: boolean
}

/** All entries and workspaces, in their order. A new object only when something in it changed. */
export type CatalogueSnapshot = {
  readonly phase: 'loading' | 'ready' | 'failed'
  readonly error: ErrorReport | undefined
  readonly entries: readonly EntryInfo[]
  readonly workspaces: readonly WorkspaceInfo[]
  readonly trashedEntries: readonly EntryInfo[]
  readonly trashedWorkspaces: readonly WorkspaceInfo[]
  /** Heads that cannot be read. They are left as they are. */
  readonly unreadable: readonly string[]
}
