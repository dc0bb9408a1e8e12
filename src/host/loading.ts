import type {AnyComponentDefinition} from '../model/component-definition.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {EntryId, IdSource, Revision, WorkspaceId} from '../model/ids.ts'
import {componentsPrefix, headKey, isContentRecord, leavePrefix, parseRecordKey} from '../model/keys.ts'
import {FORMAT_VERSION, type HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import type {QuarantineService} from '../services/quarantine/quarantine.ts'
import {emptyHead} from './empty-head.ts'
import {wordsByKey} from './held-words.ts'
import {type HeldWords, holdLastWords, replayLastWords, type StoredWorkspace} from './replaying.ts'
import type {Runtime} from './runtime.ts'
import {type FoundWaiting, findWaiting} from './waiting-words.ts'

/** What loading needs from the rest. */
export type LoadingContext = {
  readonly storage: () => Promise<StoragePort>
  readonly now: () => number
  readonly ids: IdSource
  /** Last words of a tab became part of the workspace. */
  readonly replayed: (id: WorkspaceId) => void
  /** Last words cannot be stored now, or another tab contests them: they are shown as unsaved edits. */
  readonly held: (id: WorkspaceId, error: KeepspaceError) => void
  readonly isTrashed: (head: HeadRecord) => boolean
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  /** The place of a new workspace in its entry. */
  readonly newOrder: (entryId: EntryId) => string
  /** How far a workspace is known to have come. Asked before storage is read. */
  readonly known: (id: WorkspaceId) => Revision
  /** A stored workspace was read. */
  readonly found: (id: WorkspaceId, known: Revision, revision: Revision) => void
  /** Rejects when a workspace of which nothing is stored was lost. */
  readonly assertNew: (id: WorkspaceId, known: Revision) => Promise<void>
  /** Copies records that cannot be used, before anything may be written over them. */
  readonly quarantine: Pick<QuarantineService, 'keep' | 'copiesOf'>
  /** A source could not take over the component it is attached to. */
  readonly dropped: (id: WorkspaceId, error: KeepspaceError) => void
}

/**
 * Reads one workspace, head and components in one consistent view, and hands it to its store. Reads nothing else.
 *
 * @returns how many records were read
 * @throws {@link KeepspaceError} `load.failed` | `notFound` | `storage.emptied` | `record.corrupt` | `record.newer`;
 * nothing was written, and the store still keeps the edits made meanwhile
 */
export async function loadWorkspace(runtime: Runtime, context: LoadingContext): Promise<number> {
  runtime.store.beginLoad()
  const known = context.known(runtime.id)
  const {head: headValue, records, leaves, words} = await readAndReplay(runtime.id, known, context)
  await keepDamagedHead(runtime.id, headValue, context)
  const isNew = headValue === undefined && words !== undefined
  const head = isNew ? {...words.head, revision: 0} : usableHead(runtime, context, headValue, records)
  if (head.revision > 0) {
    context.found(runtime.id, known, head.revision)
  }
  const waiting = findWaiting(runtime, {head, records, leaves}, {...context, known})
  const contestedBase = lower(words?.contestedBase, waiting.contestedBase)
  runtime.revision = contestedBase ?? head.revision
  runtime.holdsContested = contestedBase !== undefined
  runtime.knownRevision = head.revision
  runtime.fence = head.fence ?? 0
  runtime.inDoubt.clear()
  runtime.conflict = undefined
  runtime.lastSavedAt = head.revision > 0 ? head.updatedAt : undefined
  runtime.level = 'onDevice'
  runtime.heldLeaves = [...(words?.leaveKeys ?? []), ...waiting.leaveKeys]
  runtime.heldWords = wordsByKey(words)
  runtime.waitingToldAt = undefined
  runtime.store.hydrate({head, records, words, waiting: waiting.edits}, false)
  tellWaiting(runtime.id, waiting, context)
  for (const [id, {source, options}] of runtime.attachments) {
    try {
      runtime.store.attach(id, source, options)
    } catch (cause) {
      context.dropped(runtime.id, KeepspaceError.from(cause, 'source.failed'))
    }
  }
  await keepDamaged(runtime, records, context)
  if (head.revision === 0) {
    runtime.store.setHead({})
  }
  return records.length
}

function lower(left: Revision | undefined, right: Revision | undefined): Revision | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right)
}

