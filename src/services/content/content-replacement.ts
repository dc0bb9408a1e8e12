import type {ComponentId, Revision, WorkspaceId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import {LAYOUT_RECORD, OPERATIONS_RECORD, parseRecordKey, recordKey, TOMBSTONE_RECORD} from '../../model/keys.ts'
import type {TombstoneRecord} from '../../model/records.ts'
import type {StoredRecord} from '../../model/storage-port.ts'
import {asComponent, asTombstone} from '../codec/record-shapes.ts'

/**
 * What has to be written so that the readable components of a workspace become the wanted ones. Components that are not
 * wanted are marked as deleted, what cannot be read is left as it is, and records that are the same already stay.
 */
export function replacementOf(
  workspaceId: WorkspaceId,
  stored: readonly StoredRecord[],
  wanted: readonly StoredRecord[],
  stamp: {readonly revision: Revision; readonly deletedAt: number},
): {readonly puts: readonly StoredRecord[]; readonly deletes: readonly string[]} {
  const before = new Map(stored.map(({key, value}) => [key, value]))
  const wantedKeys = new Set(wanted.map(({key}) => key))
  const wantedComponents = new Set(wanted.flatMap(({key}) => parseRecordKey(key)?.componentId ?? []))
  const puts: StoredRecord[] = wanted
    .filter(({key, value}) => !isSameRecord(before.get(key), value))
    .map(({key, value}) => ({key, value}))
  const deletes: string[] = []
  const gone = new Set<ComponentId>()
  for (const {key, value} of stored) {
    const parsed = parseRecordKey(key)
    // Work that goes on is no content: whoever replaces that does not end it.
    if (parsed === undefined || wantedKeys.has(key) || parsed.record === OPERATIONS_RECORD) {
      continue
    }
    const isWanted = wantedComponents.has(parsed.componentId)
    if (parsed.record === TOMBSTONE_RECORD) {
      isWanted ? deletes.push(key) : gone.delete(parsed.componentId)
    } else if (isWanted) {
      deletes.push(key)
    } else if (parsed.record !== LAYOUT_RECORD && asComponent(value) !== undefined) {
      gone.add(parsed.componentId)
    }
  }
  for (const componentId of gone) {
    const key = recordKey(workspaceId, componentId, TOMBSTONE_RECORD)
    if (asTombstone(before.get(key)) === undefined) {
      const tombstone: TombstoneRecord = stamp
      puts.push({key, value: tombstone})
    }
  }
  return {puts, deletes}
}

/** Whether a stored record holds what is wanted, whoever wrote it. */
function isSameRecord(stored: unknown, wanted: unknown): boolean {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    typeof wanted === 'object' &&
    isEqualJson({...stored, revision: 0}, {...wanted, revision: 0})
  )
}
