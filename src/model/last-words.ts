import type {SetOptions} from './handles.ts'
import type {CommitId, ComponentId, Revision, WorkspaceId} from './ids.ts'
import type {JsonObject} from './json.ts'
import type {HeadRecord, Layout} from './records.ts'

/**
 * The last words of a tab: what it had not saved when it was hidden or left. Written without looking at the head,
 * replayed under compare-and-set at the next open, and removed by the commit that makes its content durable.
 */
export type LeaveRecord = {
  readonly formatVersion: number
  readonly workspaceId: WorkspaceId
  readonly tabId: string
  readonly leftAt: number
  /** The revision of the head that these edits are based on. */
  readonly baseRevision: Revision
  /** Commits of the same tab whose answer was still out: a head with one of these ids is no stranger's. */
  readonly ownCommitIds: readonly CommitId[]
  /** What those commits carried, record by record: it is known again when another tab has committed since. */
  readonly carried?: readonly {readonly key: string; readonly digest: string}[] | undefined
  readonly head: HeadRecord
  readonly puts: readonly {readonly key: string; readonly value: unknown}[]
  readonly deletes: readonly string[]
  /** Keys of earlier last words that these contain: the tab had them in memory, because storage did not take them. */
  readonly contains?: readonly string[] | undefined
  /** What was edited before the workspace was loaded. Then there is nothing else in them: nobody knew what is stored. */
  readonly waiting?: WaitingWords | undefined
}

/** Edits that waited for a load that did not end: made on what is stored by whoever opens the workspace next. */
export type WaitingWords = {
  readonly edits: readonly WaitingEdit[]
  /** The version of every component type for which they were made. */
  readonly versions: Readonly<Record<string, number>>
}

/** An edit that waits for its workspace to be loaded, as a value. */
export type WaitingEdit =
  | {
      readonly kind: 'set'
      readonly id: ComponentId
      readonly patch: JsonObject
      readonly options?: SetOptions | undefined
    }
  | {
      readonly kind: 'add'
      readonly id: ComponentId
      readonly type: string
      readonly state?: JsonObject | undefined
      readonly layout?: Partial<Layout> | undefined
      readonly ifAbsent: boolean
    }
  | {readonly kind: 'remove' | 'undelete'; readonly id: ComponentId}
  | {
      readonly kind: 'setLayout'
      readonly id: ComponentId
      readonly layout: Partial<Layout>
      readonly options?: SetOptions | undefined
    }
  | {readonly kind: 'setActive'; readonly id: ComponentId; readonly isActive: boolean}
