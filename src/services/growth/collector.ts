import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, IdSource, WorkspaceId} from '../../model/ids.ts'
import {
  COMPONENTS_PREFIX,
  componentsPrefix,
  GONE_PREFIX,
  goneKey,
  HISTORY_PREFIX,
  headKey,
  historyPrefix,
  historyTime,
  LEAVE_PREFIX,
  leavePrefix,
  PREVIOUS_PREFIX,
  parseOwner,
  parseRecordKey,
  previousPrefix,
  QUARANTINE_PREFIX,
  TOMBSTONE_RECORD,
} from '../../model/keys.ts'
import type {HeadRecord} from '../../model/records.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../../model/storage-port.ts'
import type {FreeableKind} from '../../model/storage-usage.ts'
import {asHead, asLeave, asPrevious, asQuarantined, asTombstone} from '../codec/record-shapes.ts'
import {countComponents} from '../memory-store/hydrate.ts'
import type {QuarantineService} from '../quarantine/quarantine.ts'
import {deletedComponents} from './deleted-components.ts'
import {type Kept, outlived, type RetentionPolicy} from './retention.policy.ts'
import {bytesOf} from './sizes.ts'

export type CollectorContext = {
  readonly storage: () => Promise<StoragePort>
  readonly ids: IdSource
  readonly now: () => number
  readonly retention: RetentionPolicy
  readonly quarantine: QuarantineService
  /** In memory here: changed through its own commits, never beside them. */
  readonly isHot: (id: WorkspaceId) => boolean
  readonly trash: {
    /** Deletes for good what was put into the trash before. */
    deleteBefore(timeMs: number): Promise<number>
    /** Workspaces whose entry was deleted for good without them. */
    orphans(): Promise<readonly WorkspaceId[]>
    moveToTrash(id: WorkspaceId): Promise<void>
  }
  /** Makes last words part of their workspace. */
  readonly replay: (id: WorkspaceId) => Promise<void>
  /** A deletion is so long ago that nothing needs to remember it. */
  readonly forget: (id: WorkspaceId) => void
}

/** What one step removed. */
export type Collected = {
  readonly kind: FreeableKind | 'other'
  readonly records: readonly StoredRecord[]
  readonly count: number
}

/** One bounded piece of work: at most one workspace, or one list of records, in one transaction. */
export type Step = () => Promise<Collected | undefined>

/** No transaction of the collector deletes more records than this. */
const MOST_RECORDS_PER_STEP = 200

/**
 * Everything that retention asks for, in steps that can be made one at a time. A step that is refused because another
 * tab was first has done nothing and is made again with the next collection.
 */
export async function collectionSteps(context: CollectorContext, only?: FreeableKind): Promise<readonly Step[]> {
  const port = await context.storage()
  const wants = (kind: FreeableKind) => only === undefined || only === kind
  return [
    ...(wants('trash') ? [() => collectTrash(context, only)] : []),
    ...(wants('deleted') ? await deletedSteps(context, port, only) : []),
    ...(wants('history') ? [() => collectHistory(context, port, only)] : []),
    ...(wants('previous') ? [() => collectPrevious(context, port, only)] : []),
    ...(wants('quarantine') ? [() => collectQuarantine(context, port, only)] : []),
    ...(wants('lastWords') ? await lastWordsSteps(context, port) : []),
    ...(only === undefined ? [...(await leftoverSteps(context, port)), () => collectGone(context, port)] : []),
  ]
}

async function collectTrash({trash, now, retention}: CollectorContext, only?: FreeableKind) {
  for (const id of only === undefined ? await trash.orphans() : []) {
    await trash.moveToTrash(id)
  }
  const before = only === 'trash' ? Number.POSITIVE_INFINITY : now() - retention.trashMs
  const count = await trash.deleteBefore(before)
  return {kind: 'trash' as const, records: [], count}
}

/** One step for each workspace with tombstones, found by keys alone. */
async function deletedSteps(context: CollectorContext, port: StoragePort, only?: FreeableKind) {
  const keys = await port.list(COMPONENTS_PREFIX)
  const ids = keys.flatMap((key) => {
    const parsed = parseRecordKey(key)
    return parsed?.record === TOMBSTONE_RECORD ? parsed.workspaceId : []
  })
  return [...new Set(ids)].map((id) => () => collectDeleted(id, context, port, only))
}

async function collectDeleted(
  id: WorkspaceId,
  {isHot, ids, now, retention}: CollectorContext,
  port: StoragePort,
  only?: FreeableKind,
): Promise<Collected | undefined> {
  const [heads = [], records = []] = await port.read([{key: headKey(id)}, {prefix: componentsPrefix(id)}])
  const head = asHead(heads[0]?.value)
  if (head === undefined || isHot(id)) {
    return undefined
  }
  const before = only === 'deleted' ? Number.POSITIVE_INFINITY : now() - retention.deletedMs
  const old = deletedComponents(records).filter(({deletedAt}) => deletedAt <= before)
  const removed = old.flatMap((component) => component.records)
  if (removed.length === 0) {
    return undefined
  }
  const removedKeys = new Set(removed.map(({key}) => key))
  const commitId = ids.next() as CommitId
  const counts = countComponents(
    id,
    records.filter(({key}) => !removedKeys.has(key)),
  )
  const value: HeadRecord = {...head, ...counts, revision: head.revision + 1, commitId}
  await commit(port, {
    commitId,
    expect: {key: headKey(id), revision: head.revision},
    puts: [{key: headKey(id), value}],
    deletes: [...removedKeys],
  })
  return {kind: 'deleted', records: removed, count: old.length}
}

