import {IDEMPOTENCY_KEPT_MS} from 'keepspace/wire'
import type {Context} from './context.ts'

/** An idempotency key and what it was first used for. */
export type RequestKey = {
  readonly key: string
  /** Hash of method, address, condition and body. */
  readonly fingerprint: string
}

export type Mismatch = {readonly status: 'mismatch'}

/**
 * Acts once per idempotency key: the answer is stored in the transaction of the act, so that a repeated request whose
 * first answer was lost gets that answer and changes nothing. Only what was done is remembered, never a refusal.
 */
export async function once<Answer extends {readonly status: string}>(
  context: Context,
  {ownerId, request, now}: {ownerId: string; request: RequestKey | undefined; now: number},
  act: () => Promise<Answer>,
): Promise<Answer | Mismatch> {
  if (request === undefined) {
    return act()
  }
  const before = await answerOf<Answer>(context, ownerId, request)
  if (before !== undefined) {
    return before
  }
  const answer = await act()
  if (answer.status !== 'done') {
    // The same request may have been done by another server since we looked.
    return (await answerOf<Answer>(context, ownerId, request)) ?? answer
  }
  await context.db
    .insertInto('requests')
    .values({
      owner_id: ownerId,
      request_key: request.key,
      fingerprint: request.fingerprint,
      answer: JSON.stringify(answer),
      created_at: now,
    })
    .execute()
  return answer
}

/** Forgets answers that nobody waits for any more. */
export async function forgetRequests({db}: Context, {ownerId, now}: {ownerId: string; now: number}): Promise<void> {
  await db
    .deleteFrom('requests')
    .where('owner_id', '=', ownerId)
    .where('created_at', '<', now - IDEMPOTENCY_KEPT_MS)
    .execute()
}

async function answerOf<Answer>(
  {db}: Context,
  ownerId: string,
  {key, fingerprint}: RequestKey,
): Promise<Answer | Mismatch | undefined> {
  const stored = await db
    .selectFrom('requests')
    .select(['fingerprint', 'answer'])
    .where('owner_id', '=', ownerId)
    .where('request_key', '=', key)
    .executeTakeFirst()
  if (stored === undefined) {
    return undefined
  }
  return stored.fingerprint === fingerprint ? (JSON.parse(stored.answer) as Answer) : {status: 'mismatch'}
}
