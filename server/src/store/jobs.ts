import type {Context} from './context.ts'

/** Jobs are spread over so many buckets, each on one machine of a distributed database. */
export const JOB_BUCKETS = 8

export type Job = {
  readonly bucket: number
  readonly id: string
  readonly ownerId: string
  readonly snapshotId: string
  /** How often it was tried before. */
  readonly attempts: number
}

export function jobBucketOf(ownerId: string): number {
  let sum = 0
  for (const character of ownerId) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  }
  return sum % JOB_BUCKETS
}

/** Takes the jobs of a bucket that are due. Each is due again after the lease, should its server end before it does. */
export async function claimJobs(
  {db}: Context,
  {bucket, now, leaseMs}: {bucket: number; now: number; leaseMs: number},
): Promise<readonly Job[]> {
  const rows = await db
    .updateTable('jobs')
    .set((eb) => ({due_at: now + leaseMs, attempts: eb('attempts', '+', 1)}))
    .where('bucket', '=', bucket)
    .where('due_at', '<=', now)
    .returningAll()
    .execute()
  return rows.map(({id, owner_id, subject_id, attempts}) => ({
    bucket,
    id,
    ownerId: owner_id,
    snapshotId: subject_id,
    attempts: attempts - 1,
  }))
}

/** A job that failed, once more later. */
export async function postponeJob(
  {db}: Context,
  {bucket, id, dueAt}: {bucket: number; id: string; dueAt: number},
): Promise<void> {
  await db.updateTable('jobs').set({due_at: dueAt}).where('bucket', '=', bucket).where('id', '=', id).execute()
}

export async function finishJob({db}: Context, {bucket, id}: {bucket: number; id: string}): Promise<void> {
  await db.deleteFrom('jobs').where('bucket', '=', bucket).where('id', '=', id).execute()
}

/** What all servers of one database share: stored by the first that asks. */
export async function sharedSecret({db}: Context, {name, proposal}: {name: string; proposal: string}): Promise<string> {
  await db
    .insertInto('secrets')
    .values({shard: 0, name, value: proposal})
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const {value} = await db
    .selectFrom('secrets')
    .select('value')
    .where('shard', '=', 0)
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return value
}

/** Whether the database answers. */
export async function ping({db}: Context, _input: Record<never, never>): Promise<boolean> {
  const row = await db.selectFrom('secrets').select('name').where('shard', '=', 0).limit(1).executeTakeFirst()
  return row !== undefined
}
