import type {DeletionList} from './deletions.ts'
import type {EntryId, Revision, WorkspaceId} from './ids.ts'

/** What tabs tell each other. Hints only: whoever hears one reads storage again and believes that. */
export type TabMessage =
  | {readonly type: 'committed'; readonly workspaceId: WorkspaceId; readonly revision: Revision}
  | {readonly type: 'catalogue'}
  /** A tab was left and wrote its last words: whoever lives makes them part of the workspace. */
  | {readonly type: 'left'; readonly workspaceId: WorkspaceId}
  | {readonly type: 'alarms'}
  /** A deletion on the server that could be undone is made, or will not be: nobody offers to undo it any more. */
  | {readonly type: 'deletion'; readonly list: DeletionList; readonly id: string; readonly isMade: boolean}
  /** What is stored of the session of an entry changed: it was saved, renamed, bound, or is no session any more. */
  | {readonly type: 'session'; readonly entryId: EntryId}
  /** Everything of the scope was deleted for good: whoever finds it so ends. */
  | {readonly type: 'purged'}
  | {readonly type: 'lease'; readonly workspaceId: WorkspaceId; readonly word: LeaseWord}

/**
 * Who edits a workspace.
 *
 * - `taken`: this tab does, from now on or still
 * - `given`: this tab does not any more
 * - `wanted`: this tab begins to, and asks whoever does to hand over
 * - `asked`: does anybody?
 */
export type LeaseWord = 'taken' | 'given' | 'wanted' | 'asked'

/** Carries hints between the tabs of one browser. A message may be lost, late, or made up by any script of the origin. */
export interface TabBus {
  post(message: TabMessage): void
  /** Hears the other tabs, not oneself. */
  subscribe(listener: (message: TabMessage) => void): () => void
  close(): void
}
