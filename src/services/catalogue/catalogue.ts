import {KeepspaceError} from '../../model/errors.ts'
import type {Catalogue} from '../../model/handles.ts'
import type {EntryId, IdSource, WorkspaceId} from '../../model/ids.ts'
import {componentsPrefix, ENTRY_PREFIX, HEAD_PREFIX} from '../../model/keys.ts'
import type {EntryRecord, HeadRecord} from '../../model/records.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import type {HeadFields} from '../memory-store/store-state.ts'
import type {BackgroundWriter} from '../writing/background-writer.ts'
import {createCatalogueIndex} from './catalogue-index.ts'
import {type Creation, createCreation} from './creation.ts'
import {orderBefore} from './order.ts'
import {createRecordUpdates} from './record-updates.ts'
import {cleanTitle} from './titles.ts'
import {createTrash, type Trash} from './trash.ts'

/** What the catalogue needs to know of workspaces in memory: their heads change through them, never beside them. */
export type HotWorkspaces = {
  isHot(id: WorkspaceId): boolean
  /** In memory, and open for editing or on its way there. */
  isEditable(id: WorkspaceId): boolean
  /** Loads one again that could not be edited so far. */
  reload(id: WorkspaceId): void
  /** Changes the head of a hot workspace and resolves when that is durable. */
  setHead(id: WorkspaceId, fields: Partial<HeadFields>): Promise<void>
  /** Saves a hot workspace. */
  save(id: WorkspaceId): Promise<void>
  /** Saves a hot workspace and lets it go. Rejects when it may not go. */
  unload(id: WorkspaceId): Promise<void>
}

/** The catalogue, with what only the parts of this product use. */
export type CatalogueService = Catalogue &
  Omit<Creation, keyof Catalogue> & {
    /** A hot workspace was saved: its new head. */
    noteHead(head: HeadRecord): void
    head(id: WorkspaceId): HeadRecord | undefined
    entry(id: EntryId): EntryRecord | undefined
    hasEntry(id: EntryId): boolean
    /** Whether its entry opens with it. */
    isDefault(id: WorkspaceId): boolean
    readonly trash: Trash
    /** Every entry as it is stored, in order. */
    entryRecords(): readonly EntryRecord[]
    /** Pinned itself, or by its entry. */
    isPinned(id: WorkspaceId): boolean
    isEntryTrashed(id: EntryId): boolean
    heads(): readonly HeadRecord[]
    /** The workspaces of an entry in their order, without those in the trash. */
    headsOf(entryId: EntryId): readonly HeadRecord[]
  }

/** Whoever remembers which workspaces there are. */
export type RestoredWorkspaces = {
  /** Rejects when a workspace that is to be made was lost. */
  assertNew(id: WorkspaceId): Promise<void>
  stored(id: WorkspaceId, revision: number): void
  deleted(id: WorkspaceId): void
}

