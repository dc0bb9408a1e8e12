import type {CommitId, IdSource, Revision, WorkspaceId} from '../model/ids.ts'
import {isEqualJson} from '../model/json.ts'
import {componentsPrefix, ENTRY_PREFIX, HEAD_PREFIX, headKey, PRESET_PREFIX, SETTING_PREFIX} from '../model/keys.ts'
import type {HeadRecord} from '../model/records.ts'
import type {StorageReturn} from '../model/status.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../model/storage-port.ts'
import type {Witness} from '../model/witness.ts'
import {cleanTitle} from '../services/catalogue/titles.ts'
import {asHead} from '../services/codec/record-shapes.ts'
import {isSameContent, revisionOf} from './stored-content.ts'

/** Keeps in one storage what was saved into the memory that stood in for it. */
export type Keeping = {
  readonly status: StorageReturn
  isKept(id: WorkspaceId, revision: Revision): boolean
  /** Stores what is new since the last time. Answers with the workspaces stored; what fails is tried the next time. */
  keep(): Promise<readonly WorkspaceId[]>
}

/** Where one workspace, or one other record, was put. */
type Kept = {
  /** Of what is in memory. */
  readonly revision: Revision
  /** Of what is stored, so that nobody's later version is written over; undefined for what was there before and stays. */
  readonly stored: Revision | undefined
  readonly target: WorkspaceId
}

/**
 * Makes the keeping. Nothing that is stored is written over: each record expects that there is none, or the one that was
 * put there from here. A workspace of which another version is stored, or which storage is known to have lost, is stored
 * beside it under an id of its own.
 */
