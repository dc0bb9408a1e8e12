import {KeepspaceError} from '../model/errors.ts'
import type {CommitId, IdSource, Revision} from '../model/ids.ts'
import {headKey, historyKey} from '../model/keys.ts'
import type {HeadRecord, LeaveRecord} from '../model/records.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asLeave} from '../services/codec/record-shapes.ts'
import {countComponents} from '../services/memory-store/hydrate.ts'
import {isSameContent, revisionOf} from './stored-content.ts'

/** What was found of one workspace in one consistent view. */
export type StoredWorkspace = {
  readonly head: HeadRecord | undefined
  readonly records: readonly StoredRecord[]
  readonly leaves: readonly StoredRecord[]
}

/** What a replay did. */
export type Replay = {
  readonly replayed: number
  /** Records that somebody else had changed since: kept in the history, not applied. */
  readonly kept: number
}

/**
 * Makes the last words of tabs that were left part of the workspace, under compare-and-set, oldest first. What was
 * changed by nobody else since is applied; the rest is kept in the history. The words are removed by the same commit.
 *
 * @throws {@link KeepspaceError} `revision.conflict` when another tab commits meanwhile: look again. Otherwise the codes
 * of {@link StoragePort.commit}; nothing is lost, the words stay.
 */
export async function replayLastWords(stored: StoredWorkspace, port: StoragePort, ids: IdSource): Promise<Replay> {
  const leaves = stored.leaves
    .flatMap(({key, value}) => {
      const leave = asLeave(value)
      return leave === undefined ? [] : [{key, leave}]
    })
    .sort((a, b) => a.leave.leftAt - b.leave.leftAt)
  const [first] = leaves
  if (first === undefined) {
    return {replayed: 0, kept: 0}
  }
  const {group, kept} = groupFor(first.key, first.leave, stored, ids.next() as CommitId)
  const [result] = await port.commit([group], {durability: 'strict'})
  if (result?.status !== 'committed') {
    throw new KeepspaceError('revision.conflict', `replaying ${first.key}`)
  }
  return {replayed: 1, kept}
}

function groupFor(
  key: string,
  leave: LeaveRecord,
  stored: StoredWorkspace,
  commitId: CommitId,
): {readonly group: CommitGroup; readonly kept: number} {
  const base = stored.head?.revision ?? 0
  const revision = base + 1
  const isOwn =
    leave.baseRevision === base || (stored.head !== undefined && leave.ownCommitIds.includes(stored.head.commitId))
  const current = new Map(stored.records.map((record) => [record.key, record.value]))
  const isFree = (recordKey: string, value: unknown): boolean =>
    isOwn || revisionOf(current.get(recordKey)) <= leave.baseRevision || isSameContent(current.get(recordKey), value)
  const free = leave.puts.filter(({key: recordKey, value}) => isFree(recordKey, value))
  const lost = leave.puts.filter(({key: recordKey, value}) => !isFree(recordKey, value))
  const freed = leave.deletes.filter((recordKey) => isFree(recordKey, undefined))
  const before = isOwn ? leave.head : (stored.head ?? leave.head)
  const counts = countComponents(leave.workspaceId, after(current, free, freed))
  const head: HeadRecord = {...before, ...counts, revision, commitId}
  return {
    kept: lost.length,
    group: {
      commitId,
      expect: {key: headKey(leave.workspaceId), revision: base},
      puts: [
        {key: headKey(leave.workspaceId), value: head},
        ...free.map((record) => withRevision(record, revision)),
        ...lost.map((record) => ({key: historyKey(leave.workspaceId, commitId, record.key), value: record.value})),
      ],
      deletes: [key, ...freed],
    },
  }
}

/** The records once `puts` and `deletes` are part of them. */
function after(
  current: ReadonlyMap<string, unknown>,
  puts: readonly StoredRecord[],
  deletes: readonly string[],
): readonly StoredRecord[] {
  const records = new Map(current)
  for (const {key, value} of puts) {
    records.set(key, value)
  }
  for (const key of deletes) {
    records.delete(key)
  }
  return [...records].map(([key, value]) => ({key, value}))
}

function withRevision({key, value}: StoredRecord, revision: Revision): StoredRecord {
  return {key, value: {...(value as object), revision}}
}
