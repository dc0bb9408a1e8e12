import {CONTENT_FORMAT_VERSION, type EntryContent} from '../../model/content.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import type {ServerVersion, WorkspaceDocument} from '../../model/workspace-server.ts'
import type {CatalogueService} from '../../services/catalogue/catalogue.ts'
import {
  type ContentDifference,
  differenceOf,
  mergeContents,
  type Side,
} from '../../services/content/content-difference.ts'
import type {Contents} from '../contents.ts'
import {
  type LocalWorkspace,
  type RemoteWorkspace,
  readLocal,
  readRemote,
  type SendingContext,
} from './outbox-sending.ts'

/** How often a choice begins again for somebody who goes on editing. */
const MAX_REPLACE_TRIES = 4

/** Whose version of a workspace this device goes on with. */
export type ServerChoice = 'mine' | 'theirs' | 'both' | 'merge'

/** Both versions of a workspace, where the server has one that this device has not seen. */
export type ServerConflict = {
  readonly mine: EntryContent
  /** Without workspaces when the server has none any more. */
  readonly theirs: EntryContent
  readonly difference: ContentDifference
}

export type ResolvingContext = SendingContext & {
  readonly catalogue: CatalogueService
  readonly contents: Contents
  /** Makes what is in memory durable. */
  readonly save: (id: WorkspaceId) => Promise<unknown>
  readonly signal: AbortSignal
  /** Which version of the server was compared last; undefined for one that it has no more. */
  readonly shown: Map<WorkspaceId, ServerVersion | undefined>
}

/** Both versions, part by part. */
export async function readServerConflict(id: WorkspaceId, context: ResolvingContext): Promise<ServerConflict> {
  const remote = await readRemote(id, context.server, context.signal)
  context.shown.set(id, remote?.version)
  const mine = entryOf((await readMine(id, context)).document)
  const theirs = remote === undefined ? {...mine, workspaces: []} : entryOf(remote.document)
  return {mine, theirs, difference: differenceOf(mine, theirs)}
}

/**
 * Carries a choice out. What is replaced here goes into the trash as an entry of its own; what is replaced on the server
 * is in its history, if it keeps one. Repeating it after a failure is safe.
 *
 * @throws {@link KeepspaceError} `revision.conflict` when the server has another version than the one that was compared,
 * and mine would be written over it
 */
export async function resolveServerConflict(
  id: WorkspaceId,
  choice: ServerChoice,
  context: ResolvingContext & {readonly components: Readonly<Record<string, Side>>},
): Promise<void> {
  // First what takes long: what is typed meanwhile is part of mine.
  const remote = await readRemote(id, context.server, context.signal)
  const {shown} = context
  const isTheirsTaken = remote !== undefined && (choice === 'theirs' || choice === 'both')
  if (shown.has(id) && shown.get(id) !== remote?.version && !isTheirsTaken) {
    throw new KeepspaceError('revision.conflict', 'the server has another version than the one that was compared')
  }
  for (let tries = 1; ; tries += 1) {
    try {
      await goOnWith(choice, await readMine(id, context), remote, context)
      shown.delete(id)
      return
    } catch (error) {
      if (!(error instanceof KeepspaceError && error.code === 'revision.conflict') || tries >= MAX_REPLACE_TRIES) {
        throw error
      }
    }
  }
}

/** @throws {@link KeepspaceError} `revision.conflict` when something else than `local` is stored by now */
async function goOnWith(
  choice: ServerChoice,
  local: LocalWorkspace,
  remote: RemoteWorkspace | undefined,
  context: ResolvingContext & {readonly components: Readonly<Record<string, Side>>},
): Promise<void> {
  const {records, catalogue, contents, components} = context
  const {id} = local.document
  if (choice === 'mine' || (choice !== 'theirs' && remote === undefined)) {
    await records.update(id, () => ({version: remote?.version, digests: remote?.digests ?? {}, localRevision: 0}))
    return
  }
  if (choice === 'both') {
    await catalogue.duplicateWorkspace(id, `${local.document.title} (my version)`)
  }
  if (remote === undefined) {
    await catalogue.deleteWorkspace(id)
    await records.update(id, () => ({digests: {}, localRevision: 0}))
    return
  }
  if (choice !== 'both') {
    const {title, entryTitle} = local.document
    const kept = await contents.create(entryOf(local.document), `${entryTitle}: ${title} (replaced)`)
    await catalogue.deleteEntry(kept.entryId)
  }
  const theirs = entryOf(remote.document)
  const chosen = choice === 'merge' ? mergeContents(entryOf(local.document), theirs, components) : theirs
  await contents.replaceWorkspace(id, chosen.workspaces[0] ?? workspaceOf(remote.document), local.revision)
  await noteTaken(id, remote, context)
}

/** The server's version is here now, unless somebody edited it meanwhile. */
async function noteTaken(id: WorkspaceId, remote: RemoteWorkspace, context: ResolvingContext): Promise<void> {
  const now = await readLocal(id, entryIdOf(id, context), context.storage)
  const isSame = now?.leftOutCount === 0 && isEqualJson(componentsOf(now.digests), componentsOf(remote.digests))
  const {version, digests} = remote
  // The facts of a workspace (where it stands, its entry) belong to this device and are sent with the next change.
  await context.records.update(id, () => ({
    version,
    digests,
    localRevision: isSame ? now.revision : 0,
    entryTitle: now?.document.entryTitle,
  }))
}

function componentsOf(digests: LocalWorkspace['digests']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(digests).filter(([key]) => key.includes('/')))
}

async function readMine(id: WorkspaceId, context: ResolvingContext): Promise<LocalWorkspace> {
  await context.save(id)
  const local = await readLocal(id, entryIdOf(id, context), context.storage)
  if (local === undefined) {
    throw new KeepspaceError('notFound', id)
  }
  return local
}

function entryIdOf(id: WorkspaceId, {catalogue}: Pick<ResolvingContext, 'catalogue'>): EntryId {
  const head = catalogue.head(id)
  if (head === undefined) {
    throw new KeepspaceError('notFound', id)
  }
  return head.entryId
}

function entryOf(document: WorkspaceDocument): EntryContent {
  return {formatVersion: CONTENT_FORMAT_VERSION, title: document.entryTitle, workspaces: [workspaceOf(document)]}
}

function workspaceOf({id, title, components}: WorkspaceDocument): EntryContent['workspaces'][number] {
  return {id, title, components}
}
