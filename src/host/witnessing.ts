import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {Revision, WorkspaceId} from '../model/ids.ts'
import {goneKey, headKey} from '../model/keys.ts'
import type {RestoreStatus} from '../model/status.ts'
import type {StoragePort} from '../model/storage-port.ts'
import type {Testimony, Witness} from '../model/witness.ts'
import type {CatalogueService} from '../services/catalogue/catalogue.ts'

/** What comparing storage with a second place needs from the rest. */
export type WitnessingContext = {
  readonly witness: Witness
  readonly storage: () => Promise<StoragePort>
  readonly catalogue: Pick<CatalogueService, 'refresh' | 'head' | 'getSnapshot'>
  readonly emit: (event: KeepspaceEvent) => void
  readonly changed: () => void
}

/** Compares what is found in storage with what a second place knows, so that emptied is never taken for new. */
export type Witnessing = {
  readonly status: RestoreStatus
  /** Reads the catalogue again and compares. Answers with what is gone and was not known to be. */
  refresh(): Promise<readonly WorkspaceId[]>
  /** How far a workspace is known to have come, 0 when nothing is known. Ask before storage is read. */
  known(id: WorkspaceId): Revision
  /** A workspace was read, and has this revision; `known` was asked before. */
  compare(id: WorkspaceId, known: Revision, found: Revision): void
  /**
   * Refuses a workspace that is to be made although it is known to have been stored.
   *
   * @throws {@link KeepspaceError} `storage.emptied`
   */
  assertNew(id: WorkspaceId, known: Revision): Promise<void>
  /** Whether storage holds neither the workspace nor a word that a person deleted it. */
  isGone(id: WorkspaceId): Promise<boolean>
  /** A workspace is stored with this revision. */
  noteStored(id: WorkspaceId, revision: Revision): void
  noteDeleted(id: WorkspaceId): void
  /** A workspace in memory was found gone from storage. */
  noteGone(id: WorkspaceId): void
  /** It is stored again: whatever was said about it is over. */
  noteRestored(id: WorkspaceId): void
  /** What is gone is accepted as gone: from now on it may be made anew. */
  accept(): void
}

/**
 * The witness as long as there is something to bear witness to: memory that stands in for a missing storage is neither
 * remembered nor compared with what is.
 */
export function witnessOfPersistent(witness: Witness, storage: {readonly isPersistent: boolean}): Witness {
  return {
    read: () => (storage.isPersistent ? witness.read() : {revisions: new Map(), isOnlyTrace: false}),
    note: (id, revision) => (storage.isPersistent ? witness.note(id, revision) : undefined),
    settle: (id, revision) => (storage.isPersistent ? witness.settle(id, revision) : undefined),
    clear: witness.clear,
  }
}

