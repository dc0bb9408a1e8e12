import type {CompareOutput} from '../../machines/session/session.machine.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {KeepspaceEvent} from '../../model/events.ts'
import type {EntryId, IdSource, Revision} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import type {SessionBinding} from '../../model/session.ts'
import type {SessionServer} from '../../model/session-server.ts'
import {contentBytes, contentHash} from '../../model/wire/content-hash.ts'
import type {DocumentMetadata} from '../../model/wire/documents.ts'
import {MAX_CONTENT_BYTES} from '../../model/wire/limits.ts'
import type {CatalogueService} from '../../services/catalogue/catalogue.ts'
import {type Contents, type ReadContent, revisionsOf} from '../contents.ts'
import type {UnsavedWatch} from '../unsaved-watch.ts'
import {fieldsOf, type SessionBindings} from './session-bindings.ts'
import {noticingGone} from './session-gone.ts'

/** So many updates without an answer are remembered. */
const MOST_EARLIER = 8
/** So much replaced work is remembered by its session; older work stays in the trash all the same. */
const MOST_REPLACED = 20

/** What sessions need from the rest. */
export type SessionsContext = {
  readonly server: SessionServer
  readonly contents: Contents
  readonly bindings: SessionBindings
  readonly catalogue: CatalogueService
  /** What is in memory and not stored. */
  readonly unsaved: Pick<UnsavedWatch, 'isUnsaved' | 'setAside'>
  readonly ids: IdSource
  readonly now: () => number
  /** Milliseconds on a clock that nobody sets. */
  readonly elapsed: () => number
  readonly emit: (event: KeepspaceEvent) => void
}

/** A content with its hash, ready to be sent. */
export type Prepared = ReadContent & {readonly hash: string}

/** What is here with its hash, whether or not it may be sent. */
export async function readHashed(
  entryId: EntryId,
  names: SessionBinding['names'] | undefined,
  {contents}: Pick<SessionsContext, 'contents'>,
): Promise<Prepared> {
  const read = await contents.read(entryId, names)
  return {...read, hash: await contentHash(read.content)}
}

export type PrepareContext = Pick<SessionsContext, 'contents' | 'catalogue' | 'unsaved' | 'elapsed' | 'emit'>

/**
 * The content of an entry as it may be sent: the whole of it.
 *
 * @throws {@link KeepspaceError} `content.partial` | why the newest value of a part cannot be stored | `value.tooLarge` with both sizes | the codes of {@link Contents.read}
 */
export async function prepare(
  entryId: EntryId,
  names: SessionBinding['names'] | undefined,
  {contents, catalogue, unsaved, elapsed, emit}: PrepareContext,
): Promise<Prepared> {
  const beganMs = elapsed()
  const read = await contents.read(entryId, names)
  const [setAside] = catalogue.headsOf(entryId).flatMap(({id}) => unsaved.setAside(id) ?? [])
  if (setAside !== undefined) {
    throw new KeepspaceError(setAside.code, setAside.detail)
  }
  if (read.leftOut.length > 0) {
    throw new KeepspaceError('content.partial', `${read.leftOut.length} unreadable records`)
  }
  const bytes = contentBytes(read.content)
  if (bytes > MAX_CONTENT_BYTES) {
    throw new KeepspaceError('value.tooLarge', `${bytes} of at most ${MAX_CONTENT_BYTES} bytes`)
  }
  const readMs = elapsed() - beganMs
  const hash = await contentHash(read.content)
  emit({type: 'session_prepared', entryId, bytes, readMs, hashMs: elapsed() - beganMs - readMs})
  return {...read, hash}
}

/** Whether what is here differs from what the server acknowledged. Reads and hashes only when something was written. */
export async function compareSession(entryId: EntryId, context: SessionsContext): Promise<CompareOutput> {
  const binding = await requireBinding(entryId, context.bindings)
  const heads = context.catalogue.headsOf(entryId)
  const revisions = revisionsOf(context.catalogue.entry(entryId), heads)
  const isGone = binding.isGone === true
  if (heads.some(({id}) => context.unsaved.isUnsaved(id))) {
    return {isChanged: true, isGone}
  }
  if (isGone || isEqualJson(revisions, binding.revisions)) {
    return {isChanged: isGone, isGone}
  }
  const {content, leftOut} = await context.contents.read(entryId, binding.names, {savesFirst: false})
  return {isChanged: leftOut.length > 0 || (await contentHash(content)) !== binding.baseHash, isGone}
}

