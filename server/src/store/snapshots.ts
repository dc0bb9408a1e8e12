import type {Context} from './context.ts'
import {
  copyDocument,
  type DocumentRead,
  deleteDocument,
  type Names,
  readDocument,
  type StoredContent,
  type Write,
} from './documents.ts'
import {jobBucketOf} from './jobs.ts'
import {recordVisit} from './visits.ts'

type LinkTarget = {readonly ownerId: string; readonly snapshotId: string}

/** Who owns a snapshot, by the hash of its link. In PostgreSQL it cannot be deleted before this transaction has ended. */
async function followLink({db, dialect}: Context, linkHash: string): Promise<LinkTarget | undefined> {
  const query = db.selectFrom('links').select(['owner_id', 'snapshot_id']).where('link_hash', '=', linkHash)
  const row = await (dialect === 'postgres' ? query.forShare() : query).executeTakeFirst()
  return row && {ownerId: row.owner_id, snapshotId: row.snapshot_id}
}

/** A snapshot for anyone who has its link. A visitor with a name is noted in their own log. */
export async function visitSnapshot(
  context: Context,
  {linkHash, visitorId, now}: {linkHash: string; visitorId: string | undefined; now: number},
): Promise<(DocumentRead & {readonly isOwner: boolean}) | undefined> {
  const target = await followLink(context, linkHash)
  if (target === undefined) {
    return undefined
  }
  const found = await readDocument(context, {ownerId: target.ownerId, kind: 'snapshot', id: target.snapshotId})
  if (found === undefined) {
    return undefined
  }
  if (visitorId !== undefined) {
    await recordVisit(context, {...target, visitorId, title: found.metadata.title, now})
  }
  return {...found, isOwner: visitorId === target.ownerId}
}

/** Makes an own session of a snapshot whose link was followed. */
export async function adoptSnapshot(
  context: Context,
  input: Write & {
    readonly linkHash: string
    readonly ownerId: string
    readonly id: string
    readonly names: Partial<Names>
    readonly content: StoredContent | undefined
  },
) {
  const target = await followLink(context, input.linkHash)
  return copyDocument(context, {
    ...input,
    kind: 'session',
    link: undefined,
    // Without a target nothing is found under the empty id, and a repeated request still finds its answer.
    source: {
      ownerId: target?.ownerId ?? input.ownerId,
      kind: 'snapshot',
      id: target?.snapshotId ?? '',
      revision: undefined,
    },
  })
}

/** Deletes an own snapshot; in the same transaction, notes that the logs of its visitors have to be marked. */
export async function deleteSnapshot(
  context: Context,
  input: Write & {readonly ownerId: string; readonly id: string; readonly linkHash: string; readonly jobId: string},
) {
  const {ownerId, id, linkHash, jobId, now} = input
  const outcome = await deleteDocument(context, {...input, kind: 'snapshot', expected: undefined})
  if (outcome.status !== 'done') {
    return outcome
  }
  const {numDeletedRows} = await context.db
    .deleteFrom('links')
    .where('link_hash', '=', linkHash)
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  // Nothing when a repeated request was answered from memory.
  if (numDeletedRows > 0n) {
    await context.db
      .insertInto('jobs')
      .values({
        bucket: jobBucketOf(ownerId),
        id: jobId,
        kind: 'markVisits',
        owner_id: ownerId,
        subject_id: id,
        attempts: 0,
        due_at: now,
      })
      .execute()
  }
  return outcome
}
