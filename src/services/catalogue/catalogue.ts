import {KeepspaceError} from '../../model/errors.ts'
import type {Catalogue} from '../../model/handles.ts'
import {assertUsableId, type CommitId, type EntryId, type IdSource, type WorkspaceId} from '../../model/ids.ts'
import {
  alarmsPrefix,
  componentsPrefix,
  ENTRY_PREFIX,
  entryKey,
  goneEntryKey,
  goneKey,
  HEAD_PREFIX,
  headKey,
  historyPrefix,
  leavePrefix,
  parseRecordKey,
} from '../../model/keys.ts'
import {type EntryRecord, FORMAT_VERSION, type HeadRecord} from '../../model/records.ts'
import type {StoragePort, StoredRecord} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import {countComponents} from '../memory-store/hydrate.ts'
import type {HeadFields} from '../memory-store/store-state.ts'
import type {BackgroundWriter} from '../writing/background-writer.ts'
import {createCatalogueIndex} from './catalogue-index.ts'
import {isOrder, orderBetween} from './order.ts'
import {createRecordUpdates} from './record-updates.ts'

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

/** The component records of a workspace, each with its size. */
export type FilledRecords = readonly (StoredRecord & {readonly bytes: number})[]

export type CatalogueService = Catalogue & {
  /** A hot workspace was saved: its new head. */
  noteHead(head: HeadRecord): void
  head(id: WorkspaceId): HeadRecord | undefined
  hasEntry(id: EntryId): boolean
  /** Whether its entry opens with it. */
  isDefault(id: WorkspaceId): boolean
  readonly trash: {
    /** Deletes for good what was put into the trash until then. Answers how many. */
    deleteBefore(timeMs: number): Promise<number>
    /** Workspaces whose entry was deleted for good without them, because that was interrupted. */
    orphans(): Promise<readonly WorkspaceId[]>
    moveToTrash(id: WorkspaceId): Promise<void>
  }
  /** Every entry as it is stored, in order. */
  entryRecords(): readonly EntryRecord[]
  /** Stores an entry again that storage lost. */
  resaveEntry(entry: EntryRecord): Promise<void>
  /** Pinned itself, or by its entry. */
  isPinned(id: WorkspaceId): boolean
  isEntryTrashed(id: EntryId): boolean
  heads(): readonly HeadRecord[]
  /** Makes a workspace of these records, which belong to another one, right behind that one. */
  createCopy(head: HeadRecord, records: readonly StoredRecord[]): Promise<WorkspaceId>
  /** The order key after the last workspace of an entry. */
  lastOrder(entryId: EntryId): string
  /** The workspaces of an entry in their order, without those in the trash. */
  headsOf(entryId: EntryId): readonly HeadRecord[]
  /** Makes a workspace that begins with content, in one commit. */
  insertWorkspace(
    facts: {readonly entryId: EntryId; readonly title: string},
    fill: (id: WorkspaceId) => FilledRecords,
  ): Promise<WorkspaceId>
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
  const {updateHead, updateEntry} = createRecordUpdates({index, writer, storage})

  const changeHead = (id: WorkspaceId, fields: Partial<HeadFields>) =>
    hot.isEditable(id) ? hot.setHead(id, fields) : updateHead(id, fields)
  const isEntryTrashed = (id: EntryId) => index.entry(id)?.trashedAt !== undefined

  const unloadIfHot = async (id: WorkspaceId) => {
    if (hot.isHot(id)) {
      await hot.unload(id)
    }
  }

  /** Order keys given to workspaces that are not stored yet, so that two made at once do not share one. */
  const given = new Map<EntryId, string>()
  const lastOrder = (entryId: EntryId) => {
    const orders = index.heads().flatMap((head) => (head.entryId === entryId && isOrder(head.order) ? head.order : []))
    const last = orders.reduce<string | null>(laterOrder, given.get(entryId) ?? null)
    const order = orderBetween(last, null)
    given.set(entryId, order)
    return order
  }

  const createHead = async (head: HeadRecord, puts: readonly {key: string; value: unknown}[]): Promise<WorkspaceId> => {
    let written = head
    await writer.write({
      targetKind: 'workspace',
      target: head.id,
      key: headKey(head.id),
      reason: 'catalogue',
      durability: 'relaxed',
      baseRevision: () => 0,
      build: (stamp) => {
        written = {...head, ...stamp}
        return written
      },
      puts,
    })
    index.putHead(written)
    restored?.stored(head.id, written.revision)
    return head.id
  }

  const newHead = (facts: Pick<HeadRecord, 'id' | 'entryId' | 'title' | 'order'>): HeadRecord => ({
    formatVersion: FORMAT_VERSION,
    createdAt: time.now(),
    updatedAt: time.now(),
    componentCount: 0,
    bytes: 0,
    revision: 0,
    commitId: '' as CommitId,
    ...facts,
  })

  const requireHead = (id: WorkspaceId): HeadRecord => {
    const head = index.head(id)
    if (head === undefined) {
      throw new KeepspaceError('notFound', id)
    }
    return head
  }

  const createEntry: Catalogue['createEntry'] = async ({title, id}) => {
    const entryId = (id ?? ids.next()) as EntryId
    assertUsableId(entryId, 'entry')
    let written: EntryRecord | undefined
    await writer.write({
      targetKind: 'entry',
      target: entryId,
      key: entryKey(entryId),
      reason: 'catalogue',
      durability: 'relaxed',
      baseRevision: () => 0,
      build: (stamp) => {
        written = {
          formatVersion: FORMAT_VERSION,
          id: entryId,
          title: cleanTitle(title),
          order: orderBetween(index.entries().findLast(({order}) => isOrder(order))?.order ?? null, null),
          createdAt: time.now(),
          ...stamp,
        }
        return written
      },
    })
    if (written !== undefined) {
      index.putEntry(written)
    }
    return entryId
  }

  const withoutDefault = new Set<EntryId>()
  const giveDefault = async (entryId: EntryId, workspaceId: WorkspaceId) => {
    if (index.entry(entryId)?.defaultWorkspaceId !== undefined || withoutDefault.has(entryId)) {
      return
    }
    withoutDefault.add(entryId)
    try {
      await updateEntry(entryId, (entry) =>
        entry.defaultWorkspaceId === undefined ? {defaultWorkspaceId: workspaceId} : undefined,
      )
    } finally {
      withoutDefault.delete(entryId)
    }
  }

  const createWorkspace: Catalogue['createWorkspace'] = async ({entryId, title, id}) => {
    if (index.entry(entryId) === undefined) {
      throw new KeepspaceError('notFound', entryId)
    }
    const workspaceId = (id ?? ids.next()) as WorkspaceId
    assertUsableId(workspaceId, 'workspace')
    await restored?.assertNew(workspaceId)
    const head = newHead({id: workspaceId, entryId, title: cleanTitle(title), order: lastOrder(entryId)})
    await createHead(head, [])
    await giveDefault(entryId, workspaceId)
    return workspaceId
  }

  const insertWorkspace: CatalogueService['insertWorkspace'] = async ({entryId, title}, fill) => {
    const workspaceId = ids.next() as WorkspaceId
    const head = newHead({id: workspaceId, entryId, title: cleanTitle(title), order: lastOrder(entryId)})
    const records = fill(workspaceId)
    const componentCount = new Set(records.map(({key}) => parseRecordKey(key)?.componentId)).size
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
    await createHead(
      {...head, componentCount, bytes},
      records.map(({key, value}) => ({key, value})),
    )
    await giveDefault(entryId, workspaceId)
    return workspaceId
  }

  const duplicateWorkspace: Catalogue['duplicateWorkspace'] = async (id, title) => {
    if (hot.isHot(id)) {
      await hot.save(id)
    }
    const head = requireHead(id)
    const records = await (await storage()).readPrefix(componentsPrefix(id))
    return createCopy({...head, title: title ?? `${head.title} copy`}, records)
  }

  const createCopy = async (head: HeadRecord, records: readonly StoredRecord[]): Promise<WorkspaceId> => {
    const copyId = ids.next() as WorkspaceId
    const {id} = head
    // Key by key as it is, so that what a later version of the app stores here comes along.
    const puts = records.map(({key, value}) => ({
      key: `${componentsPrefix(copyId)}${key.slice(componentsPrefix(id).length)}`,
      value,
    }))
    const next = index.headsOf(head.entryId).find(({order}) => order > head.order)
    const copy = newHead({
      id: copyId,
      entryId: head.entryId,
      title: cleanTitle(head.title),
      order: orderBetween(head.order, next?.order ?? null),
    })
    return createHead({...copy, ...countComponents(copyId, puts), nextDeadlineMs: head.nextDeadlineMs}, puts)
  }

  const deleteForever = async (head: HeadRecord) => {
    await unloadIfHot(head.id)
    const port = await storage()
    const prefixes = [componentsPrefix(head.id), leavePrefix(head.id), historyPrefix(head.id), alarmsPrefix(head.id)]
    const deletes = (await Promise.all(prefixes.map((prefix) => port.list(prefix)))).flat()
    await writer.write({
      targetKind: 'workspace',
      target: head.id,
      key: headKey(head.id),
      reason: 'catalogue',
      durability: 'relaxed',
      baseRevision: () => index.head(head.id)?.revision ?? head.revision,
      build: () => undefined,
      puts: [{key: goneKey(head.id), value: {revision: head.revision, deletedAt: time.now()}}],
      deletes,
    })
    restored?.deleted(head.id)
    index.dropHead(head.id)
  }

  const deleteEntryForever = async (entry: EntryRecord) => {
    // The entry first: where another tab took it out of the trash this is refused, and its workspaces stay.
    await writer.write({
      targetKind: 'entry',
      target: entry.id,
      key: entryKey(entry.id),
      reason: 'catalogue',
      durability: 'relaxed',
      baseRevision: () => entry.revision,
      build: () => undefined,
      puts: [{key: goneEntryKey(entry.id), value: {revision: entry.revision, deletedAt: time.now()}}],
    })
    try {
      for (const head of index.headsOf(entry.id)) {
        await deleteForever(head)
      }
    } finally {
      index.dropEntry(entry.id)
    }
  }

  const deleteTrashed = async (timeMs: number): Promise<number> => {
    await readAll()
    const isDue = ({trashedAt}: {readonly trashedAt?: number | undefined}) =>
      trashedAt !== undefined && trashedAt <= timeMs
    // What is still open for editing, here, was put there elsewhere: it stays in the trash until it is closed.
    const isFree = ({id}: HeadRecord) => !hot.isEditable(id)
    const entries = index.entries().filter((entry) => isDue(entry) && index.headsOf(entry.id).every(isFree))
    for (const entry of entries) {
      await deleteEntryForever(entry)
    }
    const heads = index.heads().filter((head) => isDue(head) && isFree(head))
    for (const head of heads) {
      await deleteForever(head)
    }
    return entries.length + heads.length
  }

  const readAll = async () => {
    index.beginRead()
    const [heads = [], entries = []] = await (await storage()).read([{prefix: HEAD_PREFIX}, {prefix: ENTRY_PREFIX}])
    index.replaceAll(heads, entries)
  }

  return {
    getSnapshot: index.getSnapshot,
    subscribe: index.subscribe,
    noteHead: index.putHead,
    head: index.head,
    hasEntry: (id) => index.entry(id) !== undefined,
    isDefault: (id) => {
      const head = index.head(id)
      return head !== undefined && index.entry(head.entryId)?.defaultWorkspaceId === id
    },
    trash: {
      deleteBefore: deleteTrashed,
      orphans: async () => {
        const lonely = index.heads().filter(({entryId, trashedAt}) => !index.entry(entryId) && trashedAt === undefined)
        const keys = lonely.map(({entryId}) => ({key: goneEntryKey(entryId)}))
        const gone = keys.length === 0 ? [] : await (await storage()).read(keys)
        return lonely.filter((_, place) => gone[place]?.length === 1).map(({id}) => id)
      },
      moveToTrash: async (id) => {
        await unloadIfHot(id)
        await updateHead(id, {trashedAt: time.now()})
      },
    },
    entryRecords: index.entries,
    resaveEntry: async (entry) => {
      let written = entry
      await writer.write({
        targetKind: 'entry',
        target: entry.id,
        key: entryKey(entry.id),
        reason: 'catalogue',
        durability: 'strict',
        baseRevision: () => 0,
        build: (stamp) => {
          written = {...entry, ...stamp, revision: entry.revision + 1}
          return written
        },
      })
      index.putEntry(written)
    },
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
    createCopy,
    lastOrder,
    headsOf: (entryId) => index.headsOf(entryId).filter(({trashedAt}) => trashedAt === undefined),
    insertWorkspace,
    refresh: async () => {
      try {
        await readAll()
      } catch (error) {
        index.fail(KeepspaceError.from(error).report)
      }
    },
    createEntry,
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
    createWorkspace,
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
      await changeHead(id, {entryId, order: lastOrder(entryId)})
    },
    setWorkspacePinned: (id, isPinned) => changeHead(id, {isPinned}),
    setEntryPinned: (id, isPinned) => updateEntry(id, {isPinned}),
    setDefaultWorkspace: async (id) => updateEntry(requireHead(id).entryId, {defaultWorkspaceId: id}),
    deleteWorkspace: async (id) => {
      await unloadIfHot(id)
      await updateHead(id, {trashedAt: time.now()})
    },
    restoreWorkspace: async (id) => {
      await changeHead(id, {trashedAt: undefined})
      hot.reload(id)
    },
    emptyTrash: async () => {
      await deleteTrashed(Number.POSITIVE_INFINITY)
    },
  }
}

/** The order key that puts `id` before `before`, or last. */
function orderBefore<Id extends string>(
  siblings: readonly {readonly id: Id; readonly order: string}[],
  id: Id,
  before: Id | undefined,
): string {
  const others = siblings.filter((sibling) => sibling.id !== id)
  const position = before === undefined ? others.length : others.findIndex((sibling) => sibling.id === before)
  if (position < 0) {
    throw new KeepspaceError('notFound', before)
  }
  const previous = others.slice(0, position).findLast(({order}) => isOrder(order))?.order ?? null
  // Two tabs may have given the same key; the place behind all of them is the nearest one there is.
  const after = others.slice(position).find(({order}) => isOrder(order) && (previous === null || order > previous))
  return orderBetween(previous, after?.order ?? null)
}

function laterOrder(a: string | null, b: string): string {
  return a === null || b > a ? b : a
}

/** Without control and bidirectional override characters, which could disguise a title. */
function cleanTitle(title: string): string {
  const cleaned = title.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ').trim()
  return cleaned === '' ? 'Untitled' : cleaned.slice(0, MAX_TITLE_UNITS).toWellFormed()
}

/** Keeps heads small, whatever is pasted into a title. */
const MAX_TITLE_UNITS = 200