export function createKeeping(context: {
  readonly ids: IdSource
  readonly witness: Witness
  readonly memory: () => Promise<StoragePort>
  readonly port: StoragePort
  readonly mayWrite: boolean
}): Keeping {
  const {ids, witness, port} = context
  const kept = new Map<string, Kept>()
  /** Keys that were ever put for a workspace, by where it was put. */
  const put = new Map<WorkspaceId, ReadonlySet<string>>()
  /** Ids of workspaces that are stored beside another version. */
  const copies = new Map<WorkspaceId, WorkspaceId>()
  /** Commits of ours, also those whose answer was lost. */
  const own = new Set<CommitId>()
  let status: StorageReturn = {kept: [], copies: [], missing: []}

  /**
   * @param carried - the revision in memory that it stores
   * @returns whether it is stored now. What an earlier commit without an answer has stored is ours to write over, unless
   * it carried the very same.
   */
  const commit = async (
    {expect, deletes}: Pick<CommitGroup, 'expect' | 'deletes'>,
    carried: Revision,
    build: (commitId: CommitId) => readonly StoredRecord[],
  ): Promise<boolean> => {
    for (let {revision} = expect; ; ) {
      const commitId = ids.next() as CommitId
      own.add(commitId)
      const group = {commitId, expect: {...expect, revision}, puts: build(commitId), deletes}
      const [result] = await port.commit([group], {durability: 'strict'})
      if (result?.status !== 'conflict') {
        return result?.status === 'committed'
      }
      if (result.commitId === undefined || !own.has(result.commitId)) {
        return false
      }
      if (result.revision === carried) {
        return true
      }
      revision = result.revision
    }
  }

  const keepRecord = async ({key, value}: StoredRecord): Promise<void> => {
    const revision = revisionOf(value)
    const before = kept.get(key)
    if (before?.revision === revision || (before !== undefined && before.stored === undefined)) {
      return
    }
    const expect = {key, revision: before?.stored ?? 0}
    const isStored = await commit({expect, deletes: []}, revision, (commitId) => [
      {key, value: {...(value as object), commitId}},
    ])
    kept.set(key, {revision, stored: isStored ? revision : undefined, target: '' as WorkspaceId})
  }

  const isLost = ({id}: HeadRecord) => (witness.read().revisions.get(id) ?? 0) > 0

  const putWorkspace = async (
    head: HeadRecord,
    records: readonly StoredRecord[],
    {target, stored = 0}: Pick<Kept, 'stored' | 'target'>,
  ) => {
    const {id, revision} = head
    const moved = records.map(({key, value}) => ({
      key: componentsPrefix(target) + key.slice(componentsPrefix(id).length),
      value,
    }))
    const keys = moved.map(({key}) => key)
    const title = target === id ? head.title : cleanTitle(`${head.title} (my version)`)
    const before = put.get(target) ?? []
    put.set(target, new Set([...before, ...keys]))
    const group = {
      expect: {key: headKey(target), revision: stored},
      deletes: [...before].filter((key) => !keys.includes(key)),
    }
    const isStored = await commit(group, revision, (commitId) => [
      {key: headKey(target), value: {...head, id: target, title, commitId}},
      ...moved,
    ])
    if (isStored) {
      kept.set(headKey(id), {revision, stored: revision, target})
    }
    return isStored
  }

  const isSameAsStored = async ({id}: HeadRecord, records: readonly StoredRecord[]): Promise<boolean> => {
    const stored = await port.readPrefix(componentsPrefix(id))
    return (
      stored.length === records.length &&
      stored.every(({key, value}, index) => key === records[index]?.key && isSameContent(value, records[index]?.value))
    )
  }

  const keepWorkspace = async (id: WorkspaceId): Promise<boolean> => {
    const [[found] = [], records = []] = await (await context.memory()).read([
      {key: headKey(id)},
      {prefix: componentsPrefix(id)},
    ])
    const head = asHead(found?.value)
    const before = kept.get(headKey(id))
    if (head === undefined || before?.revision === head.revision) {
      return false
    }
    if (before !== undefined && (await putWorkspace(head, records, before))) {
      return true
    }
    if (before === undefined && !copies.has(id)) {
      const [[stored] = []] = await port.read([{key: headKey(id)}])
      const {commitId} = Object(stored?.value) as Partial<HeadRecord>
      const isOwn = commitId !== undefined && own.has(commitId)
      if (stored !== undefined && !isOwn && (await isSameAsStored(head, records))) {
        put.set(id, new Set(records.map(({key}) => key)))
        kept.set(headKey(id), {revision: head.revision, stored: revisionOf(stored.value), target: id})
        return false
      }
      const isFree = isOwn || (stored === undefined && !isLost(head))
      if (isFree && (await putWorkspace(head, records, {stored: 0, target: id}))) {
        return true
      }
    }
    // Its id is chosen once: a copy whose answer was lost is not made a second time.
    const copyId = before === undefined ? copies.get(id) : undefined
    const target = copyId ?? (ids.next() as WorkspaceId)
    copies.set(id, target)
    return putWorkspace(head, records, {stored: 0, target})
  }

  /** An emptied storage that only a trace knows of would look like a new one, as soon as anything is written there. */
  const mayWrite = async () => context.mayWrite && !(witness.read().isOnlyTrace && (await port.list('')).length === 0)

  return {
    get status() {
      return status
    },
    isKept: (id, revision) => kept.get(headKey(id))?.revision === revision,
    keep: async () => {
      const memory = await context.memory()
      const [heads = [], ...others] = await memory.read(
        [HEAD_PREFIX, ENTRY_PREFIX, PRESET_PREFIX, SETTING_PREFIX].map((prefix) => ({prefix})),
      )
      const known = heads.flatMap(({value}) => asHead(value) ?? [])
      const stored: WorkspaceId[] = []
      try {
        if (await mayWrite()) {
          for (const record of others.flat()) {
            await keepRecord(record)
          }
          for (const {id} of known) {
            if (await keepWorkspace(id)) {
              stored.push(id)
            }
          }
        }
      } catch {
        // Storage is unwell again: what is missing is named, and tried again.
      }
      const isMissing = ({id, revision}: HeadRecord) => (kept.get(headKey(id))?.revision ?? 0) < revision
      const next: StorageReturn = {
        kept: known.filter((head) => !isMissing(head)).map(({id}) => id),
        copies: known.flatMap(({id}) => {
          const copyId = kept.get(headKey(id))?.target
          return copyId === undefined || copyId === id ? [] : [{id, copyId}]
        }),
        missing: known.filter(isMissing).map(({id}) => id),
      }
      status = isEqualJson(status, next) ? status : next
      return stored
    },
  }
}
