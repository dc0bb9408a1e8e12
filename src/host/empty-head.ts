import type {CommitId, EntryId, WorkspaceId} from '../model/ids.ts'
import {FORMAT_VERSION, type HeadRecord} from '../model/records.ts'

/** The head of a workspace of which nothing is known yet. */
export function emptyHead(id: WorkspaceId, nowMs: number): HeadRecord {
  return {
    formatVersion: FORMAT_VERSION,
    id,
    entryId: '' as EntryId,
    title: '',
    order: '',
    createdAt: nowMs,
    updatedAt: nowMs,
    componentCount: 0,
    bytes: 0,
    revision: 0,
    commitId: '' as CommitId,
  }
}