/** Makes the catalogue. Call `refresh()` once storage is open. */
export function createCatalogue(options: {
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
  readonly hot: HotWorkspaces
  readonly ids: IdSource
  readonly time: Time
  readonly restored?: RestoredWorkspaces
}): CatalogueService {
  const {storage, writer, hot, ids, time, restored} = options
  const index = createCatalogueIndex()
  const {updateHead, lookAtHead, updateEntry} = createRecordUpdates({index, writer, storage})

  const changeHead = (id: WorkspaceId, fields: Partial<HeadFields>) =>
    hot.isEditable(id) ? hot.setHead(id, fields) : updateHead(id, fields)
  const isEntryTrashed = (id: EntryId) => index.entry(id)?.trashedAt !== undefined

  const unloadIfHot = async (id: WorkspaceId) => {
    if (hot.isHot(id)) {
      await hot.unload(id)
    }
  }

  const requireHead = (id: WorkspaceId): HeadRecord => {
    const head = index.head(id)
    if (head === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    return head
  }

  const duplicateWorkspace: Catalogue['duplicateWorkspace'] = async (id, title) => {
    if (hot.isHot(id)) {
      await hot.save(id)
    }
    const head = requireHead(id)
    const records = await (await storage()).readPrefix(componentsPrefix(id))
    return creation.createCopy({...head, title: title ?? `${head.title} copy`}, records)
  }

  const readAll = async () => {
    index.beginRead()
    const [heads = [], entries = []] = await (await storage()).read([{prefix: HEAD_PREFIX}, {prefix: ENTRY_PREFIX}])
    index.replaceAll(heads, entries)
  }

  const creation = createCreation({
    index,
    writer,
    ids,
    time,
    updateEntry,
    assertNew: (id) => restored?.assertNew(id),
    stored: (id, revision) => restored?.stored(id, revision),
  })
  const trash = createTrash({
    index,
    storage,
    writer,
    time,
    readAll,
    isEditable: hot.isEditable,
    unloadIfHot,
    setTrashed: (id) => updateHead(id, {trashedAt: time.now()}),
    deleted: (id) => restored?.deleted(id),
  })

  return {
    ...creation,
    getSnapshot: index.getSnapshot,
    subscribe: index.subscribe,
    noteHead: index.putHead,
    head: index.head,
    entry: (id) => index.entry(id),
    hasEntry: (id) => index.entry(id) !== undefined,
    isDefault: (id) => {
      const head = index.head(id)
      return head !== undefined && index.entry(head.entryId)?.defaultWorkspaceId === id
    },
    trash,
    entryRecords: index.entries,
    isPinned: (id) => {
      const head = index.head(id)
      return head?.isPinned === true || (head !== undefined && index.entry(head.entryId)?.isPinned === true)
    },
    isEntryTrashed,
    isTrashed: (id) => {
      const head = index.head(id as WorkspaceId)
      return head !== undefined && (head.trashedAt !== undefined || isEntryTrashed(head.entryId))
    },
    heads: index.heads,
    headsOf: (entryId) => index.headsOf(entryId).filter(({trashedAt}) => trashedAt === undefined),
    refresh: async () => {
      try {
        await readAll()
      } catch (error) {
        index.fail(KeepspaceError.from(error).report)
      }
    },
    renameEntry: (id, title) => updateEntry(id, {title: cleanTitle(title)}),
    reorderEntry: (id, before) => updateEntry(id, {order: orderBefore(index.entries(), id, before)}),
    deleteEntry: async (id) => {
      for (const {id: workspaceId} of index.headsOf(id)) {
        await unloadIfHot(workspaceId)
      }
      await updateEntry(id, {trashedAt: time.now()})
    },
    restoreEntry: async (id) => {
      await updateEntry(id, {trashedAt: undefined})
      for (const head of index.headsOf(id)) {
        hot.reload(head.id)
      }
    },
    renameWorkspace: (id, title) => changeHead(id, {title: cleanTitle(title)}),
    duplicateWorkspace,
    reorderWorkspace: async (id, before) => {
      const {entryId} = requireHead(id)
      await changeHead(id, {order: orderBefore(index.headsOf(entryId), id, before)})
    },
    moveWorkspace: async (id, entryId) => {
      if (index.entry(entryId) === undefined) {
        throw new KeepspaceError('notFound', entryId)
      }
      await changeHead(id, {entryId, order: creation.lastOrder(entryId)})
    },
    setWorkspacePinned: (id, isPinned) => changeHead(id, {isPinned}),
    setEntryPinned: (id, isPinned) => updateEntry(id, {isPinned}),
    setDefaultWorkspace: async (id) => updateEntry(requireHead(id).entryId, {defaultWorkspaceId: id}),
    deleteWorkspace: async (id) => {
      await unloadIfHot(id)
      await updateHead(id, {trashedAt: index.head(id)?.trashedAt ?? time.now()})
    },
    restoreWorkspace: async (id) => {
      if (index.head(id)?.trashedAt === undefined && !hot.isEditable(id)) {
        // It may have been opened, and found in the trash, before this tab heard who put it there.
        await lookAtHead(id)
      }
      await changeHead(id, {trashedAt: undefined})
      hot.reload(id)
    },
    emptyTrash: async () => {
      await trash.deleteBefore(Number.POSITIVE_INFINITY)
    },
  }
}
