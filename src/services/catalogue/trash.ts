import type {WorkspaceId} from '../../model/ids.ts'
import {
  alarmsPrefix,
  componentsPrefix,
  entryKey,
  goneEntryKey,
  goneKey,
  headKey,
  historyPrefix,
  leavePrefix,
  previousPrefix,
} from '../../model/keys.ts'
import type {EntryRecord, HeadRecord} from '../../model/records.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import type {Time} from '../../model/time.ts'
import type {BackgroundWriter} from '../writing/background-writer.ts'
import type {CatalogueIndex} from './catalogue-index.ts'

/** What leaves the catalogue for good. */
export type Trash = {
  /** Deletes for good what was put into the trash until then. Answers how many. */
  deleteBefore(timeMs: number): Promise<number>
  /** Workspaces whose entry was deleted for good without them, because that was interrupted. */
  orphans(): Promise<readonly WorkspaceId[]>
  moveToTrash(id: WorkspaceId): Promise<void>
}

/** Deletes under compare-and-set; a mark stays behind, so that no other tab brings back what is gone. */
export function createTrash(options: {
  readonly index: CatalogueIndex
  readonly storage: () => Promise<StoragePort>
  readonly writer: BackgroundWriter
  readonly time: Time
  readonly readAll: () => Promise<void>
  readonly isEditable: (id: WorkspaceId) => boolean
  readonly unloadIfHot: (id: WorkspaceId) => Promise<void>
  /** Puts a workspace that is not in memory into the trash. */
  readonly setTrashed: (id: WorkspaceId) => Promise<void>
  readonly deleted: (id: WorkspaceId) => void
}): Trash {
  const {index, storage, writer, time, readAll, isEditable, unloadIfHot, setTrashed, deleted} = options

  const deleteForever = async (head: HeadRecord) => {
    await unloadIfHot(head.id)
    const port = await storage()
    const prefixes = [componentsPrefix, leavePrefix, historyPrefix, previousPrefix, alarmsPrefix]
    const deletes = (await Promise.all(prefixes.map((prefixOf) => port.list(prefixOf(head.id))))).flat()
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
    deleted(head.id)
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

  const deleteBefore: Trash['deleteBefore'] = async (timeMs) => {
    await readAll()
    const isDue = ({trashedAt}: {readonly trashedAt?: number | undefined}) =>
      trashedAt !== undefined && trashedAt <= timeMs
    // What is still open for editing, here, was put there elsewhere: it stays in the trash until it is closed.
    const isFree = ({id}: HeadRecord) => !isEditable(id)
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

  return {
    deleteBefore,
    orphans: async () => {
      const lonely = index.heads().filter(({entryId, trashedAt}) => !index.entry(entryId) && trashedAt === undefined)
      const keys = lonely.map(({entryId}) => ({key: goneEntryKey(entryId)}))
      const gone = keys.length === 0 ? [] : await (await storage()).read(keys)
      return lonely.filter((_, place) => gone[place]?.length === 1).map(({id}) => id)
    },
    moveToTrash: async (id) => {
      await unloadIfHot(id)
      await setTrashed(id)
    },
  }
}