async function collectHistory(context: CollectorContext, port: StoragePort, only?: FreeableKind) {
  const {historyMs, historyBytes} = context.retention
  const records = await port.readPrefix(HISTORY_PREFIX)
  const since = ({key}: StoredRecord) => historyTime(key)
  const old = pick(records, since, only === 'history' ? undefined : {ageMs: historyMs, capBytes: historyBytes}, context)
  return removeAll('history', old, context, port)
}

async function collectPrevious(context: CollectorContext, port: StoragePort, only?: FreeableKind) {
  const {previousMs, previousBytes} = context.retention
  const records = await port.readPrefix(PREVIOUS_PREFIX)
  const since = ({value}: StoredRecord) => asPrevious(value)?.keptAt
  const limits = only === 'previous' ? undefined : {ageMs: previousMs, capBytes: previousBytes}
  return removeAll('previous', pick(records, since, limits, context), context, port)
}

async function collectQuarantine(context: CollectorContext, port: StoragePort, only?: FreeableKind) {
  const {quarantineMs, quarantineBytes} = context.retention
  const records = await port.readPrefix(QUARANTINE_PREFIX)
  const since = ({value}: StoredRecord) => asQuarantined(value)?.quarantinedAt
  const limits = only === 'quarantine' ? undefined : {ageMs: quarantineMs, capBytes: quarantineBytes}
  return removeAll('quarantine', pick(records, since, limits, context), context, port)
}

/** One step for each workspace with last words that nobody took up. */
async function lastWordsSteps(context: CollectorContext, port: StoragePort) {
  const ids = (await port.list(LEAVE_PREFIX)).flatMap((key) => parseOwner(key).workspaceId ?? [])
  return [...new Set(ids)].map((id) => () => collectLastWords(id, context, port))
}

/** Last words are the only copy of something unsaved: they become part of their workspace, or stay where they are. */
async function collectLastWords(
  id: WorkspaceId,
  context: CollectorContext,
  port: StoragePort,
): Promise<Collected | undefined> {
  const [words = [], heads = [], gone = []] = await port.read([
    {prefix: leavePrefix(id)},
    {key: headKey(id)},
    {key: goneKey(id)},
  ])
  const before = context.now() - context.retention.lastWordsMs
  const readable = words.filter(({value}) => asLeave(value) !== undefined)
  const unreadable = words.filter(({value}) => asLeave(value) === undefined)
  if (heads.length === 0 && gone.length > 0) {
    return removeAll('lastWords', words, context, port)
  }
  if (!context.isHot(id) && heads.length > 0 && readable.some(({value}) => (asLeave(value)?.leftAt ?? 0) <= before)) {
    await context.replay(id)
  }
  await context.quarantine.keep(unreadable)
  return removeAll('lastWords', unreadable, context, port)
}

/** What belongs to workspaces that were deleted for good, and was left when that was interrupted. */
async function leftoverSteps(context: CollectorContext, port: StoragePort): Promise<readonly Step[]> {
  const ids = (await port.list(GONE_PREFIX)).flatMap((key) => parseOwner(key).workspaceId ?? [])
  return ids.map((id) => async () => {
    const [heads = [], records = [], history = [], previous = []] = await port.read([
      {key: headKey(id)},
      {prefix: componentsPrefix(id)},
      {prefix: historyPrefix(id)},
      {prefix: previousPrefix(id)},
    ])
    const left = [...records, ...history, ...previous]
    return heads.length > 0 ? undefined : removeAll('other', left, context, port, headKey(id))
  })
}

async function collectGone(context: CollectorContext, port: StoragePort) {
  const records = await port.readPrefix(GONE_PREFIX.slice(0, -1))
  const since = ({value}: StoredRecord) => asTombstone(value)?.deletedAt
  const limits = {ageMs: context.retention.goneMs, capBytes: Number.POSITIVE_INFINITY}
  const old = pick(records, since, limits, context)
  for (const {key} of old) {
    const {workspaceId} = parseOwner(key)
    if (workspaceId !== undefined) {
      context.forget(workspaceId)
    }
  }
  return removeAll('other', old, context, port)
}

function pick(
  records: readonly StoredRecord[],
  since: (record: StoredRecord) => number | undefined,
  limits: {readonly ageMs: number; readonly capBytes: number} | undefined,
  {now}: CollectorContext,
): readonly StoredRecord[] {
  if (limits === undefined) {
    return records
  }
  const kept: readonly Kept[] = records.map((record) => ({
    key: record.key,
    sinceMs: since(record),
    bytes: bytesOf(record),
  }))
  const keys = new Set(outlived(kept, {nowMs: now(), ...limits}).map(({key}) => key))
  return records.filter(({key}) => keys.has(key))
}

/** Deletes in transactions of bounded size; `absentKey` has to be absent, by default a key that nothing ever has. */
async function removeAll(
  kind: Collected['kind'],
  records: readonly StoredRecord[],
  {ids}: CollectorContext,
  port: StoragePort,
  absentKey = 'collector',
): Promise<Collected | undefined> {
  for (let start = 0; start < records.length; start += MOST_RECORDS_PER_STEP) {
    const deletes = records.slice(start, start + MOST_RECORDS_PER_STEP).map(({key}) => key)
    const commitId = ids.next() as CommitId
    await commit(port, {commitId, expect: {key: absentKey, revision: 0}, puts: [], deletes})
  }
  return records.length === 0 ? undefined : {kind, records, count: records.length}
}

async function commit(port: StoragePort, group: CommitGroup): Promise<void> {
  const [result] = await port.commit([group], {durability: 'relaxed'})
  if (result?.status !== 'committed') {
    throw new KeepspaceError('revision.conflict', group.expect.key)
  }
}