/** Makes the comparison for one scope of one storage. */
export function createWitnessing(context: WitnessingContext): Witnessing {
  const {witness, storage, catalogue, emit} = context
  const emptied = new Map<WorkspaceId, Revision>()
  const reported = new Set<WorkspaceId>()
  const regressed = new Map<WorkspaceId, Revision>()
  let isEverythingGone = false
  let isTraceAccepted = false
  let status: RestoreStatus = {emptied: [], isEverythingGone: false, emptiedCount: 0, regressedCount: 0}

  const update = () => {
    status = {
      emptied: [...emptied.keys()].sort(),
      isEverythingGone,
      emptiedCount: reported.size,
      regressedCount: regressed.size,
    }
    context.changed()
  }

  const report = (lost: readonly (readonly [WorkspaceId, Revision])[], isAll: boolean) => {
    const isNews = lost.some(([id]) => !reported.has(id)) || (isAll && !isEverythingGone)
    isEverythingGone = isAll
    for (const [id, revision] of lost) {
      emptied.set(id, revision)
      reported.add(id)
    }
    if (isNews) {
      emit({type: 'restore.emptied', workspaceIds: lost.map(([id]) => id), isEverythingGone: isAll})
    }
    update()
  }

  const areDeleted = async (ids: readonly WorkspaceId[]): Promise<readonly boolean[]> => {
    const found = await (await storage()).read(ids.map((id) => ({key: goneKey(id)})))
    return ids.map((_, index) => (found[index]?.length ?? 0) > 0)
  }

  /** Neither stored nor deleted by a person. */
  const isGone = async (id: WorkspaceId): Promise<boolean> => {
    const [heads, gone] = await (await storage()).read([{key: headKey(id)}, {key: goneKey(id)}])
    return heads?.length === 0 && gone?.length === 0
  }

  const compare = (id: WorkspaceId, known: Revision, found: Revision) => {
    if (found < known && regressed.get(id) !== known) {
      regressed.set(id, known)
      emit({type: 'restore.regressed', workspaceId: id, foundRevision: found, knownRevision: known})
      // Said and counted; what is stored now is what every later save builds on.
      witness.settle(id, found)
      update()
    }
    if (emptied.delete(id)) {
      isEverythingGone = false
      update()
    }
  }

  /** What is known and neither stored nor deleted. */
  const missing = async (revisions: Testimony['revisions']) => {
    const unreadable = new Set(catalogue.getSnapshot().unreadable)
    const absent = [...revisions].filter(([id]) => catalogue.head(id) === undefined && !unreadable.has(headKey(id)))
    const deleted = absent.length === 0 ? [] : await areDeleted(absent.map(([id]) => id))
    for (const [id] of absent.filter((_, index) => deleted[index])) {
      witness.settle(id, 0)
    }
    return absent.filter((_, index) => !deleted[index])
  }

  /** Heads, entries and everything else: a storage in which a person deleted all workspaces still holds something. */
  const holdsNothing = async () => (await (await storage()).list('')).length === 0

  return {
    get status() {
      return status
    },
    refresh: async () => {
      // Asked before storage is read: what another tab saves meanwhile must not look like a loss.
      const {revisions, isOnlyTrace} = witness.read()
      const {workspaces, trashedWorkspaces} = catalogue.getSnapshot()
      const before = [...workspaces, ...trashedWorkspaces].map(
        ({id}) => [id, catalogue.head(id)?.revision ?? 0] as const,
      )
      await catalogue.refresh()
      const port = await storage()
      if (catalogue.getSnapshot().phase !== 'ready' || !port.isPersistent) {
        return []
      }
      for (const [id, known] of revisions) {
        const found = catalogue.head(id)?.revision
        if (found !== undefined) {
          compare(id, known, found)
        }
      }
      const lost = await missing(new Map([...before, ...revisions]))
      const hasTrace = isOnlyTrace && !isTraceAccepted
      const isAll = (lost.length > 0 || hasTrace) && (await holdsNothing())
      if (lost.length > 0 || isAll) {
        report(lost, isAll)
      }
      return lost.map(([id]) => id)
    },
    known: (id) => Math.max(witness.read().revisions.get(id) ?? 0, catalogue.head(id)?.revision ?? 0),
    compare,
    assertNew: async (id, known) => {
      if (!(await storage()).isPersistent) {
        return
      }
      const isLost = emptied.has(id) || (known > 0 && (await isGone(id)))
      if (isLost) {
        report([[id, Math.max(known, emptied.get(id) ?? 0)]], isEverythingGone)
      }
      if (isLost || (isEverythingGone && emptied.size === 0)) {
        throw new KeepspaceError('storage.emptied', id)
      }
    },
    isGone,
    noteStored: (id, revision) => witness.note(id, revision),
    noteDeleted: (id) => witness.settle(id, 0),
    noteGone: (id) => report([[id, witness.read().revisions.get(id) ?? 0]], isEverythingGone),
    noteRestored: (id) => {
      if (emptied.delete(id)) {
        isEverythingGone = false
        update()
      }
    },
    accept: () => {
      for (const id of emptied.keys()) {
        witness.settle(id, 0)
      }
      if (isEverythingGone) {
        witness.clear()
      }
      emptied.clear()
      isEverythingGone = false
      isTraceAccepted = true
      update()
    },
  }
}
