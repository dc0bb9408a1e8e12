import type {ComponentId, WorkspaceId} from '../../model/ids.ts'
import {parseRecordKey, TOMBSTONE_RECORD} from '../../model/keys.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {asTombstone} from '../codec/record-shapes.ts'

/** A component that was deleted, with everything stored of it. */
export type DeletedComponent = {
  readonly workspaceId: WorkspaceId
  readonly componentId: ComponentId
  readonly deletedAt: number
  readonly records: readonly StoredRecord[]
}

/** The deleted components among the records of one workspace. One whose tombstone is damaged says not when, and stays. */
export function deletedComponents(records: readonly StoredRecord[]): readonly DeletedComponent[] {
  const deleted = records.flatMap(({key, value}) => {
    const parsed = parseRecordKey(key)
    const tombstone = parsed?.record === TOMBSTONE_RECORD ? asTombstone(value) : undefined
    return parsed === undefined || tombstone === undefined ? [] : [{...parsed, deletedAt: tombstone.deletedAt}]
  })
  return deleted.map(({workspaceId, componentId, deletedAt}) => ({
    workspaceId,
    componentId,
    deletedAt,
    records: records.filter(({key}) => parseRecordKey(key)?.componentId === componentId),
  }))
}
