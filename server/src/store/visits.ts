import {VISIT_WINDOW_MS, type Visit} from 'keepspace/wire'
import type {Schema} from '../database/schema.ts'
import {type Context, folded} from './context.ts'

/**
 * Notes that somebody saw a snapshot. One statement counts, so that visits at the same moment lose nothing; within five
 * minutes they count once, and the last of them is when it was seen last.
 */
export async function recordVisit(
  {db}: Context,
  {
    ownerId,
    visitorId,
    snapshotId,
    title,
    now,
  }: {ownerId: string; visitorId: string; snapshotId: string; title: string; now: number},
): Promise<void> {
  await db
    .insertInto('snapshot_visitors')
    .values({owner_id: ownerId, snapshot_id: snapshotId, visitor_id: visitorId})
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await db
    .insertInto('visits')
    .values({
      visitor_id: visitorId,
      snapshot_id: snapshotId,
      title,
      title_folded: folded(title),
      visit_count: 1,
      first_visited_at: now,
      last_visited_at: now,
      last_counted_at: now,
      is_deleted: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['visitor_id', 'snapshot_id']).doUpdateSet((eb) => ({
        visit_count: eb
          .case()
          .when('visits.last_counted_at', '<=', now - VISIT_WINDOW_MS)
          .then(eb('visits.visit_count', '+', 1))
          .else(eb.ref('visits.visit_count'))
          .end(),
        last_visited_at: now,
        last_counted_at: eb
          .case()
          .when('visits.last_counted_at', '<=', now - VISIT_WINDOW_MS)
          .then(now)
          .else(eb.ref('visits.last_counted_at'))
          .end(),
      })),
    )
    .execute()
}

/** Takes a snapshot off one's own list of visits. */
export async function forgetVisit(
  {db}: Context,
  {visitorId, snapshotId}: {visitorId: string; snapshotId: string},
): Promise<boolean> {
  const {numDeletedRows} = await db
    .deleteFrom('visits')
    .where('visitor_id', '=', visitorId)
    .where('snapshot_id', '=', snapshotId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** Marks one visitor's log of a snapshot that is gone, and forgets that they visited. May be repeated. */
export async function markVisitDeleted(
  {db}: Context,
  {ownerId, snapshotId, visitorId}: {ownerId: string; snapshotId: string; visitorId: string},
): Promise<void> {
  await db
    .updateTable('visits')
    .set({is_deleted: 1})
    .where('visitor_id', '=', visitorId)
    .where('snapshot_id', '=', snapshotId)
    .execute()
  await db
    .deleteFrom('snapshot_visitors')
    .where('owner_id', '=', ownerId)
    .where('snapshot_id', '=', snapshotId)
    .where('visitor_id', '=', visitorId)
    .execute()
}

/** Some of those whose logs of a snapshot are not marked yet. */
export async function visitorsOf(
  {db}: Context,
  {ownerId, snapshotId, limit}: {ownerId: string; snapshotId: string; limit: number},
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('snapshot_visitors')
    .select('visitor_id')
    .where('owner_id', '=', ownerId)
    .where('snapshot_id', '=', snapshotId)
    .orderBy('visitor_id')
    .limit(limit)
    .execute()
  return rows.map(({visitor_id}) => visitor_id)
}

export function visitOf(row: Schema['visits']): Visit {
  return {
    snapshotId: row.snapshot_id,
    title: row.title,
    visitCount: row.visit_count,
    firstVisitedAt: row.first_visited_at,
    lastVisitedAt: row.last_visited_at,
    isDeleted: row.is_deleted === 1,
  }
}
