import {KeepspaceError} from '../model/errors.ts'
import type {CommitId, IdSource, Revision, WorkspaceId} from '../model/ids.ts'
import {headKey, isOperationsKey, parseRecordKey} from '../model/keys.ts'
import type {LeaveRecord} from '../model/last-words.ts'
import {FORMAT_VERSION, type HeadRecord} from '../model/records.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../model/storage-port.ts'
import {asLeave} from '../services/codec/record-shapes.ts'
import {countComponents, readCells} from '../services/memory-store/hydrate.ts'
import type {WordsInMemory} from '../services/memory-store/last-words.ts'
import {isCarried} from './carried-records.ts'
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
  /** Some last words touch what somebody else changed since. They stay where they are until one of both is chosen. */
  readonly isContested: boolean
  /** As it is stored now, when anything was replayed. */
  readonly head: HeadRecord | undefined
}

/**
 * Makes the oldest last words of a tab that was left part of the workspace, under compare-and-set, and removes them by
 * the same commit. Those that touch what somebody else changed since are left for {@link holdLastWords}.
 *
 * @throws {@link KeepspaceError} `revision.conflict` when another tab commits meanwhile: look again. Otherwise the codes
 * of {@link StoragePort.commit}; nothing is lost, the words stay.
 */
export async function replayLastWords(stored: StoredWorkspace, port: StoragePort, ids: IdSource): Promise<Replay> {
  const leaves = leavesOf(stored)
  const commitId = ids.next() as CommitId
  const groups = leaves.map((leave) => groupFor(leave, stored, commitId))
  const clear = groups.find(({isContested}) => !isContested)
  if (clear === undefined) {
    return {replayed: 0, isContested: groups.length > 0, head: undefined}
  }
  const [result] = await port.commit([clear.group], {durability: 'strict'})
  if (result?.status !== 'committed') {
    throw new KeepspaceError('revision.conflict', `replaying last words of ${clear.group.expect.key}`)
  }
  return {replayed: 1, isContested: groups.some(({isContested}) => isContested), head: clear.head}
}

type Leave = {readonly key: string; readonly leave: LeaveRecord}

/**
 * Readable last words, oldest first; without those that later words already contain, and those that hold no records but
 * edits: who loads the workspace makes them.
 */
function leavesOf({leaves}: StoredWorkspace): readonly Leave[] {
  const readable = leaves.flatMap(({key, value}) => {
    const leave = asLeave(value)
    // Words in a newer format may mean something else; whoever wrote them will replay them.
    const isUsable = leave !== undefined && leave.formatVersion <= FORMAT_VERSION && leave.waiting === undefined
    return isUsable ? [{key, leave}] : []
  })
  const contained = new Set(readable.flatMap(({leave}) => leave.contains ?? []))
  return readable.filter(({key}) => !contained.has(key)).sort((a, b) => a.leave.leftAt - b.leave.leftAt)
}

/** Last words that cannot be stored now: what they make of the workspace, to be shown and saved as edits. */
export type HeldWords = WordsInMemory & {
  readonly head: HeadRecord
  /** Where they are stored, to be removed by the commit that carries them. */
  readonly leaveKeys: readonly string[]
  /** The revision that they are based on, when somebody else changed the same since: saving finds that conflict. */
  readonly contestedBase: Revision | undefined
}

/**
 * What last words make of the workspace, without writing it. Of those that somebody else contests only the oldest are
 * taken: the others are asked about once that is decided.
 *
 * @returns undefined when a part of the words is damaged: then only storage may keep them, byte for byte
 */
export function holdLastWords(stored: StoredWorkspace, ids: IdSource): HeldWords | undefined {
  let {head, records} = stored
  let contestedBase: Revision | undefined
  const changed: string[] = []
  const leaveKeys: string[] = []
  for (const leave of leavesOf(stored)) {
    const {group, isContested, head: merged} = groupFor(leave, {...stored, head, records}, ids.next() as CommitId)
    if (isContested && contestedBase !== undefined) {
      continue
    }
    contestedBase ??= isContested ? leave.leave.baseRevision : undefined
    const words = group.puts.filter(({key}) => parseRecordKey(key) !== undefined)
    const removed = group.deletes.filter((deleted) => parseRecordKey(deleted) !== undefined)
    head = merged
    records = after(new Map(records.map((record) => [record.key, record.value])), words, removed)
    changed.push(...words.map((word) => word.key), ...removed)
    leaveKeys.push(leave.key, ...(leave.leave.contains ?? []))
  }
  if (head === undefined || hasDamage(head.id, records, changed)) {
    return undefined
  }
  return {head, records, changed, leaveKeys, contestedBase}
}

/** Whether one of the changed records cannot be read: in memory its bytes would be lost. */
function hasDamage(id: WorkspaceId, records: readonly StoredRecord[], changed: readonly string[]): boolean {
  const touched = new Set(changed.map((key) => parseRecordKey(key)?.componentId))
  return readCells(id, new Map(), records).some(
    (cell) => touched.has(cell.id) && cell.problem?.error.code !== 'component.unknownType',
  )
}

/** The commit that would make last words part of a workspace, and whether somebody else contests it. */
function groupFor(
  {key, leave}: Leave,
  stored: StoredWorkspace,
  commitId: CommitId,
): {readonly group: CommitGroup; readonly isContested: boolean; readonly head: HeadRecord} {
  const base = stored.head?.revision ?? 0
  const revision = base + 1
  const isOwn =
    leave.baseRevision === base || (stored.head !== undefined && leave.ownCommitIds.includes(stored.head.commitId))
  const current = new Map(stored.records.map((record) => [record.key, record.value]))
  const isFree = (recordKey: string, value: unknown): boolean => {
    const found = current.get(recordKey)
    return (
      isOwn ||
      revisionOf(found) <= leave.baseRevision ||
      isSameContent(found, value) ||
      isCarried(leave.carried ?? [], recordKey, found)
    )
  }
  // Of started work that somebody else changed since, what is stored stays: nobody is asked about it.
  const isGivenUp = (recordKey: string, value: unknown) => isOperationsKey(recordKey) && !isFree(recordKey, value)
  const putsOfLeave = leave.puts.filter(({key: recordKey, value}) => !isGivenUp(recordKey, value))
  const deletesOfLeave = leave.deletes.filter((recordKey) => !isGivenUp(recordKey, undefined))
  const isContested =
    putsOfLeave.some(({key: recordKey, value}) => !isFree(recordKey, value)) ||
    deletesOfLeave.some((recordKey) => !isFree(recordKey, undefined))
  const before = isOwn ? leave.head : (stored.head ?? leave.head)
  const counts = countComponents(leave.workspaceId, after(current, putsOfLeave, deletesOfLeave))
  const fence = Math.max(stored.head?.fence ?? 0, before.fence ?? 0)
  // Too early is harmless: the alarm clock looks and finds nothing. Too late would not be.
  const deadlines = [leave.head.nextDeadlineMs, stored.head?.nextDeadlineMs].filter((each) => each !== undefined)
  const nextDeadline = deadlines.length > 0 && {nextDeadlineMs: Math.min(...deadlines)}
  const head: HeadRecord = {...before, ...counts, ...nextDeadline, revision, commitId, ...(fence > 0 && {fence})}
  return {
    head,
    isContested,
    group: {
      commitId,
      expect: {key: headKey(leave.workspaceId), revision: base},
      puts: [
        {key: headKey(leave.workspaceId), value: head},
        ...putsOfLeave.map((record) => withRevision(record, revision)),
      ],
      deletes: [key, ...(leave.contains ?? []), ...deletesOfLeave],
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
