import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, IdSource, WorkspaceId} from '../../model/ids.ts'
import {componentsPrefix, headKey, parseRecordKey} from '../../model/keys.ts'
import type {CommitGroup, StoragePort, StoredRecord} from '../../model/storage-port.ts'
import type {FreeableKind} from '../../model/storage-usage.ts'
import {asHead} from '../codec/record-shapes.ts'
import {countComponents} from '../memory-store/hydrate.ts'

type UndoContext = {readonly storage: () => Promise<StoragePort>; readonly ids: IdSource}

/**
 * How freed records are stored again; undefined where that is not possible.
 *
 * The undo rejects with `revision.conflict` when something else is stored there meanwhile; nothing is overwritten.
 */
export function undoFor(
  kind: FreeableKind,
  records: readonly StoredRecord[],
  {storage, ids}: UndoContext,
): (() => Promise<void>) | undefined {
  if (kind === 'deleted') {
    return async () => {
      const port = await storage()
      for (const [id, own] of byWorkspace(records)) {
        await commit(port, await componentsGroup(id, own, port, ids.next() as CommitId))
      }
    }
  }
  if (kind === 'history' || kind === 'previous' || kind === 'quarantine') {
    return async () => {
      const port = await storage()
      const [first] = records
      const expect = {key: first?.key ?? 'nothing', revision: 0}
      await commit(port, {commitId: ids.next() as CommitId, expect, puts: records, deletes: []})
    }
  }
  return undefined
}

/** Components belong to their workspace: its head counts them, and says that it changed. */
async function componentsGroup(
  id: WorkspaceId,
  puts: readonly StoredRecord[],
  port: StoragePort,
  commitId: CommitId,
): Promise<CommitGroup> {
  const [heads = [], records = []] = await port.read([{key: headKey(id)}, {prefix: componentsPrefix(id)}])
  const head = asHead(heads[0]?.value)
  if (head === undefined) {
    throw new KeepspaceError('notFound', id)
  }
  const present = new Set(records.map(({key}) => parseRecordKey(key)?.componentId))
  const missing = puts.filter(({key}) => !present.has(parseRecordKey(key)?.componentId))
  const counts = countComponents(id, [...records, ...missing])
  const value = {...head, ...counts, revision: head.revision + 1, commitId}
  return {
    commitId,
    expect: {key: headKey(id), revision: head.revision},
    puts: [{key: headKey(id), value}, ...missing],
    deletes: [],
  }
}

function byWorkspace(records: readonly StoredRecord[]): ReadonlyMap<WorkspaceId, readonly StoredRecord[]> {
  const groups = new Map<WorkspaceId, StoredRecord[]>()
  for (const record of records) {
    const id = parseRecordKey(record.key)?.workspaceId
    if (id !== undefined) {
      groups.set(id, [...(groups.get(id) ?? []), record])
    }
  }
  return groups
}

async function commit(port: StoragePort, group: CommitGroup): Promise<void> {
  const [result] = await port.commit([group], {durability: 'strict'})
  if (result?.status !== 'committed') {
    throw new KeepspaceError('revision.conflict', group.expect.key)
  }
}
