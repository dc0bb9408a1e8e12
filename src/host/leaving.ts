import type {AnyComponentDefinition} from '../model/component-definition.ts'
import type {CommitId, IdSource, Revision, WorkspaceId} from '../model/ids.ts'
import {headKey} from '../model/keys.ts'
import type {LeaveRecord} from '../model/last-words.ts'
import {FORMAT_VERSION} from '../model/records.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import {carriedBy} from './carried-records.ts'
import {containedBy, keyOfWords} from './own-words.ts'
import type {Runtime} from './runtime.ts'
import {waitingLeave} from './waiting-words.ts'

/** Up to here last words were there after every way of leaving a page, in UTF-8 bytes of all workspaces together. */
const MAX_LAST_WORDS_BYTES = 1_048_576

/** What leaving needs from the rest. */
export type LeavingContext = {
  readonly tabId: string
  /** The page is going, not only hidden. */
  readonly isLast: boolean
  readonly ids: IdSource
  readonly now: () => number
  /** The storage, if it is open: there is no time to wait for it. */
  readonly storage: () => StoragePort | undefined
  /** Settings that are not written yet. */
  readonly settings: () => readonly StoredRecord[]
  readonly definitions: ReadonlyMap<string, AnyComponentDefinition>
  /** How far a workspace is known to have come, where it is not loaded. */
  readonly known: (id: WorkspaceId) => Revision
}

/**
 * Writes what is unsaved of these workspaces in one go that outlives the page. Synchronous: nothing is read before, the
 * heads are not touched. Whether it landed shows at the next open.
 *
 * @returns the workspaces whose last words were written; the others have nothing unsaved, or storage cannot do it
 */
export function writeLastWords(runtimes: readonly Runtime[], context: LeavingContext): readonly Runtime[] {
  const nowMs = context.now()
  const words = runtimes.flatMap((runtime) => {
    const isLoading = runtime.store.phase === 'loading'
    const record = isLoading
      ? waitingLeave(runtime, {...context, nowMs, known: context.known(runtime.id)})
      : lastWordsOf(runtime, context)
    return record === undefined ? [] : [{runtime, record}]
  })
  const records = [...words.map(({record}) => record), ...context.settings()]
  if (records.length === 0 || !context.storage()?.putNow?.(records, {isLast: context.isLast})) {
    return []
  }
  for (const {runtime, record} of words) {
    runtime.ownLeaves = [...runtime.ownLeaves.filter((key) => key !== record.key), record.key]
    if (runtime.store.phase === 'loading') {
      runtime.waitingToldAt ??= nowMs
    }
  }
  return words.map(({runtime}) => runtime)
}

/**
 * Whether the page may be left now, in any way, and nothing is lost: what is unsaved fits into last words, and storage
 * takes them. A part that cannot be saved and what only memory holds are not safe, nor is what waits for a load: it is
 * written too, but whatever keeps the load waiting may keep that waiting until the page is gone.
 */
export function isSafeToLeave(
  runtimes: readonly Runtime[],
  context: Pick<LeavingContext, 'tabId' | 'ids' | 'now' | 'storage'> & {readonly isStorageFailing: boolean},
): boolean {
  const storage = context.storage()
  if (storage?.isPersistent === false && runtimes.some(({lastSavedAt}) => lastSavedAt !== undefined)) {
    return false
  }
  const unsaved = runtimes.filter(({store}) => store.hasUnsaved())
  if (unsaved.length === 0) {
    return true
  }
  if (context.isStorageFailing || storage?.putNow === undefined || !storage.isPersistent || !unsaved.every(isCarried)) {
    return false
  }
  const words = unsaved.flatMap((runtime) => lastWordsOf(runtime, context) ?? [])
  return new TextEncoder().encode(JSON.stringify(words)).length <= MAX_LAST_WORDS_BYTES
}

/** Whether its last words hold all of it. */
function isCarried({actor, store}: Runtime): boolean {
  const hasFailed = actor?.getSnapshot().matches({hot: 'failed'}) === true
  return store.phase === 'loaded' && !hasFailed && !store.getProblems().some(({kind}) => kind === 'setAside')
}

function lastWordsOf(
  runtime: Runtime,
  {tabId, ids, now}: Pick<LeavingContext, 'tabId' | 'ids' | 'now'>,
): StoredRecord | undefined {
  const {id, store, revision, fence, inDoubt, inFlight} = runtime
  if (store.phase !== 'loaded' || !store.hasUnsaved()) {
    return undefined
  }
  const includesReverted = inDoubt.size > 0 || inFlight !== undefined
  const nowMs = now()
  const capture = store.capture({revision: revision + 1, commitId: ids.next() as CommitId, fence, includesReverted})
  if (capture.isUnchanged) {
    return undefined
  }
  const key = keyOfWords(runtime, tabId, nowMs)
  const value: LeaveRecord = {
    formatVersion: FORMAT_VERSION,
    workspaceId: id,
    tabId,
    leftAt: nowMs,
    baseRevision: revision,
    ownCommitIds: [...inDoubt.keys(), ...(inFlight === undefined ? [] : [inFlight.head.commitId])],
    ...(includesReverted && {carried: carriedBy(runtime)}),
    head: capture.head,
    puts: capture.puts.filter(({key}) => key !== headKey(id)),
    deletes: capture.deletes,
    ...containedBy(runtime, key),
  }
  return {key, value}
}
