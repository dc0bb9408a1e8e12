import type {EntryContent} from '../../model/content.ts'
import type {EntryId} from '../../model/ids.ts'
import type {DocumentMetadata, DocumentVersion, Page} from '../../model/wire/documents.ts'
import {type ContentDifference, differenceOf} from '../../services/content/content-difference.ts'
import {asEntryContent} from '../../services/content/content-shape.ts'
import {requireBinding, type SessionsContext} from './session-saving.ts'

/** An older version of a session, to be looked at. */
export type VersionPreview = {
  readonly version: DocumentVersion
  readonly content: EntryContent
  /** `mine` is what is here now, `theirs` the version. */
  readonly difference: ContentDifference
}

/** The versions that the server keeps of one session. */
export interface SessionHistory {
  /** Newest first, page by page. */
  list(entryId: string, query?: {readonly cursor?: string; readonly pageSize?: number}): Promise<Page<DocumentVersion>>
  /** A version beside what is here. Changes nothing. */
  preview(entryId: string, revision: number): Promise<VersionPreview>
}

/** Reads histories. */
export function createSessionHistory(context: SessionsContext): SessionHistory {
  const {server, bindings, contents} = context
  return {
    list: async (entryId, query) =>
      server.listVersions((await requireBinding(entryId as EntryId, bindings)).sessionId, query),
    preview: async (id, revision) => {
      const entryId = id as EntryId
      const {sessionId, names} = await requireBinding(entryId, bindings)
      const [{content: stored, ...version}, {content: mine}] = await Promise.all([
        server.readVersion(sessionId, revision),
        contents.read(entryId, names),
      ])
      const content = asEntryContent(stored)
      return {version, content, difference: differenceOf(mine, content)}
    },
  }
}

/**
 * Makes a kept version the newest one on the server.
 *
 * @throws {@link KeepspaceError} `revision.conflict` when the server has one that this device has not seen
 */
export async function restoreOnServer(
  entryId: EntryId,
  revision: number,
  {server, bindings, ids}: SessionsContext,
): Promise<DocumentMetadata> {
  const {sessionId, baseRevision} = await requireBinding(entryId, bindings)
  return server.restoreVersion(sessionId, revision, baseRevision, {idempotencyKey: ids.next()})
}
