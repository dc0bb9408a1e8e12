import {CONTENT_FORMAT_VERSION} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId, IdSource, Revision, WorkspaceId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import {componentsPrefix, entryKey, headKey} from '../../model/keys.ts'
import type {Digests} from '../../model/server-saves.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import type {ServerVersion, WorkspaceDocument, WorkspaceServer} from '../../model/workspace-server.ts'
import {asEntry, asHead} from '../../services/codec/record-shapes.ts'
import {contentOf} from '../../services/content/content-records.ts'
import {asWorkspaceDocument, changesBetween, digestOf, digestsOf, partsOf} from '../../services/outbox/document.ts'
import {errorOfHost} from '../../services/server-link/host-errors.ts'
import {type OutboxFields, type OutboxRecords, unknownThere} from './outbox-records.ts'

/** So many saves without an answer are remembered. */
const MOST_PENDING = 8

/** What sending needs from the rest. */
export type SendingContext = {
  readonly server: WorkspaceServer
  readonly records: OutboxRecords
  readonly storage: () => Promise<StoragePort>
  readonly ids: IdSource
}

/** A workspace as it is stored here. */
export type LocalWorkspace = {
  readonly document: WorkspaceDocument
  readonly revision: Revision
  readonly parts: ReadonlyMap<string, unknown>
  readonly digests: Digests
  /** How many records cannot be read: the document is without them. */
  readonly leftOutCount: number
}

/** What the server has, checked. */
export type RemoteWorkspace = {
  readonly document: WorkspaceDocument
  readonly version: ServerVersion
  readonly digests: Digests
}

/** The durable content of a workspace, in one consistent view; undefined when it is not stored. */
export async function readLocal(
  id: WorkspaceId,
  entryId: EntryId,
  storage: SendingContext['storage'],
): Promise<LocalWorkspace | undefined> {
  const port = await storage()
  const [heads = [], records = [], entries = []] = await port.read([
    {key: headKey(id)},
    {prefix: componentsPrefix(id)},
    {key: entryKey(entryId)},
  ])
  const head = asHead(heads[0]?.value)
  if (head === undefined) {
    return undefined
  }
  const {components, leftOut} = contentOf(id, records)
  const document: WorkspaceDocument = {
    formatVersion: CONTENT_FORMAT_VERSION,
    id,
    title: head.title,
    entryId: head.entryId,
    entryTitle: asEntry(entries[0]?.value)?.title ?? '',
    components,
  }
  const parts = partsOf(document)
  return {document, revision: head.revision, parts, digests: digestsOf(parts), leftOutCount: leftOut.length}
}

/**
 * What the server has.
 *
 * @throws {@link KeepspaceError} the codes of a server
 */
export async function readRemote(
  id: WorkspaceId,
  server: WorkspaceServer,
  signal: AbortSignal,
): Promise<RemoteWorkspace | undefined> {
  try {
    const found = await server.load(id, {signal})
    if (found === undefined) {
      return undefined
    }
    const document = asWorkspaceDocument(found.document)
    return {document, version: found.version, digests: digestsOf(partsOf(document))}
  } catch (error) {
    throw errorOfHost(error)
  }
}

/**
 * Makes the server have what is stored here, unless it has something this device has not seen.
 *
 * @throws {@link KeepspaceError} `revision.conflict` | `content.partial` | the codes of a server and of storage
 */
export async function sendWorkspace(
  local: LocalWorkspace,
  context: SendingContext,
  signal: AbortSignal,
): Promise<void> {
  const {server, records, ids} = context
  const {document, revision, parts, digests, leftOutCount} = local
  if (leftOutCount > 0) {
    throw new KeepspaceError('content.partial', `${leftOutCount} unreadable records`)
  }
  const {id} = document
  const known = await settled((await records.read(id)) ?? unknownThere, id, context, signal)
  if (known.isConflicted) {
    throw new KeepspaceError('revision.conflict')
  }
  if (isEqualJson(known.digests, digests) && known.version !== undefined) {
    await acknowledge(local, known.version, records)
    return
  }
  // Known before it is sent: after a crash it is not taken for somebody else's.
  const pending = {localRevision: revision, digest: digestOf(digests)}
  await records.update(id, (before) => ({
    ...before,
    pending: [pending, ...(before.pending ?? [])].slice(0, MOST_PENDING),
  }))
  const changes = changesBetween(known.digests, parts, digests)
  try {
    const idempotencyKey = ids.next()
    const {version} = await server.save(document, {expected: known.version, idempotencyKey, signal, changes})
    await acknowledge(local, version, records)
  } catch (cause) {
    const error = errorOfHost(cause)
    if (error.code !== 'revision.conflict' && error.code !== 'notFound') {
      throw error
    }
    const adopted = await adoptOwn(id, context, signal)
    if (adopted === undefined) {
      await records.update(id, (before) => ({...before, pending: undefined, isConflicted: true}))
      throw new KeepspaceError('revision.conflict')
    }
    if (adopted.version === known.version) {
      throw new KeepspaceError('server.busy', 'the server refuses its own version')
    }
    await sendWorkspace(local, context, signal)
  }
}

/** Notes what the server has. */
async function acknowledge(
  {document, revision, digests}: Pick<LocalWorkspace, 'document' | 'revision' | 'digests'>,
  version: ServerVersion,
  records: OutboxRecords,
): Promise<void> {
  const {id, entryTitle} = document
  await records.update(id, () => ({version, localRevision: revision, entryTitle, digests}))
}

/** What is known for sure: a save without an answer is looked for on the server before anything else is sent. */
async function settled(
  known: OutboxFields,
  id: WorkspaceId,
  context: SendingContext,
  signal: AbortSignal,
): Promise<OutboxFields> {
  if ((known.pending ?? []).length === 0) {
    return known
  }
  return (
    (await adoptOwn(id, context, signal)) ??
    context.records.update(id, (before) => ({...before, pending: undefined, isConflicted: true}))
  )
}

/** Takes over what the server has if this device sent it, or knows it already; undefined when it is somebody else's. */
async function adoptOwn(
  id: WorkspaceId,
  {server, records}: SendingContext,
  signal: AbortSignal,
): Promise<OutboxFields | undefined> {
  const remote = await readRemote(id, server, signal)
  // Another tab may have sent, and noted, something meanwhile.
  const known = (await records.read(id)) ?? unknownThere
  const own = remote && known.pending?.find(({digest}) => digest === digestOf(remote.digests))
  if (remote !== undefined && own !== undefined) {
    const {version, digests} = remote
    return records.update(id, () => ({version, digests, localRevision: own.localRevision}))
  }
  return remote?.version === known.version ? known : undefined
}
