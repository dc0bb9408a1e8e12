import type {DocumentMetadata} from 'keepspace/wire'
import type {ContentEncoding, DocumentKind, Schema} from '../database/schema.ts'
import {type Context, folded} from './context.ts'
import {once, type RequestKey} from './requests.ts'
import {recordVisit} from './visits.ts'

/** A content as it is stored: canonical JSON, large ones compressed. */
export type StoredContent = {
  readonly encoding: ContentEncoding
  readonly data: Uint8Array
  readonly hash: string
  /** Before compression. */
  readonly bytes: number
}

export type Names = {readonly title: string; readonly description: string}
export type DocumentKey = {readonly ownerId: string; readonly kind: DocumentKind; readonly id: string}
export type Write = {readonly now: number; readonly request: RequestKey | undefined}

export type Done = {readonly status: 'done'; readonly metadata: DocumentMetadata}
export type Missing = {readonly status: 'missing'}
export type Stale<Current = DocumentMetadata> = {readonly status: 'stale'; readonly current: Current}

/** The link of a snapshot, by the hash of its id. */
export type Link = {readonly linkHash: string}

export function createDocument(
  context: Context,
  input: DocumentKey & Names & Write & {readonly content: StoredContent; readonly link: Link | undefined},
) {
  return once(context, input, () => insertDocument(context, input))
}

/** Where a copy comes from: a document of one's own, or of somebody whose link was followed. */
export type CopySource = DocumentKey & {readonly revision: number | undefined}

/** Makes a new document of an old one; what `names` and `content` give replaces what it had. */
export function copyDocument(
  context: Context,
  input: DocumentKey &
    Write & {
      readonly source: CopySource
      readonly names: Partial<Names>
      readonly content: StoredContent | undefined
      readonly link: Link | undefined
    },
) {
  return once(context, input, async () => {
    const original = await versionOf(context, input.source)
    if (original === undefined) {
      return {status: 'missing'} as const
    }
    return insertDocument(context, {
      ...input,
      title: input.names.title ?? original.title,
      description: input.names.description ?? original.description,
      content: input.content ?? contentOf(original),
    })
  })
}

/** Replaces what `names` and `content` give, if the document still has the expected revision. */
export function updateDocument(
  context: Context,
  input: DocumentKey &
    Write & {
      readonly expected: number
      readonly names: Partial<Names>
      readonly content: StoredContent | undefined
    },
) {
  return once(context, input, () => replace(context, input))
}

/** Makes an old version the newest one. */
export function restoreDocument(
  context: Context,
  input: DocumentKey & Write & {readonly expected: number; readonly revision: number},
) {
  return once(context, input, async () => {
    const old = await versionOf(context, input)
    return old === undefined
      ? ({status: 'missing'} as const)
      : replace(context, {
          ...input,
          names: {title: old.title, description: old.description},
          content: contentOf(old),
        })
  })
}

export function deleteDocument(context: Context, input: DocumentKey & Write & {readonly expected: number | undefined}) {
  return once(context, input, async () => {
    const {db} = context
    let deletion = db
      .deleteFrom('documents')
      .where('owner_id', '=', input.ownerId)
      .where('kind', '=', input.kind)
      .where('id', '=', input.id)
    if (input.expected !== undefined) {
      deletion = deletion.where('revision', '=', input.expected)
    }
    const deleted = await deletion.returningAll().executeTakeFirst()
    if (deleted === undefined) {
      return refusal(context, input)
    }
    await db
      .deleteFrom('versions')
      .where('owner_id', '=', input.ownerId)
      .where('kind', '=', input.kind)
      .where('document_id', '=', input.id)
      .execute()
    return {status: 'done', metadata: metadataOf(deleted)} as const
  })
}

export async function readMetadata(
  {db}: Context,
  {ownerId, kind, id}: DocumentKey,
): Promise<DocumentMetadata | undefined> {
  const row = await db
    .selectFrom('documents')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && metadataOf(row)
}

