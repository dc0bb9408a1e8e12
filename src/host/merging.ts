import {KeepspaceError} from '../model/errors.ts'
import type {CommitId, IdSource} from '../model/ids.ts'
import {componentsPrefix, headKey, historyKey} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import type {Capture} from '../services/memory-store/capture.ts'
import type {Runtime} from './runtime.ts'
import {isSameContent, revisionOf} from './stored-content.ts'

/** What another tab has left. */
type Stored = {readonly head: HeadRecord; readonly records: readonly StoredRecord[]}

/**
 * After a refused commit: takes over what another tab stored, if nothing of it was changed here too. Our own changes
 * stay, based on the newer revision from now on.
 *
 * @returns false when both changed the same record: a real conflict, nothing is touched
 * @throws {@link KeepspaceError} the codes of {@link StoragePort.read} | `notFound` when the workspace was deleted
 */
export async function rebase(runtime: Runtime, port: StoragePort): Promise<boolean> {
  const stored = await readStored(runtime, port)
  if (overlapOf(runtime, captureNow(runtime), stored).length > 0) {
    return false
  }
  take(runtime, stored)
  return true
}

/** Follows another tab that committed, unless it changed what is unsaved here: then the next save finds the conflict. */
export async function follow(runtime: Runtime, port: StoragePort): Promise<HeadRecord | undefined> {
  if (runtime.inFlight !== undefined || runtime.store.phase !== 'loaded') {
    return undefined
  }
  const stored = await readStored(runtime, port)
  // A commit of our own may have begun meanwhile; its answer tells more than this look.
  if (runtime.inFlight !== undefined || runtime.store.phase !== 'loaded' || stored.head.revision <= runtime.revision) {
    return undefined
  }
  if (overlapOf(runtime, captureNow(runtime), stored).length > 0) {
    return undefined
  }
  take(runtime, stored)
  return stored.head
}

/** What is unsaved at this moment, only to be compared: an edit that came during a read counts like any other. */
function captureNow(runtime: Runtime): Capture {
  const includesReverted = runtime.inDoubt.size > 0
  return runtime.store.capture({revision: runtime.revision + 1, commitId: '' as CommitId, includesReverted})
}

/**
 * Settles a conflict. `mine`: the next save writes this tab's version; what it replaces goes into the history with that
 * same commit. `theirs`: this tab's version goes into the history now, and the stored one is loaded afterwards.
 *
 * @throws {@link KeepspaceError} the codes of the port; the conflict stays, nothing is lost
 */
export async function settleConflict(
  runtime: Runtime,
  choice: 'mine' | 'theirs',
  port: StoragePort,
  ids: IdSource,
): Promise<void> {
  const commitId = ids.next() as CommitId
  const stored = await readStored(runtime, port)
  const capture = captureNow(runtime)
  const overlap = overlapOf(runtime, capture, stored)
  if (choice === 'mine') {
    runtime.historyPuts.push(...overlap.map((record) => inHistory(runtime, commitId, record)))
    take(runtime, stored)
    return
  }
  // What is typed from now on belongs to the version that is about to be loaded.
  runtime.store.beginLoad()
  const mine = capture.puts.filter(({key}) => key !== headKey(runtime.id))
  const puts = mine.map((record) => inHistory(runtime, commitId, record))
  const [first] = puts
  if (first !== undefined) {
    const group = {commitId, expect: {key: first.key, revision: 0}, puts, deletes: []}
    try {
      await port.commit([group], {durability: 'strict'})
    } catch (error) {
      runtime.store.cancelLoad()
      throw error
    }
  }
}

function inHistory(runtime: Runtime, name: string, {key, value}: StoredRecord): StoredRecord {
  return {key: historyKey(runtime.id, name, key), value}
}

function take(runtime: Runtime, stored: Stored): void {
  runtime.fence = stored.head.fence ?? 0
  runtime.store.merge(stored, {keepsReverted: runtime.inDoubt.size > 0})
  runtime.revision = stored.head.revision
  runtime.lastSavedAt = stored.head.updatedAt
  runtime.level = 'onDevice'
}

async function readStored({id}: Runtime, port: StoragePort): Promise<Stored> {
  const [heads = [], records = []] = await port.read([{key: headKey(id)}, {prefix: componentsPrefix(id)}])
  const head = asHead(heads[0]?.value)
  if (head === undefined) {
    throw new KeepspaceError('revision.conflict', `${id} was deleted or damaged elsewhere`)
  }
  return {head, records}
}

/** The stored records that somebody else changed since our base and that we changed too, differently. */
function overlapOf(runtime: Runtime, capture: Capture, stored: Stored): readonly StoredRecord[] {
  const current = new Map(stored.records.map((record) => [record.key, record]))
  const ours: readonly StoredRecord[] = [
    ...capture.puts.filter(({key}) => key !== headKey(runtime.id)),
    ...capture.deletes.map((key) => ({key, value: undefined})),
  ]
  return ours.flatMap(({key, value}) => {
    const theirs = current.get(key)
    return theirs === undefined || revisionOf(theirs.value) <= runtime.revision || isSameContent(theirs.value, value)
      ? []
      : [theirs]
  })
}