function tellWaiting(id: WorkspaceId, found: FoundWaiting, {replayed, held}: LoadingContext): void {
  if (found.hasForeign) {
    held(id, new KeepspaceError('record.newer', `last words of ${id} for another version of the app`))
  }
  if (found.contestedBase !== undefined) {
    held(id, new KeepspaceError('revision.conflict', `last words of ${id}`))
  } else if (found.edits.length > 0) {
    replayed(id)
  }
}

/** Nothing is written to a workspace whose head is damaged, so a copy that fails is made with the next load. */
async function keepDamagedHead(id: WorkspaceId, value: unknown, {quarantine}: LoadingContext): Promise<void> {
  if (value !== undefined && asHead(value) === undefined) {
    await quarantine.keep([{key: headKey(id), value}]).catch(() => 0)
  }
}

/** Copies what cannot be used; when that fails the copies go with the next commit, which is the first that may overwrite. */
async function keepDamaged(
  runtime: Runtime,
  records: readonly StoredRecord[],
  {quarantine}: LoadingContext,
): Promise<void> {
  const unreadable = new Set(
    runtime.store.getProblems().flatMap(({componentId, error}) => (error.code === 'record.corrupt' ? componentId : [])),
  )
  const suspects = records.filter(({key}) => {
    const parsed = parseRecordKey(key)
    return parsed !== undefined && (!isContentRecord(parsed.record) || unreadable.has(parsed.componentId))
  })
  try {
    await quarantine.keep(suspects)
  } catch {
    runtime.historyPuts.push(...quarantine.copiesOf(suspects))
  }
}

/** Shows what a failed load could read after all, and nothing when nothing could be read. Never writable. */
export function showSalvage(runtime: Runtime, nowMs: number): void {
  runtime.store.hydrate(runtime.salvage ?? {head: emptyHead(runtime.id, nowMs), records: []}, true)
}

/** Reads what is stored of a workspace that was not let into memory, for {@link showSalvage}. Writes nothing. */
export async function readToShow(runtime: Runtime, port: StoragePort, nowMs: number): Promise<void> {
  const {head, records} = await readStored(runtime.id, port)
  runtime.salvage = {head: asHead(head) ?? emptyHead(runtime.id, nowMs), records}
}

/** How often a replay is tried again when another tab commits between its look and its write. */
const MAX_REPLAYS = 20

/** Reads a workspace; the last words of tabs that were left are made part of it first, and then it is read again. */
async function readAndReplay(
  id: WorkspaceId,
  known: Revision,
  context: LoadingContext,
): Promise<Stored & {words?: HeldWords}> {
  try {
    const port = await context.storage()
    let refusal: KeepspaceError | undefined
    for (let tries = 0; ; tries += 1) {
      const stored = await readStored(id, port)
      const head = asHead(stored.head)
      if (stored.head === undefined && stored.records.length === 0) {
        // Before anything is replayed: last words alone would look like the whole workspace.
        await context.assertNew(id, known)
      }
      const isReplayable =
        stored.leaves.length > 0 && tries < MAX_REPLAYS && (stored.head === undefined || head !== undefined)
      if (!isReplayable) {
        return stored
      }
      if (refusal !== undefined) {
        return {...stored, words: heldWords({...stored, head}, context, refusal, id)}
      }
      try {
        const {replayed, isContested} = await replayLastWords({...stored, head}, port, context.ids)
        if (replayed === 0) {
          return isContested ? withContested({...stored, head}, context, id) : stored
        }
        context.replayed(id)
      } catch (error) {
        // Looks once more: a commit without an answer may have landed.
        const {code} = KeepspaceError.from(error)
        refusal = code === 'revision.conflict' ? undefined : KeepspaceError.from(error)
      }
    }
  } catch (cause) {
    const error = KeepspaceError.from(cause)
    throw error.code === 'storage.emptied' ? error : new KeepspaceError('load.failed', error.code, {cause})
  }
}