export type DocumentRead = {readonly metadata: DocumentMetadata; readonly content: StoredContent}

export async function readDocument(context: Context, key: DocumentKey): Promise<DocumentRead | undefined> {
  const metadata = await readMetadata(context, key)
  const version = metadata && (await versionOf(context, {...key, revision: metadata.revision}))
  return version && {metadata, content: contentOf(version)}
}

/** A version with its content; the newest one when no revision is asked for. */
export async function versionOf({db}: Context, {ownerId, kind, id, revision}: CopySource) {
  const query = db
    .selectFrom('versions')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('kind', '=', kind)
    .where('document_id', '=', id)
  return revision === undefined
    ? query.orderBy('revision', 'desc').limit(1).executeTakeFirst()
    : query.where('revision', '=', revision).executeTakeFirst()
}

function contentOf(row: Schema['versions']): StoredContent {
  return {encoding: row.encoding, data: row.content, hash: row.content_hash, bytes: row.bytes}
}

async function insertDocument(
  context: Context,
  input: DocumentKey & Names & {now: number; content: StoredContent; link: Link | undefined},
): Promise<Done> {
  const {db} = context
  const {ownerId, kind, id, title, description, content, now, link} = input
  const row = {
    owner_id: ownerId,
    kind,
    id,
    title,
    title_folded: folded(title),
    description,
    description_folded: folded(description),
    revision: 1,
    created_at: now,
    updated_at: now,
    content_hash: content.hash,
    bytes: content.bytes,
  }
  await db.insertInto('documents').values(row).execute()
  await insertVersion(context, row, content, now)
  if (link !== undefined) {
    await db.insertInto('links').values({link_hash: link.linkHash, owner_id: ownerId, snapshot_id: id}).execute()
    await recordVisit(context, {ownerId, visitorId: ownerId, snapshotId: id, title, now})
  }
  return {status: 'done', metadata: metadataOf(row)}
}

async function replace(
  context: Context,
  input: DocumentKey & {now: number; expected: number; names: Partial<Names>; content: StoredContent | undefined},
): Promise<Done | Missing | Stale> {
  const {ownerId, kind, id, expected, names, content, now} = input
  const row = await context.db
    .updateTable('documents')
    .set({
      revision: expected + 1,
      updated_at: now,
      ...(names.title !== undefined && {title: names.title, title_folded: folded(names.title)}),
      ...(names.description !== undefined && {
        description: names.description,
        description_folded: folded(names.description),
      }),
      ...(content !== undefined && {content_hash: content.hash, bytes: content.bytes}),
    })
    .where('owner_id', '=', ownerId)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('revision', '=', expected)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) {
    return refusal(context, input)
  }
  const previous =
    content ?? (await versionOf(context, {ownerId, kind, id, revision: expected}).then((v) => v && contentOf(v)))
  if (previous === undefined) {
    throw new Error('the newest version of a document has no content')
  }
  await insertVersion(context, row, previous, now)
  return {status: 'done', metadata: metadataOf(row)}
}

async function refusal(context: Context, key: DocumentKey): Promise<Missing | Stale> {
  const current = await readMetadata(context, key)
  return current === undefined ? {status: 'missing'} : {status: 'stale', current}
}

async function insertVersion(
  {db}: Context,
  row: Schema['documents'],
  content: StoredContent,
  now: number,
): Promise<void> {
  await db
    .insertInto('versions')
    .values({
      owner_id: row.owner_id,
      kind: row.kind,
      document_id: row.id,
      revision: row.revision,
      title: row.title,
      description: row.description,
      created_at: now,
      content_hash: content.hash,
      bytes: content.bytes,
      encoding: content.encoding,
      content: content.data,
    })
    .execute()
}

export function metadataOf(row: Schema['documents']): DocumentMetadata {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    contentHash: row.content_hash,
    bytes: row.bytes,
  }
}
