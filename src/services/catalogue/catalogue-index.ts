import type {ErrorReport} from '../../model/errors.ts'
import type {EntryId, WorkspaceId} from '../../model/ids.ts'
import type {EntryRecord, HeadRecord} from '../../model/records.ts'
import type {CatalogueSnapshot, EntryInfo, WorkspaceInfo} from '../../model/status.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {asEntry, asHead} from '../codec/record-shapes.ts'
import {createEmitter} from '../emitter.ts'

/** The heads and entries that are stored, in memory. Small: lists are made from it without opening a workspace. */
export type CatalogueIndex = {
  getSnapshot(): CatalogueSnapshot
  subscribe(listener: () => void): () => void
  head(id: WorkspaceId): HeadRecord | undefined
  entry(id: EntryId): EntryRecord | undefined
  /** In order, trashed ones included. */
  headsOf(entryId: EntryId): readonly HeadRecord[]
  /** In order, trashed ones included. */
  entries(): readonly EntryRecord[]
  heads(): readonly HeadRecord[]
  /** Storage is about to be read: what is saved from now on is newer than what {@link CatalogueIndex.replaceAll} brings. */
  beginRead(): void
  replaceAll(heads: readonly StoredRecord[], entries: readonly StoredRecord[]): void
  fail(error: ErrorReport): void
  putHead(head: HeadRecord): void
  putEntry(entry: EntryRecord): void
  dropHead(id: WorkspaceId): void
  dropEntry(id: EntryId): void
}

const emptySnapshot: CatalogueSnapshot = {
  phase: 'loading',
  error: undefined,
  entries: [],
  workspaces: [],
  trashedEntries: [],
  trashedWorkspaces: [],
  unreadable: [],
}

/** Makes an index that has not been read yet. */
export function createCatalogueIndex(): CatalogueIndex {
  const heads = new Map<WorkspaceId, HeadRecord>()
  const entries = new Map<EntryId, EntryRecord>()
  const putSinceRead = new Set<WorkspaceId>()
  const changed = createEmitter<[]>()
  let unreadable: readonly string[] = []
  let phase: CatalogueSnapshot['phase'] = 'loading'
  let error: ErrorReport | undefined
  let snapshot: CatalogueSnapshot | undefined = emptySnapshot

  const change = () => {
    snapshot = undefined
    changed.emit()
  }
  const sortedEntries = () => [...entries.values()].sort(byOrder)
  const headsOf = (entryId: EntryId) => [...heads.values()].filter((head) => head.entryId === entryId).sort(byOrder)

  return {
    getSnapshot: () => {
      snapshot ??= build({phase, error, unreadable, entries: sortedEntries(), heads: [...heads.values()]})
      return snapshot
    },
    subscribe: changed.add,
    head: (id) => heads.get(id),
    entry: (id) => entries.get(id),
    headsOf,
    entries: sortedEntries,
    heads: () => [...heads.values()],
    replaceAll: (headRecords, entryRecords) => {
      const before = [...heads.values()]
      heads.clear()
      entries.clear()
      const bad: string[] = []
      for (const {key, value} of headRecords) {
        const head = asHead(value)
        head === undefined ? bad.push(key) : heads.set(head.id, head)
      }
      for (const {key, value} of entryRecords) {
        const entry = asEntry(value)
        entry === undefined ? bad.push(key) : entries.set(entry.id, entry)
      }
      for (const head of before) {
        // Saved by this tab while storage was being read: newer than what the read saw.
        if (putSinceRead.has(head.id) && (heads.get(head.id)?.revision ?? 0) < head.revision) {
          heads.set(head.id, head)
        }
      }
      unreadable = bad
      phase = 'ready'
      error = undefined
      change()
    },
    fail: (report) => {
      phase = 'failed'
      error = report
      change()
    },
    beginRead: () => putSinceRead.clear(),
    putHead: (head) => {
      putSinceRead.add(head.id)
      heads.set(head.id, head)
      change()
    },
    putEntry: (entry) => {
      entries.set(entry.id, entry)
      change()
    },
    dropHead: (id) => {
      putSinceRead.delete(id)
      heads.delete(id)
      change()
    },
    dropEntry: (id) => {
      entries.delete(id)
      change()
    },
  }
}

function byOrder(a: {order: string; id: string}, b: {order: string; id: string}): number {
  if (a.order !== b.order) {
    return a.order < b.order ? -1 : 1
  }
  return a.id < b.id ? -1 : 1
}

function build(facts: {
  readonly phase: CatalogueSnapshot['phase']
  readonly error: ErrorReport | undefined
  readonly unreadable: readonly string[]
  readonly entries: readonly EntryRecord[]
  readonly heads: readonly HeadRecord[]
}): CatalogueSnapshot {
  const entryOf = new Map(facts.entries.map((entry) => [entry.id, entry]))
  const isEntryTrashed = (head: HeadRecord) => entryOf.get(head.entryId)?.trashedAt !== undefined
  const entryRank = new Map(facts.entries.map(({id}, index) => [id, index]))
  const inOrder = facts.heads.toSorted(
    (a, b) => (entryRank.get(a.entryId) ?? -1) - (entryRank.get(b.entryId) ?? -1) || byOrder(a, b),
  )
  const counts = new Map<EntryId, number>()
  for (const {entryId, trashedAt} of facts.heads) {
    counts.set(entryId, (counts.get(entryId) ?? 0) + (trashedAt === undefined ? 1 : 0))
  }
  const workspaceInfos = inOrder.map((head) => ({head, info: workspaceInfo(head, entryOf.get(head.entryId))}))
  const entryInfos = facts.entries.map((entry) => entryInfo(entry, counts.get(entry.id) ?? 0))
  return {
    phase: facts.phase,
    error: facts.error,
    unreadable: facts.unreadable,
    entries: entryInfos.filter(({trashedAt}) => trashedAt === undefined),
    trashedEntries: entryInfos.filter(({trashedAt}) => trashedAt !== undefined),
    workspaces: workspaceInfos
      .filter(({head}) => head.trashedAt === undefined && !isEntryTrashed(head))
      .map(({info}) => info),
    trashedWorkspaces: workspaceInfos
      .filter(({head}) => head.trashedAt !== undefined && !isEntryTrashed(head))
      .map(({info}) => info),
  }
}

function workspaceInfo(head: HeadRecord, entry: EntryRecord | undefined): WorkspaceInfo {
  return {
    id: head.id,
    entryId: head.entryId,
    title: head.title,
    isDefault: entry?.defaultWorkspaceId === head.id,
    createdAt: head.createdAt,
    updatedAt: head.updatedAt,
    trashedAt: head.trashedAt,
    componentCount: head.componentCount,
    bytes: head.bytes,
    isPinned: head.isPinned === true,
    nextDeadlineMs: head.nextDeadlineMs,
  }
}

function entryInfo(entry: EntryRecord, workspaceCount: number): EntryInfo {
  return {
    id: entry.id,
    title: entry.title,
    createdAt: entry.createdAt,
    trashedAt: entry.trashedAt,
    defaultWorkspaceId: entry.defaultWorkspaceId,
    workspaceCount,
    isPinned: entry.isPinned === true,
  }
}
