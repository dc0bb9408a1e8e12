import {
  conflictWith,
  type Stamp,
  stampOf,
  type WireExpectation,
  type WireGroupResult,
  type WireSelector,
} from 'keepspace/wire'
import {type Context, readOneMoment} from './context.ts'
import type {Write} from './documents.ts'
import {keyBytes, keysUntil, keyText} from './record-keys.ts'
import {once} from './requests.ts'
import type {RecordText} from './workspaces.ts'

/** Rows of one statement: all parameters of it fit into what either database takes. */
const BATCH_ROWS = 200

type StoreKey = {readonly ownerId: string; readonly storeId: string}

/** A record with the JSON of its stamp. */
export type StampedText = RecordText & {readonly stamp: string}

export type StoreGroup = {
  readonly expect: WireExpectation
  readonly puts: readonly StampedText[]
  readonly deletes: readonly string[]
}

type StoreCommit = StoreKey & {
  readonly groups: readonly StoreGroup[]
  /** What one person may keep in all stores. Whoever has more can still take something away. */
  readonly maxBytes: number
}

type Committed = {readonly results: readonly WireGroupResult[]; readonly commits: number}
type Outcome =
  | {readonly status: 'done'; readonly metadata: Committed}
  | {readonly status: 'full'; readonly sizeBytes: number; readonly limitBytes: number}

/** Writes each group whose expectation holds, all of it, and leaves the others out. */
export function commitStore(context: Context, input: StoreCommit & Write) {
  return once(context, input, () => commit(context, input))
}

/** The records of each selector, ordered by key, all of one moment. */
export async function readStore(
  context: Context,
  {selectors, ...store}: StoreKey & {selectors: readonly WireSelector[]},
): Promise<readonly (readonly RecordText[])[]> {
  await readOneMoment(context)
  const lists: (readonly RecordText[])[] = []
  for (const selector of selectors) {
    const rows = await selected(context, store, selector).select(['record_key', 'value', 'bytes']).execute()
    lists.push(rows.map(({record_key, value, bytes}) => ({key: keyText(record_key), text: value, bytes})))
  }
  return lists
}

/** The keys that begin with `prefix`, ordered. */
export async function listStore(
  context: Context,
  {prefix, ...store}: StoreKey & {prefix: string},
): Promise<readonly string[]> {
  const rows = await selected(context, store, {prefix}).select('record_key').execute()
  return rows.map(({record_key}) => keyText(record_key))
}

/** The stores that somebody keeps something in. */
export async function storeIds({db}: Context, {ownerId}: {ownerId: string}): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('store_records')
    .select('store_id')
    .distinct()
    .where('owner_id', '=', ownerId)
    .orderBy('store_id')
    .execute()
  return rows.map(({store_id}) => store_id)
}

async function commit(context: Context, input: StoreCommit): Promise<Outcome> {
  const {ownerId, groups, maxBytes} = input
  const total = await claim(context, ownerId)
  const stamps = await stampsOf(
    context,
    input,
    groups.map(({expect}) => expect.key),
  )
  const results = groups.map(
    ({expect}): WireGroupResult =>
      (conflictWith(expect, stamps.get(expect.key) ?? stampOf(undefined)) as WireGroupResult | undefined) ?? {
        status: 'committed',
      },
  )
  const accepted = groups.filter((_, index) => results[index]?.status === 'committed')
  const puts = accepted.flatMap((group) => group.puts)
  const replaced = [...puts.map(({key}) => key), ...accepted.flatMap((group) => group.deletes)]
  const addedBytes = puts.reduce((sum, {bytes}) => sum + bytes, 0)
  const freedBytes = await bytesOf(context, input, replaced)
  const bytes = total.bytes + addedBytes - freedBytes
  if (addedBytes > freedBytes && bytes > maxBytes) {
    return {status: 'full', sizeBytes: bytes, limitBytes: maxBytes}
  }
  await replace(context, input, replaced, puts)
  await context.db.updateTable('store_totals').set({bytes}).where('owner_id', '=', ownerId).execute()
  return {status: 'done', metadata: {results, commits: total.commits}}
}

/** Holds the row of a person until the transaction ends: whoever else commits for them waits, and sees what was written. */
function claim({db}: Context, ownerId: string) {
  return db
    .insertInto('store_totals')
    .values({owner_id: ownerId, commits: 1, bytes: 0})
    .onConflict((conflict) =>
      conflict.column('owner_id').doUpdateSet((eb) => ({commits: eb('store_totals.commits', '+', 1)})),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function stampsOf({db}: Context, {ownerId, storeId}: StoreKey, keys: readonly string[]) {
  const stamps = new Map<string, Stamp>()
  for (const batch of batchesOf(keys)) {
    const rows = await db
      .selectFrom('store_records')
      .select(['record_key', 'stamp'])
      .where('owner_id', '=', ownerId)
      .where('store_id', '=', storeId)
      .where('record_key', 'in', batch.map(keyBytes))
      .execute()
    for (const {record_key, stamp} of rows) {
      stamps.set(keyText(record_key), JSON.parse(stamp) as Stamp)
    }
  }
  return stamps
}

async function bytesOf({db}: Context, {ownerId, storeId}: StoreKey, keys: readonly string[]): Promise<number> {
  let sum = 0
  for (const batch of batchesOf(keys)) {
    const {bytes} = await db
      .selectFrom('store_records')
      .select((eb) => eb.fn.sum<number | null>('bytes').as('bytes'))
      .where('owner_id', '=', ownerId)
      .where('store_id', '=', storeId)
      .where('record_key', 'in', batch.map(keyBytes))
      .executeTakeFirstOrThrow()
    sum += Number(bytes ?? 0)
  }
  return sum
}

async function replace(
  {db}: Context,
  {ownerId, storeId}: StoreKey,
  keys: readonly string[],
  puts: readonly StampedText[],
): Promise<void> {
  for (const batch of batchesOf(keys)) {
    await db
      .deleteFrom('store_records')
      .where('owner_id', '=', ownerId)
      .where('store_id', '=', storeId)
      .where('record_key', 'in', batch.map(keyBytes))
      .execute()
  }
  for (const batch of batchesOf(puts)) {
    await db
      .insertInto('store_records')
      .values(
        batch.map(({key, stamp, bytes, text}) => ({
          owner_id: ownerId,
          store_id: storeId,
          record_key: keyBytes(key),
          stamp,
          bytes,
          value: text,
        })),
      )
      .execute()
  }
}

function selected({db}: Context, {ownerId, storeId}: StoreKey, selector: WireSelector) {
  const query = db
    .selectFrom('store_records')
    .where('owner_id', '=', ownerId)
    .where('store_id', '=', storeId)
    .orderBy('record_key')
  if ('key' in selector) {
    return query.where('record_key', '=', keyBytes(selector.key))
  }
  const until = keysUntil(selector.prefix)
  const from = query.where('record_key', '>=', keyBytes(selector.prefix))
  return until === undefined ? from : from.where('record_key', '<', until)
}

function batchesOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({length: Math.ceil(items.length / BATCH_ROWS)}, (_, index) =>
    items.slice(index * BATCH_ROWS, (index + 1) * BATCH_ROWS),
  )
}
