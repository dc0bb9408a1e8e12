import type {ConflictSide} from './conflict.ts'
import type {ComponentId, WorkspaceId} from './ids.ts'

/**
 * Why a version is not what is stored.
 *
 * - `givenUp`: it was unsaved in a tab, and another version was chosen
 * - `replaced`: it was stored, and another version was chosen, or an older one brought back
 * - `previous`: what is stored now is damaged; this is what was there before the last save that was flushed to disk
 */
export type HistoryReason = 'givenUp' | 'replaced' | 'previous'

/** What was replaced at one moment in one workspace: one component or several. */
export type HistoryItem = {
  readonly id: string
  readonly workspaceId: WorkspaceId
  /** Milliseconds since 1970. */
  readonly keptAt: number
  /** Undefined when an earlier version of Keepspace kept it. */
  readonly reason: HistoryReason | undefined
  readonly components: readonly {readonly componentId: ComponentId; readonly type: string}[]
  /** UTF-8 bytes of it, as JSON. */
  readonly bytes: number
}

/** One component as it was. */
export type HistoryPart = ConflictSide & {readonly componentId: ComponentId; readonly type: string}

/** One item with what it holds. */
export type HistoryVersion = HistoryItem & {readonly parts: readonly HistoryPart[]}

/** What bringing a version back did. */
export type Restored = {
  readonly restored: readonly ComponentId[]
  /** Components that this version of the app cannot read or edit, or whose state is owned elsewhere: still in the history. */
  readonly skipped: readonly ComponentId[]
}

/**
 * What lost against another version on this device, and previous copies of what is damaged: kept for a while, see
 * `retention`.
 */
export interface History {
  /** Of one workspace, newest first. Reads without opening it. */
  list(workspaceId: string): Promise<readonly HistoryItem[]>
  /** @throws {@link KeepspaceError} `notFound` */
  read(id: string): Promise<HistoryVersion>
  /**
   * Brings a version back, as an edit of its workspace, which is opened and saved. What it replaces is in the history
   * from then on, so that this can be taken back the same way. Keys of a state that the version does not have stay.
   *
   * @throws {@link KeepspaceError} `notFound` | the code of a load that failed, or of the save of what was unsaved
   * before; then nothing was changed
   */
  restore(id: string): Promise<Restored>
  /**
   * One version as a file of JSON, every record of it as it was stored.
   *
   * @throws {@link KeepspaceError} `notFound`
   */
  export(id: string): Promise<{readonly name: string; readonly blob: Blob}>
}
