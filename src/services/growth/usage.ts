import type {WorkspaceId} from '../../model/ids.ts'
import {
  componentsPrefix,
  HEAD_PREFIX,
  HISTORY_PREFIX,
  historyTime,
  LEAVE_PREFIX,
  PREVIOUS_PREFIX,
  QUARANTINE_PREFIX,
} from '../../model/keys.ts'
import type {HeadRecord} from '../../model/records.ts'
import type {StoragePort, StoredRecord} from '../../model/storage-port.ts'
import type {KindUsage, StorageKind, StorageUsage, WorkspaceUsage} from '../../model/storage-usage.ts'
import {asHead, asLeave, asPrevious, asQuarantined} from '../codec/record-shapes.ts'
import {deletedComponents} from './deleted-components.ts'
import {bytesOf, bytesOfAll} from './sizes.ts'

export type UsageContext = {
  readonly storage: () => Promise<StoragePort>
  readonly isTrashed: (head: HeadRecord) => boolean
  readonly estimate: () => Promise<StorageUsage['estimate']>
}

/** Prefixes of what is counted one by one; everything else is `other`. */
const listedPrefixes = [
  [HISTORY_PREFIX, 'history', (record: StoredRecord) => historyTime(record.key)],
  [PREVIOUS_PREFIX, 'previous', (record: StoredRecord) => asPrevious(record.value)?.keptAt],
  [QUARANTINE_PREFIX, 'quarantine', (record: StoredRecord) => asQuarantined(record.value)?.quarantinedAt],
  [LEAVE_PREFIX, 'lastWords', (record: StoredRecord) => asLeave(record.value)?.leftAt],
] as const

const otherPrefixes = ['entry/', 'gone', 'preset/', 'setting/', 'session/', 'outbox/', 'deletion/', 'account/', 'audit']

/**
 * Counts what storage holds, range by range and workspace by workspace, so that no read is larger than the largest of
 * them.
 *
 * @param onProgress - called after each workspace
 * @throws {@link KeepspaceError} the codes of {@link StoragePort.read}
 */
export async function readUsage(
  context: UsageContext,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<StorageUsage> {
  const port = await context.storage()
  const tally = createTally()
  const heads = await port.readPrefix(HEAD_PREFIX)
  const workspaces: WorkspaceUsage[] = []
  for (const [index, head] of heads.entries()) {
    workspaces.push(await addWorkspace(head, port, context, tally))
    onProgress(index + 1, heads.length)
  }
  for (const [prefix, kind, since] of listedPrefixes) {
    for (const record of await port.readPrefix(prefix)) {
      tally.add(kind, 1, bytesOf(record), since(record))
    }
  }
  for (const prefix of otherPrefixes) {
    const records = await port.readPrefix(prefix)
    tally.add('other', records.length, bytesOfAll(records), undefined)
  }
  const kinds = tally.all()
  return {
    kinds,
    workspaces: workspaces.sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1)),
    bytes: kinds.reduce((sum, {bytes}) => sum + bytes, 0),
    estimate: await context.estimate(),
  }
}

async function addWorkspace(
  headRecord: StoredRecord,
  port: StoragePort,
  {isTrashed}: UsageContext,
  tally: Tally,
): Promise<WorkspaceUsage> {
  const head = asHead(headRecord.value)
  const id = head?.id ?? (decodeURIComponent(headRecord.key.slice(HEAD_PREFIX.length)) as WorkspaceId)
  const records = await port.readPrefix(componentsPrefix(id))
  const deleted = deletedComponents(records)
  const deletedBytes = deleted.reduce((sum, component) => sum + bytesOfAll(component.records), 0)
  for (const component of deleted) {
    tally.add('deleted', 1, bytesOfAll(component.records), component.deletedAt)
  }
  const isInTrash = head !== undefined && isTrashed(head)
  const bytes = bytesOf(headRecord) + bytesOfAll(records)
  tally.add(isInTrash ? 'trash' : 'workspaces', 1, bytes - deletedBytes, isInTrash ? head.trashedAt : head?.createdAt)
  return {id, title: head?.title ?? id, records: records.length + 1, bytes, isTrashed: isInTrash}
}

type Tally = {
  add(kind: StorageKind, count: number, bytes: number, sinceMs: number | undefined): void
  all(): readonly KindUsage[]
}

function createTally(): Tally {
  const order: readonly StorageKind[] = [
    'workspaces',
    'trash',
    'deleted',
    'history',
    'previous',
    'lastWords',
    'quarantine',
    'other',
  ]
  const kinds = new Map<StorageKind, KindUsage>(
    order.map((kind) => [kind, {kind, count: 0, bytes: 0, oldestAt: undefined}]),
  )
  return {
    add: (kind, count, bytes, sinceMs) => {
      const before = kinds.get(kind)
      const times = [before?.oldestAt, sinceMs].filter((time) => time !== undefined)
      kinds.set(kind, {
        kind,
        count: (before?.count ?? 0) + count,
        bytes: (before?.bytes ?? 0) + bytes,
        oldestAt: times.length === 0 ? undefined : Math.min(...times),
      })
    },
    all: () => [...kinds.values()],
  }
}