/**
 * Makes the server have what is here, unless it has something this device has not seen. An update whose answer was lost
 * is repeated under the same key, or recognised by its hash.
 *
 * @throws {@link KeepspaceError} `revision.conflict` | `session.gone` | the codes of {@link SessionServer} | those of
 * {@link prepare}
 */
async function saveSession(entryId: EntryId, context: SessionsContext): Promise<{revision: Revision}> {
  const binding = await requireBinding(entryId, context.bindings)
  const prepared = await prepare(entryId, binding.names, context)
  if (prepared.hash === binding.baseHash && !binding.isGone) {
    return {revision: binding.baseRevision}
  }
  const {pending} = binding
  const isRepeat = pending?.contentHash === prepared.hash
  const idempotencyKey = isRepeat ? pending.idempotencyKey : context.ids.next()
  const earlierHashes = isRepeat ? (pending.earlierHashes ?? []) : earlierThan(pending)
  if (!isRepeat) {
    // Known before it is sent: after a crash the same update is not taken for somebody else's.
    await context.bindings.update(entryId, (before) => ({
      ...fieldsOf(before ?? binding),
      pending: {idempotencyKey, contentHash: prepared.hash, earlierHashes},
    }))
  }
  const sent = sendUpdate(binding, prepared, {idempotencyKey, earlierHashes}, context)
  const metadata = await noticingGone(entryId, sent, context)
  await acknowledge(entryId, metadata, prepared, context)
  return {revision: metadata.revision}
}

/** {@link saveSession}, and how it went for whoever counts. */
export async function saveAndCount(entryId: EntryId, context: SessionsContext): Promise<{revision: Revision}> {
  const {elapsed, emit} = context
  const beganMs = elapsed()
  try {
    const saved = await saveSession(entryId, context)
    emit({type: 'session_saved', entryId, durationMs: elapsed() - beganMs})
    return saved
  } catch (cause) {
    const error = KeepspaceError.from(cause, 'server.offline').report
    emit({type: 'session_save_failed', entryId, durationMs: elapsed() - beganMs, error})
    throw cause
  }
}

/** Notes what the server acknowledged. */
export async function acknowledge(
  entryId: EntryId,
  metadata: DocumentMetadata,
  prepared: Prepared,
  {bindings, now}: Pick<SessionsContext, 'bindings' | 'now'>,
  replacedIds: readonly EntryId[] = [],
): Promise<SessionBinding> {
  return bindings.update(entryId, (before) => ({
    sessionId: metadata.id,
    title: metadata.title,
    description: metadata.description,
    baseRevision: metadata.revision,
    baseHash: prepared.hash,
    revisions: prepared.revisions,
    names: prepared.names,
    savedAt: now(),
    replaced: withReplaced(before, replacedIds, now()),
  }))
}

/** @throws {@link KeepspaceError} `notFound` when the entry has no session */
export async function requireBinding(entryId: EntryId, bindings: SessionBindings): Promise<SessionBinding> {
  const binding = await bindings.read(entryId)
  if (binding === undefined) {
    throw new KeepspaceError('notFound', `no session for ${entryId}`)
  }
  return binding
}

function withReplaced(before: SessionBinding | undefined, entryIds: readonly EntryId[], at: number) {
  return [...(before?.replaced ?? []), ...entryIds.map((entryId) => ({entryId, at}))].slice(-MOST_REPLACED)
}

async function sendUpdate(
  {sessionId, baseRevision, baseHash}: SessionBinding,
  {content, hash}: Prepared,
  {idempotencyKey, earlierHashes}: {readonly idempotencyKey: string; readonly earlierHashes: readonly string[]},
  {server, ids}: SessionsContext,
): Promise<DocumentMetadata> {
  try {
    return await server.updateSession(sessionId, baseRevision, {content}, {idempotencyKey})
  } catch (error) {
    if (!(error instanceof KeepspaceError && error.code === 'revision.conflict')) {
      throw error
    }
    const current = await server.readSessionMetadata(sessionId)
    if (current.contentHash === hash) {
      return current
    }
    // Of what was sent from here, or only its names are new: no content is replaced that was not seen here.
    if (![baseHash, ...earlierHashes].includes(current.contentHash)) {
      throw error
    }
    return server.updateSession(sessionId, current.revision, {content}, {idempotencyKey: ids.next()})
  }
}

function earlierThan(pending: SessionBinding['pending']): readonly string[] {
  return pending === undefined ? [] : [pending.contentHash, ...(pending.earlierHashes ?? [])].slice(0, MOST_EARLIER)
}
