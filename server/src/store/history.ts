import type {DocumentVersion, WorkspaceVersion} from 'keepspace/wire'
import type {Context} from './context.ts'
import type {DocumentKey} from './documents.ts'
import {revisionsToDrop} from './thinning.policy.ts'

/** The kept versions of a document, newest first, from below a revision on. */
export async function documentHistory(
  {db}: Context,
  {ownerId, kind, id, below, limit}: DocumentKey & {below: number | undefined; limit: number},
): Promise<readonly DocumentVersion[]> {
  let query = db
    .selectFrom('versions')
    .select(['revision', 'title', 'description', 'created_at', 'content_hash', 'bytes'])
    .where('owner_id', '=', ownerId)
    .where('kind', '=', kind)
    .where('document_id', '=', id)
  if (below !== undefined) {
    query = query.where('revision', '<', below)
  }
  const rows = await query.orderBy('revision', 'desc').limit(limit).execute()
  return rows.map(({created_at, content_hash, ...row}) => ({...row, createdAt: created_at, contentHash: content_hash}))
}

/** Drops what the history of a document can do without. */
export async function thinDocument(
  {db}: Context,
  {ownerId, kind, id, now}: DocumentKey & {now: number},
): Promise<number> {
  const versions = await db
    .selectFrom('versions')
    .select(['revision', 'created_at as createdAt'])
    .where('owner_id', '=', ownerId)
    .where('kind', '=', kind)
    .where('document_id', '=', id)
    .orderBy('revision', 'desc')
    .execute()
  const dropped = revisionsToDrop(versions, now)
  for (const revision of dropped) {
    await db
      .deleteFrom('versions')
      .where('owner_id', '=', ownerId)
      .where('kind', '=', kind)
      .where('document_id', '=', id)
      .where('revision', '=', revision)
      .execute()
  }
  return dropped.length
}

type WorkspaceKey = {readonly ownerId: string; readonly id: string}

/** The kept versions of a workspace, newest first, from below a revision on. */
export async function workspaceHistory(
  {db}: Context,
  {ownerId, id, below, limit}: WorkspaceKey & {below: number | undefined; limit: number},
): Promise<readonly WorkspaceVersion[]> {
  let query = db
    .selectFrom('workspace_versions')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('workspace_id', '=', id)
  if (below !== undefined) {
    query = query.where('revision', '<', below)
  }
  const rows = await query.orderBy('revision', 'desc').limit(limit).execute()
  return rows.map((row) => ({
    revision: row.revision,
    commitId: row.commit_id,
    title: row.title,
    createdAt: row.created_at,
    records: row.record_count,
    bytes: row.bytes,
  }))
}

/** Drops what the history of a workspace can do without, and the records that no kept version shows. */
export async function thinWorkspace({db}: Context, {ownerId, id, now}: WorkspaceKey & {now: number}): Promise<number> {
  const versions = await db
    .selectFrom('workspace_versions')
    .select(['revision', 'created_at as createdAt'])
    .where('owner_id', '=', ownerId)
    .where('workspace_id', '=', id)
    .orderBy('revision', 'desc')
    .execute()
  const dropped = new Set(revisionsToDrop(versions, now))
  for (const revision of dropped) {
    await db
      .deleteFrom('workspace_versions')
      .where('owner_id', '=', ownerId)
      .where('workspace_id', '=', id)
      .where('revision', '=', revision)
      .execute()
  }
  if (dropped.size > 0) {
    await db
      .deleteFrom('workspace_records')
      .where('owner_id', '=', ownerId)
      .where('workspace_id', '=', id)
      .where('until_revision', 'is not', null)
      .where(({not, exists, selectFrom}) =>
        not(
          exists(
            selectFrom('workspace_versions')
              .select('workspace_versions.revision')
              .where('workspace_versions.owner_id', '=', ownerId)
              .where('workspace_versions.workspace_id', '=', id)
              .whereRef('workspace_versions.revision', '>=', 'workspace_records.revision')
              .whereRef('workspace_versions.revision', '<', 'workspace_records.until_revision'),
          ),
        ),
      )
      .execute()
  }
  return dropped.size
}
