import type {WorkspaceMetadata} from 'keepspace/wire'
import type {Schema} from '../database/schema.ts'
import {type Context, folded, readOneMoment} from './context.ts'
import type {Missing, Stale, Write} from './documents.ts'
import {once} from './requests.ts'

/** A record as it is stored: its JSON text. */
export type RecordText = {readonly key: string; readonly text: string; readonly bytes: number}

/** A record with the CRC-32 of its text; null for one that was written before there were any. */
export type CheckedText = RecordText & {readonly checksum: number | null}

/** A workspace with its records, ordered by key. */
export type WorkspaceRead = {readonly metadata: WorkspaceMetadata; readonly records: readonly CheckedText[]}

type WorkspaceKey = {readonly ownerId: string; readonly id: string}
type Done = {readonly status: 'done'; readonly metadata: WorkspaceMetadata}
type Commit = WorkspaceKey & {
  readonly now: number
  /** 0: the server must not have it. */
  readonly expected: number
  readonly commitId: string
  readonly title: string | undefined
  readonly puts: readonly CheckedText[]
  readonly deletes: readonly string[]
}

/** Writes changed records, all or nothing, if the workspace still has the expected revision. */
export function commitWorkspace(context: Context, input: Commit & Write) {
  return once(context, input, () => commit(context, input))
}

/** Makes the records of an old version current again, as a new version. */
export function restoreWorkspace(
  context: Context,
  input: WorkspaceKey & Write & {expected: number; revision: number; commitId: string},
) {
  return once(context, input, async () => {
    const old = await versionRow(context, input)
    if (old === undefined) {
      return {status: 'missing'} as const
    }
    const wanted = await recordsAt(context, input, input.revision)
    const current = await recordsAt(context, input)
    const texts = new Map(current.map(({record_key, value}) => [record_key, value]))
    const wantedKeys = new Set(wanted.map(({record_key}) => record_key))
    return commit(context, {
      ...input,
      title: old.title,
      puts: wanted.filter(({record_key, value}) => texts.get(record_key) !== value).map(checkedText),
      deletes: [...texts.keys()].filter((key) => !wantedKeys.has(key)),
    })
  })
}

/** Deletes the records and the history of a workspace. Its revisions go on from where they were. */
export function deleteWorkspace(context: Context, input: WorkspaceKey & Write & {expected: number}) {
  return once(context, input, async (): Promise<Done | Missing | Stale<WorkspaceMetadata>> => {
    const {ownerId, id, expected, now} = input
    const row = await context.db
      .updateTable('workspaces')
      .set({is_deleted: 1, revision: expected + 1, updated_at: now, record_count: 0, bytes: 0})
      .where('owner_id', '=', ownerId)
      .where('id', '=', id)
      .where('revision', '=', expected)
      .where('is_deleted', '=', 0)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) {
      return refusal(context, input)
    }
    await context.db
      .deleteFrom('workspace_records')
      .where('owner_id', '=', ownerId)
      .where('workspace_id', '=', id)
      .execute()
    await context.db
      .deleteFrom('workspace_versions')
      .where('owner_id', '=', ownerId)
      .where('workspace_id', '=', id)
      .execute()
    return {status: 'done', metadata: workspaceOf(row)}
  })
}

/** A workspace with its records, now or at a kept revision, all of one moment. */
export async function readWorkspace(
  context: Context,
  input: WorkspaceKey & {revision: number | undefined},
): Promise<WorkspaceRead | undefined> {
  await readOneMoment(context)
  const head = await headOf(context, input)
  if (head === undefined || head.is_deleted === 1) {
    return undefined
  }
  const {revision} = input
  const version = revision === undefined ? head : await versionRow(context, {...input, revision})
  if (version === undefined) {
    return undefined
  }
  const rows = await recordsAt(context, input, revision)
  const updatedAt = 'updated_at' in version ? version.updated_at : version.created_at
  return {
    metadata: {...workspaceOf({...head, ...version}), createdAt: head.created_at, updatedAt},
    records: rows.map(checkedText),
  }
}