/** What a person or a policy has to choose about; damaged words stay where they are. */
function withContested(stored: StoredWorkspace, {ids, held}: LoadingContext, id: WorkspaceId) {
  const words = holdLastWords(stored, ids)
  if (words !== undefined) {
    held(id, new KeepspaceError('revision.conflict', `last words of ${id}`))
  }
  return {...stored, ...(words !== undefined && {words})}
}

/** @throws {@link KeepspaceError} `refusal` when only storage may keep the words */
function heldWords(
  stored: StoredWorkspace,
  {ids, held}: LoadingContext,
  refusal: KeepspaceError,
  id: WorkspaceId,
): HeldWords {
  const words = holdLastWords(stored, ids)
  if (words === undefined) {
    throw refusal
  }
  held(id, refusal)
  return words
}

type Stored = {
  readonly head: unknown
  readonly records: readonly StoredRecord[]
  readonly leaves: readonly StoredRecord[]
}

/**
 * Makes the last words of a tab that was left part of a workspace that is in memory here already.
 *
 * @returns whether there were any
 * @throws {@link KeepspaceError} the codes of the port; the words stay
 */
export async function replayLeft(
  id: WorkspaceId,
  port: StoragePort,
  context: Pick<LoadingContext, 'ids' | 'replayed'>,
): Promise<boolean> {
  let isAny = false
  for (let tries = 0; tries < MAX_REPLAYS; tries += 1) {
    const stored = await readStored(id, port)
    const head = asHead(stored.head)
    if (head === undefined || stored.leaves.length === 0) {
      break
    }
    try {
      const {replayed} = await replayLastWords({...stored, head}, port, context.ids)
      if (replayed === 0) {
        break
      }
      isAny = true
      context.replayed(id)
    } catch (error) {
      if (KeepspaceError.from(error).code !== 'revision.conflict') {
        throw error
      }
    }
  }
  return isAny
}

/** Everything stored of one workspace, in one consistent view. */
export async function readStored(id: WorkspaceId, port: StoragePort): Promise<Stored> {
  const [heads = [], records = [], leaves = []] = await port.read([
    {key: headKey(id)},
    {prefix: componentsPrefix(id)},
    {prefix: leavePrefix(id)},
  ])
  return {head: heads[0]?.value, records, leaves}
}

function usableHead(
  runtime: Runtime,
  context: LoadingContext,
  value: unknown,
  records: readonly StoredRecord[],
): HeadRecord {
  const {id, creation} = runtime
  const head = asHead(value)
  if (head !== undefined && head.formatVersion <= FORMAT_VERSION) {
    if (context.isTrashed(head)) {
      runtime.salvage = {head, records}
      throw new KeepspaceError('workspace.trashed', id)
    }
    return head
  }
  runtime.salvage = {head: head ?? emptyHead(id, context.now()), records}
  if (head !== undefined) {
    throw new KeepspaceError('record.newer', `workspace ${id}`)
  }
  if (value !== undefined) {
    throw new KeepspaceError('record.corrupt', `head of workspace ${id}`)
  }
  if (records.length > 0) {
    throw new KeepspaceError('record.corrupt', `workspace ${id} has components but no head`)
  }
  if (creation === undefined) {
    throw new KeepspaceError('notFound', `workspace ${id}`)
  }
  const {entryId, title} = creation
  return {...emptyHead(id, context.now()), entryId, title, order: context.newOrder(entryId)}
}
