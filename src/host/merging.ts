import {KeepspaceError} from '../model/errors.ts'
import type {CommitId} from '../model/ids.ts'
import {componentsPrefix, headKey, isOperationsKey, parseRecordKey, STATE_RECORD} from '../model/keys.ts'
import {FORMAT_VERSION, type HeadRecord} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import type {Capture} from '../services/memory-store/capture.ts'
import {carriedBy, isCarried} from './carried-records.ts'
import type {Runtime} from './runtime.ts'
import {isSameContent, revisionOf, type Stored} from './stored-content.ts'

/** A record that both changed, differently. `value` is undefined for one that was deleted here. */
export type Overlap = {readonly key: string; readonly mine: unknown; readonly theirs: unknown}

/** What both sides made of a workspace. `stored` is undefined when it was deleted for good. */
export type Difference = {
  readonly stored: Stored | undefined
  readonly capture: Capture
  readonly overlap: readonly Overlap[]
}

/**
 * What is unsaved here beside what is stored.
 *
 * @throws {@link KeepspaceError} the codes of {@link StoragePort.read} | `record.corrupt` | `record.newer`
 */
export async function compareWithStored(runtime: Runtime, port: StoragePort): Promise<Difference> {
  const stored = await readStored(runtime, port)
  const capture = captureNow(runtime)
  return {stored, capture, overlap: stored === undefined ? [] : overlapOf(runtime, capture, stored)}
}

/**
 * Takes over what another tab stored, except what was changed here. Our own changes stay, based on the newer revision
 * from now on.
 */
export function take(runtime: Runtime, stored: Stored): void {
  // What both changed alike is ours too, and nobody knows whether the other tab flushed it to disk.
  runtime.hasRelaxedCommit ||= runtime.store.hasUnsaved()
  runtime.fence = stored.head.fence ?? 0
  runtime.conflict = undefined
  runtime.holdsContested = false
  runtime.store.merge(stored, {keepsReverted: runtime.inDoubt.size > 0})
  runtime.revision = stored.head.revision
  runtime.lastSavedAt = stored.head.updatedAt
  runtime.level = 'onDevice'
}

/** Follows another tab that committed, unless it changed what is unsaved here: then the next save finds the conflict. */
export async function follow(runtime: Runtime, port: StoragePort): Promise<HeadRecord | undefined> {
  const isFree = () => runtime.inFlight === undefined && runtime.store.phase === 'loaded'
  if (!isFree()) {
    return undefined
  }
  const {stored, overlap} = await compareWithStored(runtime, port)
  // A commit of our own may have begun meanwhile; its answer tells more than this look.
  if (!isFree() || stored === undefined || stored.head.revision <= runtime.revision) {
    return undefined
  }
  if (overlap.length > 0) {
    noteConflict(runtime, stored)
    return undefined
  }
  take(runtime, stored)
  return stored.head
}

/** Keeps what the other side of a conflict looks like, to be read until one of them is chosen. */
export function noteConflict(runtime: Runtime, stored: Stored | undefined): void {
  runtime.conflict = {stored}
}

/** What is unsaved at this moment, only to be compared: an edit that came during a read counts like any other. */
export function captureNow(runtime: Runtime): Capture {
  return runtime.store.capture(stampFor(runtime))
}

/** {@link captureNow} for a view: nothing changes by looking. */
export function peekNow(runtime: Runtime): Capture {
  return runtime.store.peek(stampFor(runtime))
}

const stampFor = ({revision, inDoubt}: Runtime) => ({
  revision: revision + 1,
  commitId: '' as CommitId,
  includesReverted: inDoubt.size > 0,
})

async function readStored({id}: Runtime, port: StoragePort): Promise<Stored | undefined> {
  const [heads = [], records = []] = await port.read([{key: headKey(id)}, {prefix: componentsPrefix(id)}])
  const value = heads[0]?.value
  if (value === undefined) {
    return undefined
  }
  const head = asHead(value)
  if (head === undefined) {
    throw new KeepspaceError('record.corrupt', `head of workspace ${id}`)
  }
  if (head.formatVersion > FORMAT_VERSION) {
    throw new KeepspaceError('record.newer', `workspace ${id}`)
  }
  return {head, records}
}

/** The records that somebody else changed since our base and that we changed too, differently. A merge keeps all started work. */
export function overlapOf(runtime: Runtime, capture: Capture, stored: Stored): readonly Overlap[] {
  const current = new Map(stored.records.map(({key, value}) => [key, value]))
  const ours: readonly StoredRecord[] = [
    ...capture.puts.filter(({key}) => key !== headKey(runtime.id)),
    ...capture.deletes.map((key) => ({key, value: undefined})),
  ]
  const carried = carriedBy(runtime)
  const both = ours.flatMap(({key, value: mine}) => {
    const theirs = current.get(key)
    return theirs === undefined ||
      isOperationsKey(key) ||
      revisionOf(theirs) <= runtime.revision ||
      isSameContent(theirs, mine) ||
      isCarried(carried, key, theirs)
      ? []
      : [{key, mine, theirs}]
  })
  // Of last words it is not known what they were made from.
  return both.length === 0 || runtime.holdsContested ? both : withoutApart(runtime, both)
}

/** A merge keeps both sides of a state of which each changed something else. */
function withoutApart(runtime: Runtime, both: readonly Overlap[]): readonly Overlap[] {
  const apart = runtime.store.changedApart(both.map(({key, theirs}) => ({key, value: theirs})))
  return both.filter(({key}) => {
    const parsed = parseRecordKey(key)
    return parsed === undefined || parsed.record !== STATE_RECORD || !apart.has(parsed.componentId)
  })
}
