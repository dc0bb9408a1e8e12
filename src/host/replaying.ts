import {KeepspaceError} from '../model/errors.ts'
import type {CommitId, IdSource, Revision, WorkspaceId} from '../model/ids.ts'
import {headKey, historyKey, parseRecordKey} from '../model/keys.ts'
import {FORMAT_VERSION, type HeadRecord, type LeaveRecord} from '../model/records.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asHead, asLeave} from '../services/codec/record-shapes.ts'
import {countComponents, readCells} from '../services/memory-store/hydrate.ts'
import type {WordsInMemory} from '../services/memory-store/last-words.ts'
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
  /** As it is stored now, when anything was replayed. */
  readonly head: HeadRecord | undefined
}

/**
 * Makes the last words of tabs that were left part of the workspace, under compare-and-set, oldest first. What was
 * changed by nobody else since is applied; the rest is kept in the history. The words are removed by the same commit.
 *
 * @throws {@link KeepspaceError} `revision.conflict` when another tab commits meanwhile: look again. Otherwise the codes
 * of {@link StoragePort.commit}; nothing is lost, the words stay.
 */
export async function replayLastWords(stored: StoredWorkspace, port: StoragePort, ids: IdSource): Promise<Replay> {
  const [first] = leavesOf(stored)
  if (first === undefined) {
    return {replayed: 0, kept: 0, head: undefined}
  }
  const {group, kept, head} = groupFor(first.key, first.leave, stored, ids.next() as CommitId)
  const [result] = await port.commit([group], {durability: 'strict'})
  if (result?.status !== 'committed') {
    throw new KeepspaceError('revision.conflict', `replaying ${first.key}`)
  }
  return {replayed: 1, kept, head}
}

type Leave = {readonly key: string; readonly leave: LeaveRecord}

/** Readable last words, oldest first; without those that later words already contain. */
function leavesOf({leaves}: StoredWorkspace): readonly Leave[] {
  const readable = leaves.flatMap(({key, value}) => {
    const leave = asLeave(value)
    // Words in a newer format may mean something else; whoever wrote them will replay them.
    return leave === undefined || leave.formatVersion > FORMAT_VERSION ? [] : [{key, leave}]
  })
  const contained = new Set(readable.flatMap(({leave}) => leave.contains ?? []))
  return readable.filter(({key}) => !contained.has(key)).sort((a, b) => a.leave.leftAt - b.leave.leftAt)
}

/** Last words that storage does not take now: what they make of the workspace, to be shown and saved as edits. */
export type HeldWords = WordsInMemory & {
  readonly head: HeadRecord
  /** Where they are stored, to be removed by the commit that carries them. */
  readonly leaveKeys: readonly string[]
  /** What had lost against another tab, for the history. */
  readonly historyPuts: readonly StoredRecord[]
}

/**
 * What {@link replayLastWords} would make of the workspace, without writing it.
 *
 * @returns undefined when a part of the words is damaged: then only storage may keep them, byte for byte
 */
export function holdLastWords(stored: StoredWorkspace, ids: IdSource): HeldWords | undefined {
  const leaves = leavesOf(stored)
  let {head, records} = stored
  const changed: string[] = []
  const historyPuts: StoredRecord[] = []
  for (const {key, leave} of leaves) {
    const {group} = groupFor(key, leave, {...stored, head, records}, ids.next() as CommitId)
    const words = group.puts.filter(({key: putKey}) => parseRecordKey(putKey) !== undefined)
    const removed = group.deletes.filter((deleted) => parseRecordKey(deleted) !== undefined)
    head = asHead(group.puts[0]?.value)
    records = after(new Map(records.map((record) => [record.key, record.value])), words, removed)
    changed.push(...words.map((word) => word.key), ...removed)
    historyPuts.push(...group.puts.slice(1).filter((put) => !words.includes(put)))
  }
  if (head === undefined || hasDamage(head.id, records, changed)) {
    return undefined
  }
  const contained = leaves.flatMap(({leave}) => leave.contains ?? [])
  return {head, records, changed, historyPuts, leaveKeys: [...leaves.map(({key}) => key), ...contained]}
}

/** Whether one of the changed records cannot be read: in memory its bytes would be lost. */
function hasDamage(id: WorkspaceId, records: readonly StoredRecord[], changed: readonly string[]): boolean {
  const touched = new Set(changed.map((key) => parseRecordKey(key)?.componentId))
  return readCells(id, new Map(), records).some(
    (cell) => touched.has(cell.id) && cell.problem?.error.code !== 'component.unknownType',
  )
}

function groupFor(
  key: string,
  leave: LeaveRecord,
  stored: StoredWorkspace,
  commitId: CommitId,
): {readonly group: CommitGroup; readonly kept: number; readonly head: HeadRecord} {
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
  const fence = Math.max(stored.head?.fence ?? 0, before.fence ?? 0)
  // Too early is harmless: the alarm clock looks and finds nothing. Too late would not be.
  const deadlines = [leave.head.nextDeadlineMs, stored.head?.nextDeadlineMs].filter((each) => each !== undefined)
  const nextDeadline = deadlines.length > 0 && {nextDeadlineMs: Math.min(...deadlines)}
  const head: HeadRecord = {...before, ...counts, ...nextDeadline, revision, commitId, ...(fence > 0 && {fence})}
  return {
    head,
    kept: lost.length,
    group: {
      commitId,
      expect: {key: headKey(leave.workspaceId), revision: base},
      puts: [
        {key: headKey(leave.workspaceId), value: head},
        ...free.map((record) => withRevision(record, revision)),
        ...lost.map((record) => ({
          key: historyKey(leave.workspaceId, commitId, record.key, leave.leftAt),
          value: record.value,
        })),
      ],
      deletes: [key, ...(leave.contains ?? []), ...freed],
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