async function commit(context: Context, input: Commit): Promise<Done | Missing | Stale<WorkspaceMetadata>> {
  const {db} = context
  const {ownerId, id, now, commitId, title} = input
  const revision = await raise(context, input)
  if (revision === undefined) {
    return refusal(context, input)
  }
  for (const {key, text, bytes, checksum} of input.puts) {
    await endRecord(context, input, key, revision)
    await db
      .insertInto('workspace_records')
      .values({
        owner_id: ownerId,
        workspace_id: id,
        record_key: key,
        revision,
        until_revision: null,
        bytes,
        value: text,
        checksum,
      })
      .execute()
  }
  for (const key of input.deletes) {
    await endRecord(context, input, key, revision)
  }
  const {count, bytes} = await db
    .selectFrom('workspace_records')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number | null>('bytes').as('bytes')])
    .where('owner_id', '=', ownerId)
    .where('workspace_id', '=', id)
    .where('until_revision', 'is', null)
    .executeTakeFirstOrThrow()
  const row = await db
    .updateTable('workspaces')
    .set({
      commit_id: commitId,
      updated_at: now,
      record_count: Number(count),
      bytes: Number(bytes ?? 0),
      is_deleted: 0,
      ...(title !== undefined && {title, title_folded: folded(title)}),
    })
    .where('owner_id', '=', ownerId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await db
    .insertInto('workspace_versions')
    .values({
      owner_id: ownerId,
      workspace_id: id,
      revision,
      commit_id: commitId,
      title: row.title,
      created_at: now,
      record_count: row.record_count,
      bytes: row.bytes,
    })
    .execute()
  return {status: 'done', metadata: workspaceOf(row)}
}

/** Claims the next revision, or nothing when another commit came first. */
async function raise({db}: Context, {ownerId, id, expected, commitId, now}: Commit): Promise<number | undefined> {
  if (expected > 0) {
    const row = await db
      .updateTable('workspaces')
      .set({revision: expected + 1})
      .where('owner_id', '=', ownerId)
      .where('id', '=', id)
      .where('revision', '=', expected)
      .where('is_deleted', '=', 0)
      .returning('revision')
      .executeTakeFirst()
    return row?.revision
  }
  const row = await db
    .insertInto('workspaces')
    .values({
      owner_id: ownerId,
      id,
      title: '',
      title_folded: '',
      revision: 1,
      commit_id: commitId,
      created_at: now,
      updated_at: now,
      record_count: 0,
      bytes: 0,
      is_deleted: 0,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'id'])
        .doUpdateSet((eb) => ({revision: eb('workspaces.revision', '+', 1), is_deleted: 0, created_at: now}))
        .where('workspaces.is_deleted', '=', 1),
    )
    .returning('revision')
    .executeTakeFirst()
  return row?.revision
}

async function endRecord({db}: Context, {ownerId, id}: WorkspaceKey, key: string, revision: number): Promise<void> {
  await db
    .updateTable('workspace_records')
    .set({until_revision: revision})
    .where('owner_id', '=', ownerId)
    .where('workspace_id', '=', id)
    .where('record_key', '=', key)
    .where('until_revision', 'is', null)
    .execute()
}

async function refusal(context: Context, key: WorkspaceKey): Promise<Missing | Stale<WorkspaceMetadata>> {
  const head = await headOf(context, key)
  return head === undefined || head.is_deleted === 1
    ? {status: 'missing'}
    : {status: 'stale', current: workspaceOf(head)}
}

function headOf({db}: Context, {ownerId, id}: WorkspaceKey) {
  return db.selectFrom('workspaces').selectAll().where('owner_id', '=', ownerId).where('id', '=', id).executeTakeFirst()
}

function versionRow({db}: Context, {ownerId, id, revision}: WorkspaceKey & {revision: number}) {
  return db
    .selectFrom('workspace_versions')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('workspace_id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirst()
}

function recordsAt({db}: Context, {ownerId, id}: WorkspaceKey, revision?: number) {
  const query = db
    .selectFrom('workspace_records')
    .select(['record_key', 'value', 'bytes', 'checksum'])
    .where('owner_id', '=', ownerId)
    .where('workspace_id', '=', id)
    .orderBy('record_key')
  return revision === undefined
    ? query.where('until_revision', 'is', null).execute()
    : query
        .where('revision', '<=', revision)
        .where((eb) => eb.or([eb('until_revision', 'is', null), eb('until_revision', '>', revision)]))
        .execute()
}

type Row = Pick<Schema['workspace_records'], 'record_key' | 'value' | 'bytes' | 'checksum'>

function checkedText({record_key, value, bytes, checksum}: Row): CheckedText {
  return {key: record_key, text: value, bytes, checksum}
}

type Shown = Omit<Schema['workspaces'], 'owner_id' | 'title_folded' | 'is_deleted'>

export function workspaceOf(row: Shown): WorkspaceMetadata {
  return {
    id: row.id,
    title: row.title,
    revision: row.revision,
    commitId: row.commit_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    records: row.record_count,
    bytes: row.bytes,
  }
}
